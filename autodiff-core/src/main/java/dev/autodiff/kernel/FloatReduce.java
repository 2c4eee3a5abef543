package dev.autodiff.kernel;

import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;

/**
 * Reductions of floats in plain Java; see {@link Kernels} for the parameters.
 *
 * <p>Long sums are trees, so that the error does not grow with their length: along contiguous memory by halves, each
 * leaf of some thousand elements by several interleaved sums; down columns by blocks of 256 rows, of which 256 are
 * added up before they are added to the rest. The shape of a tree depends on the sizes alone. See Higham, "The accuracy
 * of floating point summation" (1993).
 *
 * <p>Outputs are divided among the parts, so the reduction to one number is all done by the first. To use more threads
 * for a long one, reduce it as {@code rows x length / rows} first and then the results.
 */
public final class FloatReduce {
    /** Rows up to this length are summed in one go, longer ones by halves. */
    private static final int LEAF = 1024;
    /** Columns that are reduced together. */
    private static final int GROUP = 8;
    /** Rows whose sum is formed before it is added to others. */
    public static final int BLOCK = 256;
    /** Rows of blocks whose sums are added up before they are added to others. */
    public static final int LONG = BLOCK * BLOCK;
    /** The columns that are reduced together by any kernels, at most. */
    private static final int MOST_COLUMNS = 64;

    private static final ThreadLocal<float[]> PARTIAL = ThreadLocal.withInitial(() -> new float[2 * MOST_COLUMNS]);

    private FloatReduce() {}

    /** Reduces the middle axis of {@code outer x length x inner}. */
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
                    case MAX -> max(x, from, 1, length, 1);
                    case MIN -> -max(x, from, 1, length, -1);
                };
            } else {
                columns(reduction, x, from, inner, length, y, to, Math.min(GROUP, inner - j));
            }
        }
    }

    /** Reduces the columns {@code 0 .. n-1}, where {@code n} is {@link #GROUP} at most. */
    private static void columns(
            Reduction reduction, float[] x, int xOffset, int stride, int length, float[] y, int yOffset, int n) {
        if (reduction == Reduction.SUM && n == GROUP) {
            sumGroup(x, xOffset, stride, length, y, yOffset);
            return;
        }
        for (int j = 0; j < n; j++) {
            y[yOffset + j] = column(reduction, x, xOffset + j, stride, length);
        }
    }

    /** Reduces one column; a sum is in the order of {@link #sumGroup}. */
    public static float column(Reduction reduction, float[] x, int offset, int stride, int length) {
        return switch (reduction) {
            case SUM -> sumColumn(x, offset, stride, length);
            case MAX -> max(x, offset, stride, length, 1);
            case MIN -> -max(x, offset, stride, length, -1);
        };
    }

    /** Returns the largest of {@code sign * x}, so that the smallest is {@code -max} with sign -1. */
    private static float max(float[] x, int offset, int stride, int length, float sign) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, sign * x[offset + i * stride]);
        }
        return max;
    }

    private static float sum(float[] x, int offset, int n) {
        if (n <= LEAF) {
            return sumLeaf(x, offset, n);
        }
        int half = (n / 2 + LEAF - 1) / LEAF * LEAF;
        return sum(x, offset, half) + sum(x, offset + half, n - half);
    }

    private static float sumLeaf(float[] x, int offset, int n) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = 0;
        for (; i < n - 7; i += 8) {
            s0 += x[offset + i];
            s1 += x[offset + i + 1];
            s2 += x[offset + i + 2];
            s3 += x[offset + i + 3];
            s4 += x[offset + i + 4];
            s5 += x[offset + i + 5];
            s6 += x[offset + i + 6];
            s7 += x[offset + i + 7];
        }
        float sum = ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7));
        for (; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }

    private static float sumColumn(float[] x, int offset, int stride, int length) {
        float total = 0;
        for (int i = 0; i < length; i += LONG) {
            total += sumOfBlocks(x, offset + i * stride, stride, Math.min(LONG, length - i));
        }
        return total;
    }

    private static float sumOfBlocks(float[] x, int offset, int stride, int length) {
        float total = 0;
        for (int i = 0; i < length; i += BLOCK) {
            float sum = 0;
            int end = Math.min(length, i + BLOCK);
            for (int p = i; p < end; p++) {
                sum += x[offset + p * stride];
            }
            total += sum;
        }
        return total;
    }

    /**
     * Returns memory of this thread for the sums of columns of one part of the rows, and as much for those of blocks.
     */
    public static float[] partialSums() {
        return PARTIAL.get();
    }

    /** Adds partial sums to the totals of columns. */
    public static void addPartialSums(float[] partial, int offset, float[] y, int yOffset, int n) {
        for (int j = 0; j < n; j++) {
            y[yOffset + j] += partial[offset + j];
        }
    }

    private static void sumGroup(float[] x, int offset, int stride, int length, float[] y, int yOffset) {
        for (int j = 0; j < GROUP; j++) {
            y[yOffset + j] = 0;
        }
        if (length <= LONG) {
            addBlocks(x, offset, stride, length, y, yOffset);
            return;
        }
        float[] partial = partialSums();
        for (int i = 0; i < length; i += LONG) {
            sumGroup(x, offset + i * stride, stride, Math.min(LONG, length - i), partial, 0);
            addPartialSums(partial, 0, y, yOffset, GROUP);
        }
    }

    private static void addBlocks(float[] x, int offset, int stride, int length, float[] y, int yOffset) {
        for (int i = 0; i < length; i += BLOCK) {
            float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
            int at = offset + i * stride;
            int end = Math.min(length, i + BLOCK);
            for (int p = i; p < end; p++, at += stride) {
                s0 += x[at];
                s1 += x[at + 1];
                s2 += x[at + 2];
                s3 += x[at + 3];
                s4 += x[at + 4];
                s5 += x[at + 5];
                s6 += x[at + 6];
                s7 += x[at + 7];
            }
            y[yOffset] += s0;
            y[yOffset + 1] += s1;
            y[yOffset + 2] += s2;
            y[yOffset + 3] += s3;
            y[yOffset + 4] += s4;
            y[yOffset + 5] += s5;
            y[yOffset + 6] += s6;
            y[yOffset + 7] += s7;
        }
    }
}
