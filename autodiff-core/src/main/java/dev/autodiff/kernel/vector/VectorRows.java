package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;

import dev.autodiff.kernel.ScalarRows;
import dev.autodiff.kernel.math.ScalarMath;
import dev.autodiff.parallel.Partition;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax and its cross-entropy, row by row, over the Vector API; formulas as in {@link ScalarRows}.
 *
 * <p>The elements behind the last full vector of a row are done with the vector that ends where the row ends. It
 * overlaps the one before: it is loaded before that one is stored, and lanes that have been counted are masked out of
 * sums. Rows shorter than a vector are left to {@link ScalarRows}.
 */
public final class VectorRows {
    private static final int HALF = COUNT / 2;
    private static final float ROUND = 0x1.8p23f;
    private static final float LOG2_E = 1.4426950408889634f;
    private static final float LN2_HIGH = 0.693145751953125f;
    private static final float LN2_LOW = 1.4286068203094172e-6f;
    /** Exponent bits of 2^64: results may be denormal, so the power of two is formed too large and scaled back. */
    private static final int SCALE_BITS = 0x3f800000 + (64 << 23);

    /** The vector loops that each function calls. */
    private static final long OF_ANY = VectorLoop.MAX_OF_ROW.bit() | VectorLoop.EXPONENTIALS.bit();

    static final long SOFTMAX_LOOPS = OF_ANY | VectorLoop.DIVIDE.bit();
    static final long LOG_SOFTMAX_LOOPS = OF_ANY | VectorLoop.SUBTRACT.bit();
    static final long CROSS_ENTROPY_LOOPS = OF_ANY | VectorLoop.SURPRISE.bit();

    private VectorRows() {}

    /** Computes the softmax of each row, or its logarithm; see {@link dev.autodiff.kernel.Kernels}. */
    public static void softmax(
            boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
        if (n < COUNT) {
            ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
            return;
        }
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            if (log) {
                logSoftmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            } else {
                softmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            }
        }
    }

    private static void softmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float sum = exponentials(x, xOffset, y, yOffset, n, VectorReduce.max(x, xOffset, n, 1), true);
        divide(y, yOffset, n, sum);
    }

    /**
     * Returns the sum of e^(x - max) and stores each term, or returns the sum without one that is 1. The one loop over
     * exponentials, with the formula of {@link ScalarMath#exp(float)} for numbers that are not positive written out:
     * once C2 has compiled a function of this size by itself, it no longer inlines it, and every call allocates
     * vectors.
     */
    static float exponentials(float[] x, int xOffset, float[] y, int yOffset, int n, float max, boolean store) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return 0;
        }
        int end = n - COUNT;
        FloatVector lanes = FloatVector.fromArray(SPECIES, Lanes.NUMBERS, 0);
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector sums = zero;
        FloatVector rests = zero;
        FloatVector next = FloatVector.fromArray(SPECIES, x, xOffset);
        for (int j = 0; j < n; j += COUNT) {
            int at = Math.min(j, end);
            FloatVector d = next.sub(max);
            next = FloatVector.fromArray(
                    SPECIES, x, xOffset + Math.min(j + COUNT, end)); // before an overlapping store, y may be x
            FloatVector rounded = d.fma(FloatVector.broadcast(SPECIES, LOG2_E), FloatVector.broadcast(SPECIES, ROUND));
            FloatVector exponent = rounded.sub(FloatVector.broadcast(SPECIES, ROUND));
            FloatVector r = exponent.fma(
                    FloatVector.broadcast(SPECIES, -LN2_LOW),
                    exponent.fma(FloatVector.broadcast(SPECIES, -LN2_HIGH), d));
            FloatVector p = FloatVector.broadcast(SPECIES, 0.0013870656f);
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.008366262f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.041667435f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.16666546f));
            p = p.fma(r, FloatVector.broadcast(SPECIES, 0.49999997f));
            IntVector scale = ((IntVector) rounded.reinterpretShape(VectorMath.INTS, 0))
                    .lanewise(VectorOperators.LSHL, 23)
                    .add(SCALE_BITS);
            FloatVector e = p.mul(r)
                    .fma(r, r)
                    .add(FloatVector.broadcast(SPECIES, 1))
                    .mul((FloatVector) scale.reinterpretShape(SPECIES, 0));
            e = e.mul(FloatVector.broadcast(SPECIES, 0x1p-64f));
            e = e.blend(zero, d.compare(VectorOperators.LT, FloatVector.broadcast(SPECIES, -104)));
            if (store) {
                e.intoArray(y, yOffset + at);
            }
            e = e.blend(zero, lanes.compare(VectorOperators.LT, FloatVector.broadcast(SPECIES, j - at)));
            sums = sums.add(e);
            rests = rests.add(e.blend(zero, d.compare(VectorOperators.EQ, zero))); // always: a branch would cost more
        }
        // One sum in the lower half and one in the upper; by lanes in the end, as C2 inlines few rearrangements more
        FloatVector upper = rests.add(rests.rearrange(Lanes.BY_HALF));
        FloatVector both = sums.add(sums.rearrange(Lanes.BY_HALF))
                .blend(upper, lanes.compare(VectorOperators.GE, FloatVector.broadcast(SPECIES, HALF)));
        both = COUNT > 8 ? both.add(both.rearrange(Lanes.HALVES_BY_4)) : both;
        float sum = COUNT == 4
                ? both.lane(0) + both.lane(1)
                : (both.lane(0) + both.lane(2)) + (both.lane(1) + both.lane(3));
        if (store) {
            return sum;
        }
        float rest = COUNT == 4
                ? both.lane(HALF) + both.lane(HALF + 1)
                : (both.lane(HALF) + both.lane(HALF + 2)) + (both.lane(HALF + 1) + both.lane(HALF + 3));
        return ScalarRows.withoutOne(sum, rest);
    }

    static void divide(float[] y, int offset, int n, float by) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return;
        }
        int end = n - COUNT;
        FloatVector next = FloatVector.fromArray(SPECIES, y, offset);
        for (int j = 0; j < n; j += COUNT) {
            FloatVector quotient = next.div(by);
            next = FloatVector.fromArray(SPECIES, y, offset + Math.min(j + COUNT, end));
            quotient.intoArray(y, offset + Math.min(j, end));
        }
    }

    private static void logSoftmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float max = VectorReduce.max(x, xOffset, n, 1);
        subtract(x, xOffset, y, yOffset, n, max, logOfSum(x, xOffset, n, max));
    }

    static void subtract(float[] x, int xOffset, float[] y, int yOffset, int n, float max, float log) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return;
        }
        int end = n - COUNT;
        FloatVector next = FloatVector.fromArray(SPECIES, x, xOffset);
        for (int j = 0; j < n; j += COUNT) {
            FloatVector difference = next.sub(max).sub(log);
            next = FloatVector.fromArray(SPECIES, x, xOffset + Math.min(j + COUNT, end));
            difference.intoArray(y, yOffset + Math.min(j, end));
        }
    }

    private static float logOfSum(float[] x, int offset, int n, float max) {
        return ScalarMath.log1p(exponentials(x, offset, x, offset, n, max, false));
    }

    /** Computes the softmax cross-entropy of each row; see {@link dev.autodiff.kernel.Kernels}. */
    public static void crossEntropy(
            float[] logits,
            int logitsOffset,
            float[] labels,
            int labelsOffset,
            float[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts) {
        if (n < COUNT) {
            ScalarRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
            return;
        }
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            loss[lossOffset + i] = crossEntropyRow(logits, logitsOffset + i * n, labels, labelsOffset + i * n, n);
        }
    }

    private static float crossEntropyRow(float[] logits, int logitsOffset, float[] labels, int labelsOffset, int n) {
        float max = VectorReduce.max(logits, logitsOffset, n, 1);
        float log = logOfSum(logits, logitsOffset, n, max);
        return surprise(logits, logitsOffset, labels, labelsOffset, n, max, log);
    }

    /**
     * The sum of labels * (log - (logits - max)), where a label of 0 counts as nothing whatever it is multiplied by.
     */
    static float surprise(
            float[] logits, int logitsOffset, float[] labels, int labelsOffset, int n, float max, float log) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return 0;
        }
        int end = n - COUNT;
        FloatVector lanes = FloatVector.fromArray(SPECIES, Lanes.NUMBERS, 0);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int j = 0; j < n; j += COUNT) {
            int at = Math.min(j, end);
            FloatVector label = FloatVector.fromArray(SPECIES, labels, labelsOffset + at);
            FloatVector term = FloatVector.broadcast(SPECIES, log)
                    .sub(FloatVector.fromArray(SPECIES, logits, logitsOffset + at)
                            .sub(max))
                    .mul(label);
            term = term.blend(0f, label.compare(VectorOperators.EQ, 0f));
            sums = sums.add(term.blend(0f, lanes.compare(VectorOperators.LT, j - at)));
        }
        sums = COUNT > 8 ? sums.add(sums.rearrange(Lanes.BY_8)) : sums;
        sums = COUNT > 4 ? sums.add(sums.rearrange(Lanes.BY_4)) : sums;
        sums = sums.add(sums.rearrange(Lanes.BY_2));
        return sums.add(sums.rearrange(Lanes.BY_1)).lane(0);
    }
}
