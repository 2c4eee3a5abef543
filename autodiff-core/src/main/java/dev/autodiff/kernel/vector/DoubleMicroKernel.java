package dev.autodiff.kernel.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The micro-kernel of the matrix product of doubles, for operands that are packed into micro-panels: for each step of
 * k, that of {@code a} holds the numbers of {@value #MR} rows, that of {@code b} those of {@link #NR} columns. Where
 * there are 32 vector registers, a micro-tile is four vectors wide, else two.
 */
final class DoubleMicroKernel {
    static final VectorSpecies<Double> SPECIES = VectorSpecies.of(double.class, FloatMicroKernel.SPECIES.vectorShape());
    static final int LANES = SPECIES.length();
    private static final boolean WIDE = LANES == 8;
    /** Rows of a micro-tile. */
    static final int MR = 5;
    /** Columns of a micro-tile. */
    static final int NR = WIDE ? 4 * LANES : 2 * LANES;
    /** Distance between the steps of a micro-panel; equal ones need one index, see {@link PackedMicroKernel}. */
    static final int A_STEP = WIDE ? MR : 8;

    static final int B_STEP = WIDE ? NR : 8;

    private DoubleMicroKernel() {}

    /**
     * Computes {@code c = init + a b} for a micro-tile, where {@code init} may be {@code c}.
     *
     * @param rows the rows of the micro-tile; in {@code a} the last is repeated up to {@value #MR}
     * @param k the steps
     */
    static void multiply(
            double[] a,
            double[] b,
            double[] init,
            int initOffset,
            int initRowStride,
            double[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        if (WIDE) {
            four(a, b, init, initOffset, initRowStride, c, cOffset, cRowStride, rows, k);
        } else {
            two(a, b, init, initOffset, initRowStride, c, cOffset, cRowStride, rows, k);
        }
    }

    /** Multiplies a micro-tile of four vectors a row. */
    private static void four(
            double[] a,
            double[] b,
            double[] init,
            int initOffset,
            int initRowStride,
            double[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, init, initOffset);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, init, initOffset + LANES);
        DoubleVector c02 = DoubleVector.fromArray(SPECIES, init, initOffset + 2 * LANES);
        DoubleVector c03 = DoubleVector.fromArray(SPECIES, init, initOffset + 3 * LANES);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + LANES);
        DoubleVector c12 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + 2 * LANES);
        DoubleVector c13 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + 3 * LANES);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + LANES);
        DoubleVector c22 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + 2 * LANES);
        DoubleVector c23 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + 3 * LANES);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + LANES);
        DoubleVector c32 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + 2 * LANES);
        DoubleVector c33 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + 3 * LANES);
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + LANES);
        DoubleVector c42 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + 2 * LANES);
        DoubleVector c43 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + 3 * LANES);
        for (int p = 0; p < k; p++) {
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, p * 4 * LANES);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, p * 4 * LANES + LANES);
            DoubleVector b2 = DoubleVector.fromArray(SPECIES, b, p * 4 * LANES + 2 * LANES);
            DoubleVector b3 = DoubleVector.fromArray(SPECIES, b, p * 4 * LANES + 3 * LANES);
            DoubleVector e = DoubleVector.broadcast(SPECIES, a[p * MR]);
            c00 = e.fma(b0, c00);
            c01 = e.fma(b1, c01);
            c02 = e.fma(b2, c02);
            c03 = e.fma(b3, c03);
            e = DoubleVector.broadcast(SPECIES, a[p * MR + 1]);
            c10 = e.fma(b0, c10);
            c11 = e.fma(b1, c11);
            c12 = e.fma(b2, c12);
            c13 = e.fma(b3, c13);
            e = DoubleVector.broadcast(SPECIES, a[p * MR + 2]);
            c20 = e.fma(b0, c20);
            c21 = e.fma(b1, c21);
            c22 = e.fma(b2, c22);
            c23 = e.fma(b3, c23);
            e = DoubleVector.broadcast(SPECIES, a[p * MR + 3]);
            c30 = e.fma(b0, c30);
            c31 = e.fma(b1, c31);
            c32 = e.fma(b2, c32);
            c33 = e.fma(b3, c33);
            e = DoubleVector.broadcast(SPECIES, a[p * MR + 4]);
            c40 = e.fma(b0, c40);
            c41 = e.fma(b1, c41);
            c42 = e.fma(b2, c42);
            c43 = e.fma(b3, c43);
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

    /** Multiplies a micro-tile of two vectors a row, with loads in the order of {@link PackedMicroKernel}. */
    private static void two(
            double[] a,
            double[] b,
            double[] init,
            int initOffset,
            int initRowStride,
            double[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int k) {
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        DoubleVector c00 = DoubleVector.fromArray(SPECIES, init, initOffset);
        DoubleVector c01 = DoubleVector.fromArray(SPECIES, init, initOffset + LANES);
        DoubleVector c10 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride);
        DoubleVector c11 = DoubleVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + LANES);
        DoubleVector c20 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride);
        DoubleVector c21 = DoubleVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + LANES);
        DoubleVector c30 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride);
        DoubleVector c31 = DoubleVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + LANES);
        DoubleVector c40 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride);
        DoubleVector c41 = DoubleVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + LANES);
        int end = k * B_STEP;
        for (int q = 0; q < end; q += B_STEP) {
            DoubleVector e0 = DoubleVector.broadcast(SPECIES, a[q]);
            DoubleVector e1 = DoubleVector.broadcast(SPECIES, a[q + 1]);
            DoubleVector e2 = DoubleVector.broadcast(SPECIES, a[q + 2]);
            DoubleVector e3 = DoubleVector.broadcast(SPECIES, a[q + 3]);
            DoubleVector e4 = DoubleVector.broadcast(SPECIES, a[q + 4]);
            DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, q);
            c00 = e0.fma(b0, c00);
            c10 = e1.fma(b0, c10);
            c20 = e2.fma(b0, c20);
            c30 = e3.fma(b0, c30);
            c40 = e4.fma(b0, c40);
            DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, q + LANES);
            c01 = e0.fma(b1, c01);
            c11 = e1.fma(b1, c11);
            c21 = e2.fma(b1, c21);
            c31 = e3.fma(b1, c31);
            c41 = e4.fma(b1, c41);
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
    }
}
