package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The micro-kernel of the matrix product for operands that are packed into micro-panels; {@link FloatMicroKernel} is
 * the one for operands that are read in place.
 *
 * <p>A micro-panel is an array of its own, from index 0. For each step of k, that of {@code a} holds {@value #MR}
 * numbers of a column, and that of {@code b} two vectors of a row; {@link #STEP} is the distance between steps in both.
 * So one index, and offsets that are constants, address all that a step reads; C2 checks the ranges before the loop and
 * makes 20 instructions of a step of 10 multiply-adds: those, 7 loads, an addition, a comparison and a jump. Where each
 * operand has an index of its own it makes 33 of 12. That is as fast on a quiet core. On a core whose other hardware
 * thread works for someone else, which then starts half as many instructions, it takes a third longer.
 *
 * <p>{@value #MR} rows, because C2 moves the loads of a stretch without branches to its front: with 6, 16 registers do
 * not suffice, sums go through memory, and the loop takes two and a half times as long.
 */
final class PackedMicroKernel {
    /** Rows of a micro-tile. */
    static final int MR = 5;
    /**
     * Rows of a lower micro-tile, which is nearly as fast a row: 32 rows are four micro-tiles of five rows and three of
     * these, not seven of which the last is half empty.
     */
    static final int LOW = 4;
    /** Columns of a micro-tile: two vectors. */
    static final int NR = FloatMicroKernel.NR;
    /**
     * Most steps of k in a micro-panel: two panels of {@code b}, of 16 KB each, stay in the first-level cache with one
     * of {@code a}. {@link WideMicroKernel} multiplies by two panels at a time; otherwise it is one of twice the depth.
     */
    static final int DEPTH = LANES == 16 ? 128 : 256;
    /** Distance between the steps of a micro-panel, in numbers. */
    static final int STEP = Math.max(8, LANES);

    /**
     * Distance from the first vector of a step of {@code b} to the second: they lie side by side if {@link #STEP} has
     * room for both, else the second vectors of all steps lie behind all first ones.
     */
    static final int SECOND = LANES < STEP ? LANES : DEPTH * STEP;

    static final int A_PANEL_SIZE = DEPTH * STEP;
    static final int B_PANEL_SIZE = NR * DEPTH;

    private PackedMicroKernel() {}

    /**
     * Adds the product of a micro-panel of {@code a} and one of {@code b} to a micro-tile: {@code c = init + a b},
     * where {@code init} may be {@code c}.
     *
     * @param rows the rows of the micro-tile; in {@code a} the last is repeated up to {@value #MR}
     * @param k the steps
     */
    static void multiply(
            float[] a,
            float[] b,
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
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRowStride + LANES);
        int end = k * STEP;
        for (int q = 0; q < end; q += STEP) {
            FloatVector e0 = FloatVector.broadcast(SPECIES, a[q]);
            FloatVector e1 = FloatVector.broadcast(SPECIES, a[q + 1]);
            FloatVector e2 = FloatVector.broadcast(SPECIES, a[q + 2]);
            FloatVector e3 = FloatVector.broadcast(SPECIES, a[q + 3]);
            FloatVector e4 = FloatVector.broadcast(SPECIES, a[q + 4]);
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            c00 = e0.fma(b0, c00);
            c10 = e1.fma(b0, c10);
            c20 = e2.fma(b0, c20);
            c30 = e3.fma(b0, c30);
            c40 = e4.fma(b0, c40);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, q + SECOND);
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

    /** Does the same for a micro-tile of {@value #LOW} rows or fewer. */
    static void multiplyLow(
            float[] a,
            float[] b,
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
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, initOffset);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, initOffset + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRowStride + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRowStride + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRowStride + LANES);
        int end = k * STEP;
        for (int q = 0; q < end; q += STEP) {
            FloatVector e0 = FloatVector.broadcast(SPECIES, a[q]);
            FloatVector e1 = FloatVector.broadcast(SPECIES, a[q + 1]);
            FloatVector e2 = FloatVector.broadcast(SPECIES, a[q + 2]);
            FloatVector e3 = FloatVector.broadcast(SPECIES, a[q + 3]);
            FloatVector b0 = FloatVector.fromArray(SPECIES, b, q);
            c00 = e0.fma(b0, c00);
            c10 = e1.fma(b0, c10);
            c20 = e2.fma(b0, c20);
            c30 = e3.fma(b0, c30);
            FloatVector b1 = FloatVector.fromArray(SPECIES, b, q + SECOND);
            c01 = e0.fma(b1, c01);
            c11 = e1.fma(b1, c11);
            c21 = e2.fma(b1, c21);
            c31 = e3.fma(b1, c31);
        }
        c00.intoArray(c, cOffset);
        c01.intoArray(c, cOffset + LANES);
        c10.intoArray(c, cOffset + r1 * cRowStride);
        c11.intoArray(c, cOffset + r1 * cRowStride + LANES);
        c20.intoArray(c, cOffset + r2 * cRowStride);
        c21.intoArray(c, cOffset + r2 * cRowStride + LANES);
        c30.intoArray(c, cOffset + r3 * cRowStride);
        c31.intoArray(c, cOffset + r3 * cRowStride + LANES);
    }
}
