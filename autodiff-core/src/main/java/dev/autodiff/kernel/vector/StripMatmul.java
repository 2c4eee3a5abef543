package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatStrips.COLUMNS;
import static dev.autodiff.kernel.vector.FloatStrips.DEPTH;
import static dev.autodiff.kernel.vector.FloatStrips.ROWS;

import dev.autodiff.kernel.Scratch;

/** The matrix product of operands that are large enough to be packed, both: the loops around {@link FloatStrips}. */
final class StripMatmul {
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 20 * ROWS;
    /** Columns of b in a block, which stays in the third-level cache (the second, if there are only a few hundred). */
    private static final int MAX_COLUMNS = 1024;

    private static final float[] ZEROS = new float[COLUMNS];

    private StripMatmul() {}

    static void matmul(
            float[] a,
            int aOffset,
            int aRow,
            int aCol,
            float[] b,
            int bOffset,
            int bRow,
            int bCol,
            float[] c,
            int cOffset,
            int cRow,
            int m,
            int n,
            int k,
            Scratch scratch) {
        int depth = VectorMatmul.evenly(k, DEPTH);
        int columns = Math.min(n, MAX_COLUMNS);
        int rows = ROWS * VectorMatmul.evenly((m + ROWS - 1) / ROWS, MAX_ROWS / ROWS);
        float[][] panels = scratch.floatRows(0, (columns + COLUMNS - 1) / COLUMNS, FloatStrips.PANEL_SIZE);
        float[][] tiles = scratch.floatRows(1, rows / ROWS, FloatStrips.TILE_SIZE);
        float[] corner = scratch.floats(2, ROWS * COLUMNS);
        for (int j = 0; j < n; j += columns) {
            int wide = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                StripPacking.packB(b, bOffset + p * bRow + j * bCol, bRow, bCol, panels, wide, deep);
                for (int i = 0; i < m; i += rows) {
                    int high = Math.min(rows, m - i);
                    StripPacking.packA(a, aOffset + i * aRow + p * aCol, aRow, aCol, tiles, high, deep);
                    int cAt = cOffset + i * cRow + j;
                    for (int s = 0; s < wide; s += COLUMNS) {
                        float[] panel = panels[s / COLUMNS];
                        if (wide - s >= COLUMNS) {
                            panel(tiles, panel, c, cAt + s, cRow, high, deep, p > 0);
                        } else {
                            lastPanel(tiles, panel, c, cAt + s, cRow, high, wide - s, deep, p > 0, corner);
                        }
                    }
                }
            }
        }
    }

    /** One panel of b times a block of a. */
    private static void panel(
            float[][] tiles, float[] panel, float[] c, int cOffset, int cRow, int rows, int depth, boolean add) {
        float[] init = add ? c : ZEROS;
        int initRow = add ? cRow : 0;
        for (int i = 0; i < rows; i += ROWS) {
            int at = cOffset + i * cRow;
            FloatStrips.multiply(
                    tiles[i / ROWS], panel, init, add ? at : 0, initRow, c, at, cRow, Math.min(ROWS, rows - i), depth);
        }
    }

    /** The same for a panel that is wider than what there is of c. */
    private static void lastPanel(
            float[][] tiles,
            float[] panel,
            float[] c,
            int cOffset,
            int cRow,
            int rows,
            int width,
            int depth,
            boolean add,
            float[] corner) {
        for (int i = 0; i < rows; i += ROWS) {
            int at = cOffset + i * cRow;
            int high = Math.min(ROWS, rows - i);
            if (add) {
                VectorMatmul.copyTile(c, at, cRow, corner, 0, COLUMNS, high, width);
            }
            FloatStrips.multiply(
                    tiles[i / ROWS],
                    panel,
                    add ? corner : ZEROS,
                    0,
                    add ? COLUMNS : 0,
                    corner,
                    0,
                    COLUMNS,
                    high,
                    depth);
            VectorMatmul.copyTile(corner, 0, COLUMNS, c, at, cRow, high, width);
        }
    }
}
