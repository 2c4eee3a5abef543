package dev.autodiff.kernel;

import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;

/**
 * Reductions of integers in plain Java; see {@link Kernels} for the parameters. A sum that no int can
 * hold is an error.
 */
final class IntReduce {
    private IntReduce() {}

    /** Reduces the middle axis of {@code outer x length x inner}. */
    static void reduce(
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

    private static int sum(int[] x, int offset, int stride, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += x[offset + i * stride];
        }
        return Math.toIntExact(sum);
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
