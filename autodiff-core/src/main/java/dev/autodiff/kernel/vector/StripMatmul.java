package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatStrips.COLUMNS;
import static dev.autodiff.kernel.vector.FloatStrips.DEPTH;
import static dev.autodiff.kernel.vector.FloatStrips.ROWS;

import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.Partition;

/** The matrix product of operands that are large enough to be packed, both: the loops around {@link FloatStrips}. */
final class StripMatmul {
    static final PackedMatmul PACKED = new Packed();

    private static final int MIN_ROWS = 32;
    private static final int MIN_COLUMNS = 96;
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 20 * ROWS;
    /** Columns of b in a block, which stays in the third-level cache (the second, if there are only a few hundred). */
    private static final int MAX_COLUMNS = 1024;

    private static final float[] ZEROS = new float[COLUMNS];

    private StripMatmul() {}

    /** Whether a product is large enough for packing to pay. */
    static boolean suits(int m, int n) {
        return m >= MIN_ROWS && n >= MIN_COLUMNS;
    }

    /** On one thread: block by block, so that what has been packed is still in the cache when it is used. */
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
        float[][] panels = scratch.floatRows(0, panels(columns), FloatStrips.PANEL_SIZE);
        for (int j = 0; j < n; j += columns) {
            int wide = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                StripPacking.packB(b, bOffset + p * bRow + j * bCol, bRow, bCol, panels, 0, wide, 0, deep);
                multiplyBlocks(
                        a,
                        aOffset + p * aCol,
                        aRow,
                        aCol,
                        panels,
                        0,
                        c,
                        cOffset + j,
                        cRow,
                        m,
                        wide,
                        deep,
                        p > 0,
                        scratch);
            }
        }
    }

    private static int panels(int columns) {
        return (columns + COLUMNS - 1) / COLUMNS;
    }

    /** All rows of a, a block at a time, times some panels: one step of the blocking of k. */
    private static void multiplyBlocks(
            float[] a,
            int aOffset,
            int aRow,
            int aCol,
            float[][] panels,
            int firstPanel,
            float[] c,
            int cOffset,
            int cRow,
            int m,
            int n,
            int depth,
            boolean add,
            Scratch scratch) {
        int rows = ROWS * VectorMatmul.evenly((m + ROWS - 1) / ROWS, MAX_ROWS / ROWS);
        float[][] tiles = scratch.floatRows(1, rows / ROWS, FloatStrips.TILE_SIZE);
        for (int i = 0; i < m; i += rows) {
            int high = Math.min(rows, m - i);
            StripPacking.packA(a, aOffset + i * aRow, aRow, aCol, tiles, high, depth);
            int cAt = cOffset + i * cRow;
            for (int s = 0; s < n; s += COLUMNS) {
                float[] panel = panels[firstPanel + s / COLUMNS];
                if (n - s >= COLUMNS) {
                    panel(tiles, panel, c, cAt + s, cRow, high, depth, add);
                } else {
                    lastPanel(tiles, panel, c, cAt + s, cRow, high, n - s, depth, add, scratch);
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
            Scratch scratch) {
        float[] corner = scratch.floats(2, ROWS * COLUMNS);
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

    /** On several threads: all of b is packed before, panel by panel of each block of k. */
    private static final class Packed implements PackedMatmul {
        /** Panels that are packed together. */
        private static final int GROUP = 2;

        @Override
        public boolean suits(int m, int n, int k) {
            return StripMatmul.suits(m, n);
        }

        @Override
        public boolean isReady() {
            return Compilation.matmulIsReady();
        }

        @Override
        public float[][] panels(int n, int k, Scratch shared) {
            return shared.floatRows(0, blocks(k) * StripMatmul.panels(n), FloatStrips.PANEL_SIZE);
        }

        private static int blocks(int k) {
            return (k + DEPTH - 1) / DEPTH;
        }

        @Override
        public void pack(
                float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int part, int parts) {
            int depth = VectorMatmul.evenly(k, DEPTH);
            int across = StripMatmul.panels(n);
            int groups = (across + GROUP - 1) / GROUP;
            int units = blocks(k) * groups;
            int end = Partition.start(units, part + 1, parts);
            for (int u = Partition.start(units, part, parts); u < end; u++) {
                int p = u / groups * depth;
                int panel = u % groups * GROUP;
                int j = panel * COLUMNS;
                StripPacking.packB(
                        b,
                        bOffset + p * bRow + j * bCol,
                        bRow,
                        bCol,
                        panels,
                        u / groups * across + panel,
                        Math.min(GROUP * COLUMNS, n - j),
                        0,
                        Math.min(depth, k - p));
            }
        }

        @Override
        public void packRows(
                float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int row0, int row1) {
            int depth = VectorMatmul.evenly(k, DEPTH);
            int across = StripMatmul.panels(n);
            for (int row = row0, end; row < row1; row = end) {
                int block = row / depth;
                end = Math.min(row1, (block + 1) * depth);
                int start = row - block * depth;
                StripPacking.packB(b, bOffset + row * bRow, bRow, bCol, panels, block * across, n, start, end - row);
            }
        }

        @Override
        public void multiply(
                float[] a,
                int aOffset,
                int aRow,
                int aCol,
                float[][] panels,
                int column,
                float[] c,
                int cOffset,
                int cRow,
                int rows,
                int columns,
                int n,
                int k,
                Scratch scratch) {
            int depth = VectorMatmul.evenly(k, DEPTH);
            int across = StripMatmul.panels(n);
            for (int i = 0; i < rows; i += MAX_ROWS) {
                int high = Math.min(MAX_ROWS, rows - i);
                for (int p = 0; p < k; p += depth) {
                    multiplyBlocks(
                            a,
                            aOffset + i * aRow + p * aCol,
                            aRow,
                            aCol,
                            panels,
                            p / depth * across + column / COLUMNS,
                            c,
                            cOffset + i * cRow,
                            cRow,
                            high,
                            columns,
                            Math.min(depth, k - p),
                            p > 0,
                            scratch);
                }
            }
        }

        @Override
        public int rowUnit() {
            return ROWS;
        }

        @Override
        public int columnUnit() {
            return COLUMNS;
        }
    }
}
