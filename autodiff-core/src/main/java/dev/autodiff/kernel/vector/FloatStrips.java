package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatTiles.LANES;
import static dev.autodiff.kernel.vector.FloatTiles.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * The innermost loop of the matrix product for operands that have been packed into strips: see {@link FloatTiles}, which are
 * for those that are read in place.
 *
 * <p>A strip has {@link #STEP} numbers for each step of k: {@value #ROWS} of a column of {@code a}, or as many as that of a
 * row of {@code b}. A tile of {@code a} is an array of its own, and so is a panel of {@code b}; both start at index 0. So one
 * index, and offsets that are constants, address all that a step reads; C2 checks the ranges before the loop and makes 20
 * instructions of a step of 10 multiply-adds: those, 7 loads, an addition, a comparison and a jump. Where each operand has an
 * index of its own it makes 33 of 12. That is as fast on a core of one's own; on a core whose other half works for someone
 * else, and which so starts half as many instructions, it takes a third longer.
 *
 * <p>{@value #ROWS} rows, because C2 moves the loads of a stretch without branches to its front: with 6, 16 registers do not
 * suffice, sums go through memory, and the loop takes two and a half times as long.
 */
final class FloatStrips {
    static final int ROWS = 5;
    /** Columns of a panel of b: two vectors. */
    static final int COLUMNS = FloatTiles.COLUMNS;
    /** Most steps of k in a strip. */
    static final int DEPTH = 256;
    /** Distance between the steps of a strip. */
    static final int STEP = Math.max(8, LANES);

    /** From the first vector of a step of {@code b} to the second: in the same strip, if that has room, or in one behind it. */
    static final int SECOND = LANES < STEP ? LANES : DEPTH * STEP;

    static final int TILE_SIZE = DEPTH * STEP;
    static final int PANEL_SIZE = COLUMNS * DEPTH;

    private FloatStrips() {}

    /**
     * Adds the products of a tile of {@code a} and a panel of {@code b} to {@code init}, which may be {@code c}.
     *
     * @param rows of the tile; the last is repeated in what is missing to {@value #ROWS}
     * @param k steps
     */
    static void multiply(
            float[] a,
            float[] b,
            float[] init,
            int initOffset,
            int initRow,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int k) {
        int r1 = Math.min(1, rows - 1);
        int r2 = Math.min(2, rows - 1);
        int r3 = Math.min(3, rows - 1);
        int r4 = Math.min(4, rows - 1);
        FloatVector c00 = FloatVector.fromArray(SPECIES, init, initOffset);
        FloatVector c01 = FloatVector.fromArray(SPECIES, init, initOffset + LANES);
        FloatVector c10 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRow);
        FloatVector c11 = FloatVector.fromArray(SPECIES, init, initOffset + r1 * initRow + LANES);
        FloatVector c20 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRow);
        FloatVector c21 = FloatVector.fromArray(SPECIES, init, initOffset + r2 * initRow + LANES);
        FloatVector c30 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRow);
        FloatVector c31 = FloatVector.fromArray(SPECIES, init, initOffset + r3 * initRow + LANES);
        FloatVector c40 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRow);
        FloatVector c41 = FloatVector.fromArray(SPECIES, init, initOffset + r4 * initRow + LANES);
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
        c10.intoArray(c, cOffset + r1 * cRow);
        c11.intoArray(c, cOffset + r1 * cRow + LANES);
        c20.intoArray(c, cOffset + r2 * cRow);
        c21.intoArray(c, cOffset + r2 * cRow + LANES);
        c30.intoArray(c, cOffset + r3 * cRow);
        c31.intoArray(c, cOffset + r3 * cRow + LANES);
        c40.intoArray(c, cOffset + r4 * cRow);
        c41.intoArray(c, cOffset + r4 * cRow + LANES);
    }
}
