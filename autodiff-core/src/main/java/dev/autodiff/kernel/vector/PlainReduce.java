package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.ScalarReduce;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;
import java.util.Arrays;

/**
 * What {@link VectorReduce} computes, to the bit, without vectors: it serves until C2 has compiled those, see
 * {@link Compilation}. All but the sum of a row is the same in any order, or in that of {@link ScalarReduce}.
 */
final class PlainReduce {
    private PlainReduce() {}

    /** Reduces the middle axis of {@code outer x length x inner}, in the order of vectors of {@code lanes} floats. */
    static void reduce(
            int lanes,
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
        if (reduction != Reduction.SUM || inner != 1) {
            ScalarReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
            return;
        }
        float[] sums = new float[4 * lanes];
        int end = Partition.start(outer, part + 1, parts);
        for (int o = Partition.start(outer, part, parts); o < end; o++) {
            y[yOffset + o] = sum(x, xOffset + o * length, length, sums);
        }
    }

    private static float sum(float[] x, int offset, int n, float[] sums) {
        if (n <= VectorReduce.LEAF) {
            return sumLeaf(x, offset, n, sums);
        }
        int half = VectorReduce.firstHalf(n);
        return sum(x, offset, half, sums) + sum(x, offset + half, n - half, sums);
    }

    /** Four vectors at a time, then one at a time, then what is left, element by element. */
    private static float sumLeaf(float[] x, int offset, int n, float[] sums) {
        int strip = sums.length;
        int lanes = strip / 4;
        Arrays.fill(sums, 0);
        int strips = n - n % strip;
        for (int i = 0; i < strips; i++) {
            sums[i % strip] += x[offset + i];
        }
        int vectors = n - n % lanes;
        for (int i = strips; i < vectors; i++) {
            sums[i % lanes] += x[offset + i];
        }
        for (int i = 0; i < lanes; i++) {
            sums[i] = (sums[i] + sums[i + 2 * lanes]) + (sums[i + lanes] + sums[i + 3 * lanes]);
        }
        float sum = PlainRows.sumOfHalves(sums, lanes);
        for (int i = vectors; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }
}
