package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.PackedMicroKernel.DEPTH;
import static dev.autodiff.kernel.vector.PackedMicroKernel.LOW;
import static dev.autodiff.kernel.vector.PackedMicroKernel.MR;
import static dev.autodiff.kernel.vector.PackedMicroKernel.NR;

import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.parallel.Partition;

/**
 * The matrix product of operands that are large enough for both to be packed: the loops around
 * {@link PackedMicroKernel}.
 */
final class PackedFloatMatmul {
    static final PackedMatmul PACKED = new Packed(false);
    /** For tests: the same with all loops, compiled or not. */
    static final PackedMatmul WARM = new Packed(true);

    private static final int MIN_ROWS = 32;
    /** The same if b is packed before, and k is long: other products may have it packed anyway. */
    private static final int MIN_ROWS_OF_LONG = 24;

    private static final int LONG = 512;
    private static final int MIN_COLUMNS = 96;
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 20 * MR;
    /** Columns of b in a block, which stays in the third-level cache (the second, if there are only a few hundred). */
    private static final int MAX_COLUMNS = 1024;

    private static final float[] ZEROS = new float[Math.max(NR, WideMicroKernel.NR)];

    private PackedFloatMatmul() {}

    /** Returns whether a product is large enough for packing to pay. */
    static boolean suits(int m, int n) {
        return m >= MIN_ROWS && n >= MIN_COLUMNS;
    }

    /** Returns the set of the vector loops that a product calls. */
    static long loops(MatmulLayout layout, int n) {
        boolean wide = WideMicroKernel.FITS && n >= WideMicroKernel.NR;
        boolean narrow = !WideMicroKernel.FITS || n % WideMicroKernel.NR != 0;
        long loops = MicroPanelPacking.loopsForB(layout.bRowStride(), layout.bColumnStride(), n);
        if (wide) {
            loops |= VectorLoop.WIDE.bit();
        }
        if (narrow) {
            loops |= VectorLoop.PACKED.bit();
            loops |= MicroPanelPacking.loopsForA(layout.aRowStride(), layout.aColumnStride());
        }
        return loops;
    }

    /**
     * Computes {@code c = a b} on one thread: block by block, so that a packed block is still in the cache when it is
     * used.
     */
    static void matmul(
            MatmulLayout layout,
            float[] a,
            int aOffset,
            float[] b,
            int bOffset,
            float[] c,
            int cOffset,
            int m,
            int n,
            int k,
            Scratch scratch) {
        int bRowStride = layout.bRowStride();
        int bColumnStride = layout.bColumnStride();
        int depth = VectorMatmul.evenly(k, DEPTH);
        int columns = Math.min(n, MAX_COLUMNS);
        float[][] bPanels = scratch.floatRows(0, panelsFor(columns), PackedMicroKernel.B_PANEL_SIZE);
        for (int j = 0; j < n; j += columns) {
            int wide = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                int bAt = bOffset + p * bRowStride + j * bColumnStride;
                MicroPanelPacking.packB(b, bAt, bRowStride, bColumnStride, bPanels, 0, wide, 0, deep);
                int aAt = aOffset + p * layout.aColumnStride();
                multiplyBlocks(layout, a, aAt, bPanels, 0, c, cOffset + j, m, wide, deep, p > 0, false, false, scratch);
            }
        }
    }

    private static int panelsFor(int columns) {
        return (columns + NR - 1) / NR;
    }

    /**
     * Multiplies all rows of {@code a}, a block at a time, and some micro-panels of {@code b}: one block of k.
     *
     * @param mayBeLow true to have lower micro-tiles at the end of a block, so that few rows are computed in vain
     * @param sameRows true if the rows, one block of them, have been packed into this scratch memory before
     */
    private static void multiplyBlocks(
            MatmulLayout layout,
            float[] a,
            int aOffset,
            float[][] bPanels,
            int firstPanel,
            float[] c,
            int cOffset,
            int m,
            int n,
            int depth,
            boolean add,
            boolean mayBeLow,
            boolean sameRows,
            Scratch scratch) {
        int aRowStride = layout.aRowStride();
        int aColumnStride = layout.aColumnStride();
        int cRowStride = layout.cRowStride();
        int rows = MR * VectorMatmul.evenly((m + MR - 1) / MR, MAX_ROWS / MR);
        float[][] aPanels = scratch.floatRows(1, rows / MR, PackedMicroKernel.A_PANEL_SIZE);
        float[] packedLow = scratch.floats(0, 1);
        int wide = WideMicroKernel.FITS ? n / WideMicroKernel.NR * WideMicroKernel.NR : 0;
        for (int i = 0; i < m; i += rows) {
            int high = Math.min(rows, m - i);
            int low = sameRows ? (int) packedLow[0] : mayBeLow ? low(high) : 0;
            int aAt = aOffset + i * aRowStride;
            if (wide < n && !sameRows) {
                MicroPanelPacking.packA(a, aAt, aRowStride, aColumnStride, aPanels, high, low, depth);
                packedLow[0] = low;
            }
            int cAt = cOffset + i * cRowStride;
            for (int s = 0; s < wide; s += WideMicroKernel.NR) {
                float[] left = bPanels[firstPanel + s / NR];
                float[] right = bPanels[firstPanel + s / NR + 1];
                multiplyInPlace(
                        a, aAt, aRowStride, aColumnStride, left, right, c, cAt + s, cRowStride, high, depth, add);
            }
            for (int s = wide; s < n; s += NR) {
                float[] panel = bPanels[firstPanel + s / NR];
                if (n - s >= NR) {
                    multiplyPanel(aPanels, panel, c, cAt + s, cRowStride, high, low, depth, add);
                } else {
                    multiplyLastPanel(aPanels, panel, c, cAt + s, cRowStride, high, low, n - s, depth, add, scratch);
                }
            }
        }
    }

    /** Returns how many micro-tiles of a block, the last ones, may be lower than the others. */
    private static int low(int rows) {
        int tiles = (rows + MR - 1) / MR;
        return Math.min(tiles, tiles * MR - rows);
    }

    /** Returns how many micro-tiles of a block are not lower than others. */
    static int tall(int rows, int low) {
        return (Math.max(0, rows - low * LOW) + MR - 1) / MR;
    }

    /** Multiplies rows of {@code a}, which are not packed, and two micro-panels of {@code b}. */
    private static void multiplyInPlace(
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            float[] left,
            float[] right,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int depth,
            boolean add) {
        float[] init = add ? c : ZEROS;
        int initRowStride = add ? cRowStride : 0;
        for (int i = 0; i < rows; i += MR) {
            int at = cOffset + i * cRowStride;
            int aAt = aOffset + i * aRowStride;
            int high = Math.min(MR, rows - i);
            int from = add ? at : 0;
            WideMicroKernel.multiply(
                    a,
                    aAt,
                    aRowStride,
                    aColumnStride,
                    left,
                    right,
                    init,
                    from,
                    initRowStride,
                    c,
                    at,
                    cRowStride,
                    high,
                    depth);
        }
    }

    /** Multiplies a block of {@code a} and one micro-panel of {@code b}. */
    private static void multiplyPanel(
            float[][] aPanels,
            float[] panel,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int low,
            int depth,
            boolean add) {
        float[] init = add ? c : ZEROS;
        int initRowStride = add ? cRowStride : 0;
        int tall = tall(rows, low);
        int at = cOffset;
        for (int tile = 0; tile < tall; tile++) {
            int high = Math.min(MR, rows - tile * MR);
            int from = add ? at : 0;
            PackedMicroKernel.multiply(aPanels[tile], panel, init, from, initRowStride, c, at, cRowStride, high, depth);
            at += MR * cRowStride;
        }
        for (int tile = tall; tile < tall + low; tile++) {
            int high = Math.min(LOW, rows - tall * MR - (tile - tall) * LOW);
            int from = add ? at : 0;
            PackedMicroKernel.multiplyLow(
                    aPanels[tile], panel, init, from, initRowStride, c, at, cRowStride, high, depth);
            at += LOW * cRowStride;
        }
    }

    /** Does the same for a micro-panel that is wider than the rest of {@code c}. */
    private static void multiplyLastPanel(
            float[][] aPanels,
            float[] panel,
            float[] c,
            int cOffset,
            int cRowStride,
            int rows,
            int low,
            int width,
            int depth,
            boolean add,
            Scratch scratch) {
        float[] whole = scratch.floats(2, MAX_ROWS * NR);
        if (add) {
            VectorMatmul.copyMicroTile(c, cOffset, cRowStride, whole, 0, NR, rows, width);
        }
        multiplyPanel(aPanels, panel, whole, 0, NR, rows, low, depth, add);
        VectorMatmul.copyMicroTile(whole, 0, NR, c, cOffset, cRowStride, rows, width);
    }

    /**
     * The product on several threads: all of {@code b} is packed before, micro-panel by micro-panel of each block of k.
     */
    private static final class Packed implements PackedMatmul {
        /** Micro-panels that are packed together. */
        private static final int PANELS_TOGETHER = 2;

        private final boolean warm;

        Packed(boolean warm) {
            this.warm = warm;
        }

        @Override
        public boolean suits(int m, int n, int k) {
            return PackedFloatMatmul.suits(k >= LONG && m >= MIN_ROWS_OF_LONG ? MIN_ROWS : m, n);
        }

        @Override
        public boolean isReady(MatmulLayout layout, int m, int n, int k) {
            return Compilation.isReady(loops(layout, n), (long) m * n * k);
        }

        @Override
        public float[][] panels(int n, int k, Scratch shared) {
            return shared.floatRows(0, blocks(k) * panelsFor(n), PackedMicroKernel.B_PANEL_SIZE);
        }

        /** Returns the steps of k in a micro-panel: they divide the blocks of k in which sums are formed. */
        private static int depth(int k) {
            return LongProduct.blocks(k) == 1 ? VectorMatmul.evenly(k, DEPTH) : DEPTH;
        }

        private static int blocks(int k) {
            return (k + DEPTH - 1) / DEPTH;
        }

        @Override
        public void pack(
                float[] b,
                int bOffset,
                int bRowStride,
                int bColumnStride,
                float[][] panels,
                int n,
                int k,
                int part,
                int parts) {
            int depth = depth(k);
            int across = panelsFor(n);
            int groups = (across + PANELS_TOGETHER - 1) / PANELS_TOGETHER;
            int units = blocks(k) * groups;
            int end = Partition.start(units, part + 1, parts);
            for (int u = Partition.start(units, part, parts); u < end; u++) {
                int p = u / groups * depth;
                int panel = u % groups * PANELS_TOGETHER;
                int j = panel * NR;
                MicroPanelPacking.packB(
                        b,
                        bOffset + p * bRowStride + j * bColumnStride,
                        bRowStride,
                        bColumnStride,
                        panels,
                        u / groups * across + panel,
                        Math.min(PANELS_TOGETHER * NR, n - j),
                        0,
                        Math.min(depth, k - p));
            }
        }

        @Override
        public void packRows(
                float[] b,
                int bOffset,
                int bRowStride,
                int bColumnStride,
                float[][] panels,
                int n,
                int k,
                int row0,
                int row1) {
            int depth = depth(k);
            int across = panelsFor(n);
            for (int row = row0, end; row < row1; row = end) {
                int block = row / depth;
                end = Math.min(row1, (block + 1) * depth);
                int start = row - block * depth;
                MicroPanelPacking.packB(
                        b,
                        bOffset + row * bRowStride,
                        bRowStride,
                        bColumnStride,
                        panels,
                        block * across,
                        n,
                        start,
                        end - row);
            }
        }

        @Override
        public void multiply(
                MatmulLayout layout,
                float[] a,
                int aOffset,
                float[][] panels,
                int column,
                float[] c,
                int cOffset,
                int rows,
                int columns,
                int n,
                int k,
                boolean sameRows,
                Scratch scratch) {
            int depth = depth(k);
            int across = panelsFor(n);
            boolean packed = sameRows && rows <= MAX_ROWS && k <= depth;
            boolean mayBeLow = !WideMicroKernel.FITS
                    && (warm || Compilation.isReady(VectorLoop.PACKED_LOW.bit(), (long) rows * columns * k));
            for (int i = 0; i < rows; i += MAX_ROWS) {
                int high = Math.min(MAX_ROWS, rows - i);
                int cAt = cOffset + i * layout.cRowStride();
                for (int block = 0; block < LongProduct.blocks(k); block++) {
                    int start = block * LongProduct.BLOCK;
                    int end = LongProduct.end(block, k);
                    for (int p = start; p < end; p += depth) {
                        int aAt = aOffset + i * layout.aRowStride() + p * layout.aColumnStride();
                        int firstPanel = p / depth * across + column / NR;
                        int deep = Math.min(depth, end - p);
                        boolean add = p > start;
                        multiplyBlocks(
                                layout,
                                a,
                                aAt,
                                panels,
                                firstPanel,
                                c,
                                cAt,
                                high,
                                columns,
                                deep,
                                add,
                                mayBeLow,
                                packed,
                                scratch);
                    }
                    if (LongProduct.blocks(k) > 1) {
                        LongProduct.addUp(block, k, c, cAt, layout.cRowStride(), high, columns, scratch);
                    }
                }
            }
        }

        @Override
        public int rowUnit() {
            return WideMicroKernel.FITS ? MR : LOW;
        }

        @Override
        public int columnUnit() {
            return WideMicroKernel.FITS ? WideMicroKernel.NR : NR;
        }
    }
}
