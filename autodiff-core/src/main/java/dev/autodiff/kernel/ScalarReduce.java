package dev.autodiff.kernel;

import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;

/**
 * Reductions in plain Java; see {@link Kernels} for the parameters.
 *
 * <p>Long sums are trees, so that the error does not grow with their length: along contiguous memory by halves, each leaf of
 * some thousand elements by several interleaved sums; down columns by blocks of about the root of the length. The shape of a
 * tree depends on the sizes alone. See Higham, "The accuracy of floating point summation" (1993).
 *
 * <p>Outputs are divided among the parts, so the reduction to one number is all done by the first. To use more threads for a
 * long one, reduce it as {@code rows x length / rows} first and then the results.
 */
public final class ScalarReduce {
    private ScalarReduce() {}

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
        FloatReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
    }

    /** As the one for {@code float}. */
    public static void reduce(
            Reduction reduction,
            double[] x,
            int xOffset,
            double[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        DoubleReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
    }

    /** As the one for {@code float}; sums wrap around. */
    public static void reduce(
            Reduction reduction,
            int[] x,
            int xOffset,
            int[] y,
            int yOffset,
            int outer,
            int length,
            int inner,
            int part,
            int parts) {
        int end = Partition.start(outer * inner, part + 1, parts);
        for (int u = Partition.start(outer * inner, part, parts); u < end; u++) {
            int from = xOffset + u / inner * length * inner + u % inner;
            y[yOffset + u] = switch (reduction) {
                case SUM -> sum(x, from, inner, length);
                case MAX -> max(x, from, inner, length);
                case MIN -> min(x, from, inner, length);
            };
        }
    }

    /** One column of floats, to the bit as all reductions of columns do it. */
    public static float column(Reduction reduction, float[] x, int offset, int stride, int length) {
        return FloatReduce.column(reduction, x, offset, stride, length);
    }

    /** Number of rows whose sum is formed before it is added to the total, in sums down columns. */
    public static int blockOf(int length) {
        return FloatReduce.blockOf(length);
    }

    private static int sum(int[] x, int offset, int stride, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x[offset + i * stride];
        }
        return sum;
    }

    private static int max(int[] x, int offset, int stride, int length) {
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, x[offset + i * stride]);
        }
        return max;
    }

    private static int min(int[] x, int offset, int stride, int length) {
        int min = Integer.MAX_VALUE;
        for (int i = 0; i < length; i++) {
            min = Math.min(min, x[offset + i * stride]);
        }
        return min;
    }
}
