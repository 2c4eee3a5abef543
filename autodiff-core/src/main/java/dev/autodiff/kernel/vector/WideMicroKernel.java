package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;
import static dev.autodiff.kernel.vector.PackedMicroKernel.SECOND;
import static dev.autodiff.kernel.vector.PackedMicroKernel.STEP;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of the matrix product for processors with 32 vector registers: a micro-tile of {@link
 * PackedMicroKernel#MR} rows and of four vectors, those of two micro-panels of {@code b}. It has 20 sums where {@link
 * PackedMicroKernel} has 10, for two more loads. {@code a} is read in place, by rows or by columns: the checks of its
 * ranges cost less than packing it, and less than what C2 does without them, which is to move loads ahead until
 * registers run short.
 */
final class WideMicroKernel {
    /** True if the processor has 32 vector registers: those with vectors of 512 bits do. */
    static final boolean FITS = LANES == 16;
    /** Columns of a micro-tile. */
    static final int NR = 4 * LANES;

    private WideMicroKernel() {}

    /**
     * Computes {@code c = init + a b} for a micro-tile, where {@code init} may be {@code c}.
     *
     * @param left the micro-panel of the first two vectors of a row
     * @param right the micro-panel of the other two
     * @param rows the rows of the micro-tile, at most {@link PackedMicroKernel#MR}
     * @param k the steps
     */
    static void multiply(
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] left,
            float[] right,
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
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, initOffset);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, initOffset + LANES);
        FloatVector c02 = FloatVector.fromArray(SPECIES, init, initOffset + 2 * LANES);
        FloatVector c03 = FloatVector.fromArray(SPECIES, init, initOffset + 3 * LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + LANES);
        FloatVector c12 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + 2 * LANES);
        FloatVector c13 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + 3 * LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + LANES);
        FloatVector c22 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + 2 * LANES);
        FloatVector c23 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + 3 * LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + LANES);
        FloatVector c32 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + 2 * LANES);
        FloatVector c33 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + 3 * LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + LANES);
        FloatVector c42 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + 2 * LANES);
        FloatVector c43 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + 3 * LANES);
        int a1 = r1 * aRowStride;
        int a2 = r2 * aRowStride;
        int a3 = r3 * aRowStride;
        int a4 = r4 * aRowStride;
        int q = aOffset;
        for (int p = 0; p < k; p++) {
            FloatVector b0 = FloatVector.fromArray(SPECIES, left, p * STEP);
            FloatVector b1 = FloatVector.fromArray(SPECIES, left, p * STEP + SECOND);
            FloatVector b2 = FloatVector.fromArray(SPECIES, right, p * STEP);
            FloatVector b3 = FloatVector.fromArray(SPECIES, right, p * STEP + SECOND);
            FloatVector e = FloatVector.broadcast(SPECIES, a[q]);
            c00 = e.fma(b0, c00);
            c01 = e.fma(b1, c01);
            c02 = e.fma(b2, c02);
            c03 = e.fma(b3, c03);
            e = FloatVector.broadcast(SPECIES, a[q + a1]);
            c10 = e.fma(b0, c10);
            c11 = e.fma(b1, c11);
            c12 = e.fma(b2, c12);
            c13 = e.fma(b3, c13);
            e = FloatVector.broadcast(SPECIES, a[q + a2]);
            c20 = e.fma(b0, c20);
            c21 = e.fma(b1, c21);
            c22 = e.fma(b2, c22);
            c23 = e.fma(b3, c23);
            e = FloatVector.broadcast(SPECIES, a[q + a3]);
            c30 = e.fma(b0, c30);
            c31 = e.fma(b1, c31);
            c32 = e.fma(b2, c32);
            c33 = e.fma(b3, c33);
            e = FloatVector.broadcast(SPECIES, a[q + a4]);
            c40 = e.fma(b0, c40);
            c41 = e.fma(b1, c41);
            c42 = e.fma(b2, c42);
            c43 = e.fma(b3, c43);
            q += aColumnStride;
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c02.intoArray(c, cOffset + 2 * LANES);
        c03.intoArray(c, cOffset + 3 * LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c12.intoArray(c, cOffset + r1 * cRowStride + 2 * LANES);
        c13.intoArray(c, cOffset + r1 * cRowStride + 3 * LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c22.intoArray(c, cOffset + r2 * cRowStride + 2 * LANES);
        c23.intoArray(c, cOffset + r2 * cRowStride + 3 * LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
        c32.intoArray(c, cOffset + r3 * cRowStride + 2 * LANES);
        c33.intoArray(c, cOffset + r3 * cRowStride + 3 * LANES);
        c40.intoArray(c, cOffset + r4 * cRowStride);
        c41.intoArray(c, cOffset + r4 * cRowStride + LANES);
        c42.intoArray(c, cOffset + r4 * cRowStride + 2 * LANES);
        c43.intoArray(c, cOffset + r4 * cRowStride + 3 * LANES);
    }
}
