package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;

import dev.autodiff.kernel.FloatReduce;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Reductions of floats over the Vector API, with trees of the kind that {@link FloatReduce} describes. */
public final class VectorReduce {
    /** Rows up to this length are summed in one go, longer ones by halves. */
    static final int LEAF = 4096;
    /** Columns that are reduced together. */
    private static final int GROUP = 4 * COUNT;
    /** Blocks of few columns that are summed side by side. */
    private static final int BLOCKS = 4;

    private VectorReduce() {}

    /** Returns whether lines are long enough for vectors, or columns that are summed numerous or long. */
    static boolean suits(Reduction reduction, int length, int inner) {
        return inner == 1 ? length >= COUNT : inner >= COUNT || isNarrow(reduction, length, inner);
    }

    /** Returns the set of the vector loops that a reduction calls. */
    static long loops(Reduction reduction, int length, int inner) {
        if (inner == 1) {
            return (reduction == Reduction.SUM ? VectorLoop.SUM_OF_ROW : VectorLoop.MAX_OF_ROW).bit();
        }
        if (reduction != Reduction.SUM) {
            return VectorLoop.MAX_OF_COLUMNS.bit();
        }
        long loops = inner >= GROUP ? VectorLoop.SUM_OF_GROUP.bit() : 0;
        int rest = inner % GROUP;
        boolean narrow = isNarrow(reduction, length, rest % COUNT);
        if (rest >= COUNT || narrow) {
            loops |= VectorLoop.SUM_OF_COLUMNS.bit();
        }
        return narrow && length >= BLOCKS * FloatReduce.BLOCK ? loops | VectorLoop.SUM_OF_BLOCKS.bit() : loops;
    }

    private static boolean isNarrow(Reduction reduction, int length, int columns) {
        return reduction == Reduction.SUM && columns > 1 && length >= FloatReduce.BLOCK;
    }

    /** Reduces the middle axis of {@code outer x length x inner}; see {@link dev.autodiff.kernel.Kernels}. */
    public static void reduce(
            Reduction reduction,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        int groups = inner == 1 ? 1 : (inner + GROUP - 1) / GROUP;
        int end = Partition.start(outer * groups, part + 1, parts);
        for (int u = Partition.start(outer * groups, part, parts); u < end; u++) {
            int o = u / groups;
            int j = u % groups * GROUP;
            int from = xOffset + o * length * inner + j;
            int to = yOffset + o * inner + j;
            if (inner == 1) {
                y[to] = switch (reduction) {
                    case SUM -> sum(x, from, length);
                    case MAX -> max(x, from, length, 1);
                    case MIN -> -max(x, from, length, -1);
                };
            } else {
                columns(reduction, x, from, inner, length, y, to, Math.min(GROUP, inner - j));
            }
        }
    }

    private static float sum(float[] x, int offset, int n) {
        if (n <= LEAF) {
            return sumLeaf(x, offset, n);
        }
        int half = firstHalf(n);
        return sum(x, offset, half) + sum(x, offset + half, n - half);
    }

    static int firstHalf(int n) {
        return (n / 2 + LEAF - 1) / LEAF * LEAF;
    }

    static float sumLeaf(float[] x, int offset, int n) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return 0;
        }
        float sum = 0;
        int i = 0;
        if (n >= COUNT) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            FloatVector s2 = s0;
            FloatVector s3 = s0;
            for (; i <= n - GROUP; i += GROUP) {
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, offset + i));
                s1 = s1.add(FloatVector.fromArray(SPECIES, x, offset + i + COUNT));
                s2 = s2.add(FloatVector.fromArray(SPECIES, x, offset + i + 2 * COUNT));
                s3 = s3.add(FloatVector.fromArray(SPECIES, x, offset + i + 3 * COUNT));
            }
            for (; i <= n - COUNT; i += COUNT) {
                s0 = s0.add(FloatVector.fromArray(SPECIES, x, offset + i));
            }
            FloatVector total = s0.add(s2).add(s1.add(s3));
            total = COUNT > 8 ? total.add(total.rearrange(Lanes.BY_8)) : total;
            total = COUNT > 4 ? total.add(total.rearrange(Lanes.BY_4)) : total;
            total = total.add(total.rearrange(Lanes.BY_2));
            sum = total.add(total.rearrange(Lanes.BY_1)).lane(0);
        }
        for (; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }

    /** Returns the largest of {@code sign * x}, so that the smallest is {@code -max} with sign -1. */
    static float max(float[] x, int offset, int n, float sign) {
        for (int i = n + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (n < 0) {
            return 0;
        }
        float max = Float.NEGATIVE_INFINITY;
        int i = 0;
        if (n >= COUNT) {
            FloatVector m0 = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            FloatVector m1 = m0;
            for (; i <= n - 2 * COUNT; i += 2 * COUNT) {
                m0 = m0.max(FloatVector.fromArray(SPECIES, x, offset + i).mul(sign));
                m1 = m1.max(
                        FloatVector.fromArray(SPECIES, x, offset + i + COUNT).mul(sign));
            }
            for (; i <= n - COUNT; i += COUNT) {
                m0 = m0.max(FloatVector.fromArray(SPECIES, x, offset + i).mul(sign));
            }
            max = m0.max(m1).reduceLanes(VectorOperators.MAX);
        }
        for (; i < n; i++) {
            max = Math.max(max, sign * x[offset + i]);
        }
        return max;
    }

    /** Reduces the columns {@code 0 .. n-1}, where {@code n} is {@link #GROUP} at most. */
    private static void columns(
            Reduction reduction, float[] x, int xOffset, int stride, int length, float[] y, int yOffset, int n) {
        int j = 0;
        if (reduction != Reduction.SUM) {
            float sign = reduction == Reduction.MAX ? 1 : -1;
            for (; j <= n - COUNT; j += COUNT) {
                maxColumns(x, xOffset + j, stride, length, y, yOffset + j, sign);
            }
        } else if (n == GROUP) {
            sumGroup(x, xOffset, stride, length, y, yOffset);
            j = GROUP;
        } else {
            for (; j <= n - COUNT; j += COUNT) {
                sumColumns(x, xOffset + j, stride, length, y, yOffset + j);
            }
            if (isNarrow(reduction, length, n - j)) {
                sumNarrow(x, xOffset + j, stride, length, y, yOffset + j, n - j);
                j = n;
            }
        }
        for (; j < n; j++) {
            y[yOffset + j] = FloatReduce.column(reduction, x, xOffset + j, stride, length);
        }
    }

    /**
     * Keeps the total in y, so that vectors live in one loop only: C2 does not always unbox them across nested ones.
     */
    private static void sumGroup(float[] x, int offset, int stride, int length, float[] y, int yOffset) {
        Arrays.fill(y, yOffset, yOffset + GROUP, 0);
        if (length > FloatReduce.LONG) {
            float[] partial = FloatReduce.partialSums();
            for (int i = 0; i < length; i += FloatReduce.LONG) {
                sumGroup(x, offset + i * stride, stride, Math.min(FloatReduce.LONG, length - i), partial, 0);
                FloatReduce.addPartialSums(partial, 0, y, yOffset, GROUP);
            }
            return;
        }
        for (int i = 0; i < length; i += FloatReduce.BLOCK) {
            addGroup(x, offset + i * stride, stride, Math.min(FloatReduce.BLOCK, length - i), y, yOffset);
        }
    }

    /**
     * Adds rows to the sums in y, by three rows at a time: then the method has more than the 325 bytes of byte code
     * that C2 inlines. Inlined into the loops of its callers, sums became objects now and then, and it took ten times
     * as long. With four rows, C2 has too many nodes before it comes to the last vector, which was an object.
     */
    static void addGroup(float[] x, int offset, int stride, int rows, float[] y, int yOffset) {
        for (int i = rows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (rows < 0) {
            return;
        }
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int at = offset;
        int p = 0;
        for (; p <= rows - 3; p += 3) {
            int next = at + stride;
            int last = next + stride;
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + COUNT));
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * COUNT));
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * COUNT));
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, next));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, next + COUNT));
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, next + 2 * COUNT));
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, next + 3 * COUNT));
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, last));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, last + COUNT));
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, last + 2 * COUNT));
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, last + 3 * COUNT));
            at = last + stride;
        }
        for (; p < rows; p++) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + COUNT));
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * COUNT));
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * COUNT));
            at += stride;
        }
        FloatVector.fromArray(SPECIES, y, yOffset).add(s0).intoArray(y, yOffset);
        FloatVector.fromArray(SPECIES, y, yOffset + COUNT).add(s1).intoArray(y, yOffset + COUNT);
        FloatVector.fromArray(SPECIES, y, yOffset + 2 * COUNT).add(s2).intoArray(y, yOffset + 2 * COUNT);
        FloatVector.fromArray(SPECIES, y, yOffset + 3 * COUNT).add(s3).intoArray(y, yOffset + 3 * COUNT);
    }

    private static void sumColumns(float[] x, int offset, int stride, int length, float[] y, int yOffset) {
        Arrays.fill(y, yOffset, yOffset + COUNT, 0);
        if (length > FloatReduce.LONG) {
            float[] partial = FloatReduce.partialSums();
            for (int i = 0; i < length; i += FloatReduce.LONG) {
                sumColumns(x, offset + i * stride, stride, Math.min(FloatReduce.LONG, length - i), partial, 0);
                FloatReduce.addPartialSums(partial, 0, y, yOffset, COUNT);
            }
            return;
        }
        for (int i = 0; i < length; i += FloatReduce.BLOCK) {
            addColumns(x, offset + i * stride, stride, Math.min(FloatReduce.BLOCK, length - i), y, yOffset);
        }
    }

    static void addColumns(float[] x, int offset, int stride, int rows, float[] y, int yOffset) {
        for (int i = rows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (rows < 0) {
            return;
        }
        FloatVector sum = FloatVector.zero(SPECIES);
        int at = offset;
        for (int p = 0; p < rows; p++) {
            sum = sum.add(FloatVector.fromArray(SPECIES, x, at));
            at += stride;
        }
        FloatVector.fromArray(SPECIES, y, yOffset).add(sum).intoArray(y, yOffset);
    }

    /** Sums fewer columns than a vector has lanes. */
    private static void sumNarrow(float[] x, int offset, int stride, int length, float[] y, int yOffset, int n) {
        Arrays.fill(y, yOffset, yOffset + n, 0);
        if (length > FloatReduce.LONG) {
            float[] partial = FloatReduce.partialSums();
            int behind = BLOCKS * COUNT; // the sums of blocks come before
            for (int i = 0; i < length; i += FloatReduce.LONG) {
                int rows = Math.min(FloatReduce.LONG, length - i);
                sumNarrow(x, offset + i * stride, stride, rows, partial, behind, n);
                FloatReduce.addPartialSums(partial, behind, y, yOffset, n);
            }
            return;
        }
        for (int i = 0; i < length; ) {
            i += addNarrow(x, offset + i * stride, stride, length - i, y, yOffset, n);
        }
    }

    /**
     * Adds the sums of the next block, or of several, to y. Vectors reach into the next row, or those of the last rows,
     * which may be the end of the array, into the one before; these lanes are not used.
     *
     * @return the number of rows that were added
     */
    private static int addNarrow(float[] x, int offset, int stride, int length, float[] y, int yOffset, int n) {
        float[] sums = FloatReduce.partialSums();
        int many = BLOCKS * FloatReduce.BLOCK;
        if (length >= many && within(x, offset, stride, many)) {
            sumBlocks(x, offset, stride, FloatReduce.BLOCK, sums);
            for (int block = 0; block < BLOCKS; block++) {
                FloatReduce.addPartialSums(sums, block * COUNT, y, yOffset, n);
            }
            return many;
        }
        int rows = Math.min(FloatReduce.BLOCK, length);
        int shift = within(x, offset, stride, rows) ? 0 : COUNT - n;
        if (offset >= shift) {
            Arrays.fill(sums, 0, COUNT, 0);
            addColumns(x, offset - shift, stride, rows, sums, 0);
        } else {
            for (int j = 0; j < n; j++) {
                sums[shift + j] = FloatReduce.column(Reduction.SUM, x, offset + j, stride, rows);
            }
        }
        FloatReduce.addPartialSums(sums, shift, y, yOffset, n);
        return rows;
    }

    /** Returns whether vectors from the beginnings of rows lie within the array. */
    private static boolean within(float[] x, int offset, int stride, int rows) {
        return offset + (long) (rows - 1) * stride + COUNT <= x.length;
    }

    /**
     * Sums four blocks side by side, as each addition waits for the one before.
     *
     * @param rows the rows of a block
     */
    static void sumBlocks(float[] x, int offset, int stride, int rows, float[] sums) {
        for (int i = rows + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (rows < 0) {
            return;
        }
        int apart = FloatReduce.BLOCK * stride;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        int at = offset;
        for (int p = 0; p < rows; p++) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, x, at));
            s1 = s1.add(FloatVector.fromArray(SPECIES, x, at + apart));
            s2 = s2.add(FloatVector.fromArray(SPECIES, x, at + 2 * apart));
            s3 = s3.add(FloatVector.fromArray(SPECIES, x, at + 3 * apart));
            at += stride;
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, COUNT);
        s2.intoArray(sums, 2 * COUNT);
        s3.intoArray(sums, 3 * COUNT);
    }

    static void maxColumns(float[] x, int offset, int stride, int length, float[] y, int yOffset, float sign) {
        for (int i = length + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (length < 0) {
            return;
        }
        FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int at = offset;
        for (int i = 0; i < length; i++) {
            max = max.max(FloatVector.fromArray(SPECIES, x, at).mul(sign));
            at += stride;
        }
        max.mul(sign).intoArray(y, yOffset);
    }
}
