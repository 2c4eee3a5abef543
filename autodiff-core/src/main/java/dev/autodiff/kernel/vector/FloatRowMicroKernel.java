package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.NR;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel {@link FloatMicroKernel#rows2} for packed micro-panels of {@code b}, whose rows have a stride that
 * C2 knows. Newer versions of C2 then check all indices before the loop and reach 98% of the peak without packing
 * {@code a}; JDK 17 spills sums and halves. With rows of {@code a} packed at a known stride as well, which costs a
 * copy, and checks that stay in the loop, JDK 17 reaches 98% and newer ones halve. So there is one for each.
 */
final class FloatRowMicroKernel {
    /** True if {@link #rows2} is the faster one on this JDK, false if {@link #packed2} is. */
    static final boolean FAST_IN_PLACE = Runtime.version().feature() > 17;
    /** Distance between packed rows of {@code a}, and their greatest length. */
    static final int STRIDE = 28 * 1024 / 4 / NR;

    private FloatRowMicroKernel() {}

    /**
     * Computes a micro-tile of two vectors; row i of {@code a} is contiguous from {@code aOffset + i * aRowStride},
     * {@code b} is packed.
     */
    static void rows2(
            float[] a,
            int aOffset,
            int aRowStride,
            float[] b,
            int bOffset,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, s0 + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, s1 + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, s2 + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, s3 + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, s4 + LANES);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, init, s5 + LANES);
        int a0 = aOffset;
        int a1 = aOffset + r1 * aRowStride;
        int a2 = aOffset + r2 * aRowStride;
        int a3 = aOffset + r3 * aRowStride;
        int a4 = aOffset + r4 * aRowStride;
        int a5 = aOffset + r5 * aRowStride;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bOffset + p * NR);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bOffset + p * NR + LANES);
            FloatVector e0 = FloatVector.broadcast(SPECIES, a[a0 + p]);
            c00 = e0.fma(b0, c00);
            c01 = e0.fma(b1, c01);
            FloatVector e1 = FloatVector.broadcast(SPECIES, a[a1 + p]);
            c10 = e1.fma(b0, c10);
            c11 = e1.fma(b1, c11);
            FloatVector e2 = FloatVector.broadcast(SPECIES, a[a2 + p]);
            c20 = e2.fma(b0, c20);
            c21 = e2.fma(b1, c21);
            FloatVector e3 = FloatVector.broadcast(SPECIES, a[a3 + p]);
            c30 = e3.fma(b0, c30);
            c31 = e3.fma(b1, c31);
            FloatVector e4 = FloatVector.broadcast(SPECIES, a[a4 + p]);
            c40 = e4.fma(b0, c40);
            c41 = e4.fma(b1, c41);
            FloatVector e5 = FloatVector.broadcast(SPECIES, a[a5 + p]);
            c50 = e5.fma(b0, c50);
            c51 = e5.fma(b1, c51);
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c41.intoArray(c, cOffset + r4 * cRowStride + LANES);
        c50.intoArray(c, cOffset + r5 * cRowStride);
        c51.intoArray(c, cOffset + r5 * cRowStride + LANES);
    }

    /**
     * Computes a micro-tile of two vectors; row i of {@code a} is contiguous from {@code aOffset + i *
     * }{@link #STRIDE}, {@code b} is packed.
     *
     * @param aColumnStride 1, as a parameter because C2 must not know it: it would move the checks of {@code a}'s
     *     indices out of the loop
     */
    static void packed2(
            float[] a,
            int aOffset,
            int aColumnStride,
            float[] b,
            int bOffset,
            float[] init,
            int initOffset,
            int initRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        for (int i = k + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (k < 0) {
            return;
        }
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        int r5 = Math.min(5, rows - 1);
        int s0 = initOffset;
        int s1 = initOffset + r1 * initRowStride;
        int s2 = initOffset + r2 * initRowStride;
        int s3 = initOffset + r3 * initRowStride;
        int s4 = initOffset + r4 * initRowStride;
        int s5 = initOffset + r5 * initRowStride;
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, s0);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, s0 + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, s1);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, s1 + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, s2);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, s2 + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, s3);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, s3 + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, s4);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, s4 + LANES);
        FloatVector c50 = FloatVector.fromArray(SPECIES, init, s5);
        FloatVector c51 = FloatVector.fromArray(SPECIES, init, s5 + LANES);
        for (int p = 0; p < k; p++) {
            int s = aOffset + p * aColumnStride;
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, bOffset + p * NR);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, bOffset + p * NR + LANES);
            FloatVector e = FloatVector.broadcast(SPECIES, a[s]);
            c00 = e.fma(b0, c00);
            c01 = e.fma(b1, c01);
            e = FloatVector.broadcast(SPECIES, a[s + STRIDE]);
            c10 = e.fma(b0, c10);
            c11 = e.fma(b1, c11);
            e = FloatVector.broadcast(SPECIES, a[s + 2 * STRIDE]);
            c20 = e.fma(b0, c20);
            c21 = e.fma(b1, c21);
            e = FloatVector.broadcast(SPECIES, a[s + 3 * STRIDE]);
            c30 = e.fma(b0, c30);
            c31 = e.fma(b1, c31);
            e = FloatVector.broadcast(SPECIES, a[s + 4 * STRIDE]);
            c40 = e.fma(b0, c40);
            c41 = e.fma(b1, c41);
            e = FloatVector.broadcast(SPECIES, a[s + 5 * STRIDE]);
            c50 = e.fma(b0, c50);
            c51 = e.fma(b1, c51);
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c41.intoArray(c, cOffset + r4 * cRowStride + LANES);
        c50.intoArray(c, cOffset + r5 * cRowStride);
        c51.intoArray(c, cOffset + r5 * cRowStride + LANES);
    }
}
