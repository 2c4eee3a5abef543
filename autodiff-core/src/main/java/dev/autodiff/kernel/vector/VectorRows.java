package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;
import static dev.autodiff.kernel.vector.Lanes.load;

import dev.autodiff.kernel.Division;
import dev.autodiff.kernel.ScalarMath;
import dev.autodiff.kernel.ScalarRows;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax and its cross-entropy, row by row, over the Vector API; formulas as in {@link ScalarRows}.
 *
 * <p>The elements behind the last full vector of a row are done with the vector that ends where the row ends. It overlaps
 * the one before: it is loaded before that one is stored, and lanes that have been counted are masked out of sums. Rows
 * shorter than a vector are left to {@link ScalarRows}.
 */
public final class VectorRows {
    private VectorRows() {}

    /** Softmax of each row, or its logarithm; see {@link dev.autodiff.kernel.Kernels}. */
    public static void softmax(
            boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
        if (n < COUNT) {
            ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
            return;
        }
        int end = Division.start(rows, part + 1, parts);
        for (int i = Division.start(rows, part, parts); i < end; i++) {
            if (log) {
                logSoftmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            } else {
                softmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            }
        }
    }

    private static void softmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = n - COUNT;
        float max = max(x, xOffset, n);
        FloatVector sums = FloatVector.zero(SPECIES);
        FloatVector last = load(x, xOffset + end);
        int j = 0;
        for (; j <= end; j += COUNT) {
            FloatVector e = VectorMath.exp(load(x, xOffset + j).sub(max));
            e.intoArray(y, yOffset + j);
            sums = sums.add(e);
        }
        if (j < n) {
            FloatVector e = VectorMath.exp(last.sub(max));
            e.intoArray(y, yOffset + end);
            sums = sums.add(fresh(e, n - j));
        }
        divide(y, yOffset, n, Lanes.sum(sums));
    }

    private static void divide(float[] y, int offset, int n, float by) {
        int end = n - COUNT;
        FloatVector last = load(y, offset + end);
        for (int j = 0; j <= end; j += COUNT) {
            load(y, offset + j).div(by).intoArray(y, offset + j);
        }
        last.div(by).intoArray(y, offset + end);
    }

    private static void logSoftmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        int end = n - COUNT;
        float max = max(x, xOffset, n);
        float log = logOfSum(x, xOffset, n, max);
        FloatVector last = load(x, xOffset + end);
        for (int j = 0; j <= end; j += COUNT) {
            load(x, xOffset + j).sub(max).sub(log).intoArray(y, yOffset + j);
        }
        last.sub(max).sub(log).intoArray(y, yOffset + end);
    }

    /** The lanes that the vector before did not have, the last {@code count}; 0 in the others. */
    private static FloatVector fresh(FloatVector x, int count) {
        FloatVector lanes = FloatVector.zero(SPECIES).addIndex(1);
        VectorMask<Float> counted = lanes.compare(VectorOperators.LT, COUNT - count);
        return x.blend(0f, counted);
    }

    private static float max(float[] x, int offset, int n) {
        int end = n - COUNT;
        FloatVector max = load(x, offset + end);
        for (int j = 0; j < end; j += COUNT) {
            max = max.max(load(x, offset + j));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    private static float logOfSum(float[] x, int offset, int n, float max) {
        int end = n - COUNT;
        FloatVector sums = FloatVector.zero(SPECIES);
        int j = 0;
        for (; j <= end; j += COUNT) {
            sums = sums.add(VectorMath.exp(load(x, offset + j).sub(max)));
        }
        if (j < n) {
            sums = sums.add(fresh(VectorMath.exp(load(x, offset + end).sub(max)), n - j));
        }
        return ScalarMath.log(Lanes.sum(sums));
    }

    /** Softmax cross-entropy of each row; see {@link dev.autodiff.kernel.Kernels}. */
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
        int end = Division.start(rows, part + 1, parts);
        for (int i = Division.start(rows, part, parts); i < end; i++) {
            loss[lossOffset + i] = crossEntropyRow(logits, logitsOffset + i * n, labels, labelsOffset + i * n, n);
        }
    }

    private static float crossEntropyRow(float[] logits, int logitsOffset, float[] labels, int labelsOffset, int n) {
        int end = n - COUNT;
        float max = max(logits, logitsOffset, n);
        float log = logOfSum(logits, logitsOffset, n, max);
        FloatVector sums = FloatVector.zero(SPECIES);
        int j = 0;
        for (; j <= end; j += COUNT) {
            sums = sums.add(terms(load(logits, logitsOffset + j), load(labels, labelsOffset + j), max, log));
        }
        if (j < n) {
            FloatVector last = terms(load(logits, logitsOffset + end), load(labels, labelsOffset + end), max, log);
            sums = sums.add(fresh(last, n - j));
        }
        return Lanes.sum(sums);
    }

    private static FloatVector terms(FloatVector logits, FloatVector labels, float max, float log) {
        FloatVector surprise = FloatVector.broadcast(SPECIES, log).sub(logits.sub(max));
        return labels.mul(surprise).blend(0f, labels.compare(VectorOperators.EQ, 0f));
    }
}
