package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;

import dev.autodiff.kernel.FloatMatmul;
import dev.autodiff.kernel.Scratch;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The product of a matrix and a vector, {@code y = a x}, bound by the speed at which {@code a} is read: along its rows
 * where they are contiguous (a dot product each), else along its columns.
 */
final class VectorMatvec {
    /** The number of outputs for which the columns of a are read at a time. */
    private static final int BLOCK = 8 * LANES;

    /** Partial sums of a dot product: four vectors hide the latency of an addition. */
    private static final int SUMS = 4 * LANES;

    private VectorMatvec() {}

    /** Returns the set of the vector loops that a product with an m x k matrix calls. */
    static long loops(int aRowStride, int aColumnStride, int yStride, int m, int k) {
        if (isByRows(aRowStride, aColumnStride, m, k)) {
            return VectorLoop.DOT.bit();
        } else if (aRowStride == 1 && yStride == 1) {
            return (m >= BLOCK ? VectorLoop.MATVEC_8.bit() : 0) | (m % BLOCK >= LANES ? VectorLoop.MATVEC_1.bit() : 0);
        }
        return 0;
    }

    private static boolean isByRows(int aRowStride, int aColumnStride, int m, int k) {
        return aColumnStride == 1 && (aRowStride != 1 || m == 1) && k >= LANES;
    }

    /**
     * Computes {@code y = a x}, with {@code a} m x k.
     *
     * @param compiled whether C2 has compiled the vector loops; if not, scalar loops with the same bits are used
     */
    static void matvec(
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] x,
            int xOffset,
            int xStride,
            float[] y,
            int yOffset,
            int yStride,
            int m,
            int k,
            Scratch scratch,
            boolean compiled) {
        if (isByRows(aRowStride, aColumnStride, m, k)) {
            float[] e = x;
            int eOffset = xOffset;
            if (xStride != 1) {
                e = scratch.floats(0, k);
                eOffset = 0;
                for (int p = 0; p < k; p++) {
                    e[p] = x[xOffset + p * xStride];
                }
            }
            int at = aOffset;
            int to = yOffset;
            for (int i = 0; i < m; i++, at += aRowStride, to += yStride) {
                float[] sums = scratch.floats(2, SUMS);
                int done = compiled ? dot(a, at, e, eOffset, k, sums) : scalarDot(a, at, e, eOffset, k, sums);
                float sum = total(sums);
                for (int p = done; p < k; p++) {
                    sum = Math.fma(a[at + p], e[eOffset + p], sum);
                }
                y[to] = sum;
            }
        } else if (aRowStride == 1 && yStride == 1 && compiled) {
            int i = 0;
            for (; i + BLOCK <= m; i += BLOCK) {
                columns8(a, aOffset + i, aColumnStride, x, xOffset, xStride, y, yOffset + i, k);
            }
            for (; i + LANES <= m; i += LANES) {
                columns1(a, aOffset + i, aColumnStride, x, xOffset, xStride, y, yOffset + i, k);
            }
            FloatMatmul.matvec(
                    a, aOffset + i, aRowStride, aColumnStride, x, xOffset, xStride, y, yOffset + i, yStride, m - i, k);
        } else {
            FloatMatmul.matvec(a, aOffset, aRowStride, aColumnStride, x, xOffset, xStride, y, yOffset, yStride, m, k);
        }
    }

    /**
     * Computes four vectors of partial sums of the products, as far as they fill vectors.
     *
     * @return the number of products taken
     */
    static int dot(float[] a, int aOffset, float[] x, int xOffset, int k, float[] sums) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return 0;
        }
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int p = 0;
        for (; p <= k - SUMS; p += SUMS) {
            s0 = FloatVector.fromArray(SPECIES, a, aOffset + p).fma(FloatVector.fromArray(SPECIES, x, xOffset + p), s0);
            s1 = FloatVector.fromArray(SPECIES, a, aOffset + p + LANES)
                    .fma(FloatVector.fromArray(SPECIES, x, xOffset + p + LANES), s1);
            s2 = FloatVector.fromArray(SPECIES, a, aOffset + p + 2 * LANES)
                    .fma(FloatVector.fromArray(SPECIES, x, xOffset + p + 2 * LANES), s2);
            s3 = FloatVector.fromArray(SPECIES, a, aOffset + p + 3 * LANES)
                    .fma(FloatVector.fromArray(SPECIES, x, xOffset + p + 3 * LANES), s3);
        }
        for (; p <= k - LANES; p += LANES) {
            s0 = FloatVector.fromArray(SPECIES, a, aOffset + p).fma(FloatVector.fromArray(SPECIES, x, xOffset + p), s0);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, LANES);
        s2.intoArray(sums, 2 * LANES);
        s3.intoArray(sums, 3 * LANES);
        return p;
    }

    /** Computes the same sums to the bit, without vectors. */
    private static int scalarDot(float[] a, int aOffset, float[] x, int xOffset, int k, float[] sums) {
        Arrays.fill(sums, 0, SUMS, 0);
        int p = 0;
        for (; p <= k - SUMS; p += SUMS) {
            for (int i = 0; i < SUMS; i++) {
                sums[i] = Math.fma(a[aOffset + p + i], x[xOffset + p + i], sums[i]);
            }
        }
        for (; p <= k - LANES; p += LANES) {
            for (int i = 0; i < LANES; i++) {
                sums[i] = Math.fma(a[aOffset + p + i], x[xOffset + p + i], sums[i]);
            }
        }
        return p;
    }

    /**
     * Returns the total, as a tree. Not {@code reduceLanes}, whose order differs between interpreted and compiled code.
     */
    private static float total(float[] sums) {
        for (int n = SUMS / 2; n > 0; n /= 2) {
            for (int i = 0; i < n; i++) {
                sums[i] += sums[i + n];
            }
        }
        return sums[0];
    }

    /** Computes eight vectors of outputs, along the columns of {@code a}. */
    static void columns8(
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] x,
            int xOffset,
            int xStride,
            float[] y,
            int yOffset,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int q = aOffset;
        for (int p = 0; p < k; p++) {
            FloatVector e = FloatVector.broadcast(SPECIES, x[xOffset + p * xStride]);
            s0 = FloatVector.fromArray(SPECIES, a, q).fma(e, s0);
            s1 = FloatVector.fromArray(SPECIES, a, q + LANES).fma(e, s1);
            s2 = FloatVector.fromArray(SPECIES, a, q + 2 * LANES).fma(e, s2);
            s3 = FloatVector.fromArray(SPECIES, a, q + 3 * LANES).fma(e, s3);
            s4 = FloatVector.fromArray(SPECIES, a, q + 4 * LANES).fma(e, s4);
            s5 = FloatVector.fromArray(SPECIES, a, q + 5 * LANES).fma(e, s5);
            s6 = FloatVector.fromArray(SPECIES, a, q + 6 * LANES).fma(e, s6);
            s7 = FloatVector.fromArray(SPECIES, a, q + 7 * LANES).fma(e, s7);
            q += aColumnStride;
        }
        s0.intoArray(y, yOffset);
        s1.intoArray(y, yOffset + LANES);
        s2.intoArray(y, yOffset + 2 * LANES);
        s3.intoArray(y, yOffset + 3 * LANES);
        s4.intoArray(y, yOffset + 4 * LANES);
        s5.intoArray(y, yOffset + 5 * LANES);
        s6.intoArray(y, yOffset + 6 * LANES);
        s7.intoArray(y, yOffset + 7 * LANES);
    }

    /** Computes one vector of outputs, along the columns of {@code a}. */
    static void columns1(
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] x,
            int xOffset,
            int xStride,
            float[] y,
            int yOffset,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        FloatVector sum = FloatVector.zero(SPECIES);
        int q = aOffset;
        for (int p = 0; p < k; p++) {
            sum = FloatVector.fromArray(SPECIES, a, q)
                    .fma(FloatVector.broadcast(SPECIES, x[xOffset + p * xStride]), sum);
            q += aColumnStride;
        }
        sum.intoArray(y, yOffset);
    }
}
