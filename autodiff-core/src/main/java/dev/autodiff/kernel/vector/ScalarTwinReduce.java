package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.FloatReduce;
import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.parallel.Partition;
import java.util.Arrays;

/**
 * The scalar twin of {@link VectorReduce}, with the same bits: it serves until C2 has compiled the vector loops, see
 * {@link Compilation}. All but the sum of a row is the same in any order, or in that of {@link FloatReduce}.
 */
final class ScalarTwinReduce {
    /** The partial sums of each thread: small rows are added up here for as long as a program runs. */
    private static final ThreadLocal<float[]> SUMS = ThreadLocal.withInitial(() -> new float[0]);

    private ScalarTwinReduce() {}

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
            FloatReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts);
            return;
        }
        float[] sums = sums(4 * lanes);
        int end = Partition.start(outer, part + 1, parts);
        for (int o = Partition.start(outer, part, parts); o < end; o++) {
            y[yOffset + o] = sum(x, xOffset + o * length, length, sums);
        }
    }

    private static float[] sums(int count) {
        float[] known = SUMS.get();
        if (known.length != count) {
            known = new float[count];
            SUMS.set(known);
        }
        return known;
    }

    private static float sum(float[] x, int offset, int n, float[] sums) {
        if (n <= VectorReduce.LEAF) {
            return sumLeaf(x, offset, n, sums);
        }
        int half = VectorReduce.firstHalf(n);
        return sum(x, offset, half, sums) + sum(x, offset + half, n - half, sums);
    }

    /** Adds four vectors at a time, then one at a time, then the rest element by element. */
    private static float sumLeaf(float[] x, int offset, int n, float[] sums) {
        int group = sums.length;
        int lanes = group / 4;
        Arrays.fill(sums, 0);
        int groups = n - n % group;
        for (int i = 0; i < groups; i++) {
            sums[i % group] += x[offset + i];
        }
        int vectors = n - n % lanes;
        for (int i = groups; i < vectors; i++) {
            sums[i % lanes] += x[offset + i];
        }
        for (int i = 0; i < lanes; i++) {
            sums[i] = (sums[i] + sums[i + 2 * lanes]) + (sums[i + lanes] + sums[i + 3 * lanes]);
        }
        float sum = ScalarTwinRows.sumOfHalves(sums, lanes);
        for (int i = vectors; i < n; i++) {
            sum += x[offset + i];
        }
        return sum;
    }
}
