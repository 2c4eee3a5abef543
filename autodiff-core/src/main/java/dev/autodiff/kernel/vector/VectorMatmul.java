package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatTiles.COLUMNS;
import static dev.autodiff.kernel.vector.FloatTiles.LANES;
import static dev.autodiff.kernel.vector.FloatTiles.ROWS;

import dev.autodiff.kernel.ScalarMatmul;
import dev.autodiff.kernel.Scratch;

/**
 * The matrix product, blocked for the caches around the register tiles of {@link FloatTiles}: the five loops of Van Zee and
 * van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS Functionality" (2015).
 *
 * <p>Of large products both operands are packed, by {@link StripMatmul}. Otherwise {@code b} is packed into panels as wide as
 * a tile, unless few rows of {@code a} would use them, and {@code a} is read in place where its rows or its columns are
 * contiguous, unless it pays to pack its rows as they are.
 *
 * <p>Every element of the result is the plain sum over k in order, one FMA a product (the products with a vector, which are
 * sums along contiguous memory, excepted: see {@link VectorMatvec}). So the bits do not depend on blocking, and
 * are the same as those of {@link ScalarMatmul}.
 */
public final class VectorMatmul {
    /** Below this many multiplications the plain loops are faster. */
    private static final int SMALL = 256;
    /** Depth of a panel of b: it fills most of a first-level cache of 32 KB, as the tiles of a only stream past. */
    private static final int MAX_DEPTH = FloatRowTiles.STRIDE;
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 16 * ROWS;
    /** Columns of b in a block, which stays in the third-level cache (the second, if there are only a few hundred). */
    private static final int MAX_COLUMNS = 1024;
    /** With fewer rows than this, b is read in place, and a as well if it can be. */
    private static final int ROWS_TO_PACK_B = 4 * ROWS;
    /** With fewer columns than this, rows of a that are contiguous are read in place; always, if that is fast. */
    private static final int COLUMNS_TO_PACK_ROWS = FloatRowTiles.FAST_IN_PLACE ? Integer.MAX_VALUE : 2 * COLUMNS;

    private static final float[] ZEROS = new float[COLUMNS];

    private VectorMatmul() {}

    /** {@code c = a b}; see {@link dev.autodiff.kernel.Kernels} for the parameters. */
    public static void matmul(
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
        matmul(
                a,
                aOffset,
                aRow,
                aCol,
                b,
                bOffset,
                bRow,
                bCol,
                c,
                cOffset,
                cRow,
                m,
                n,
                k,
                scratch,
                Compilation.ready((long) m * n * k));
    }

    /** The same with the vector loops if they are {@code compiled}, else with plain ones. */
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
            Scratch scratch,
            boolean compiled) {
        if (m == 0 || n == 0) {
            return;
        }
        if ((long) m * n * k <= SMALL || !compiled && m > 1 && n > 1) {
            ScalarMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
        } else if (n == 1) {
            VectorMatvec.matvec(a, aOffset, aRow, aCol, b, bOffset, bRow, c, cOffset, cRow, m, k, scratch, compiled);
        } else if (m == 1) {
            VectorMatvec.matvec(b, bOffset, bCol, bRow, a, aOffset, aCol, c, cOffset, 1, n, k, scratch, compiled);
        } else if (StripMatmul.suits(m, n)) {
            StripMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
        } else {
            blocked(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
        }
    }

    private static void blocked(
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
        int depth = evenly(k, MAX_DEPTH);
        int columns = Math.min(n, MAX_COLUMNS);
        int rows = ROWS * evenly((m + ROWS - 1) / ROWS, MAX_ROWS / ROWS);
        boolean packB = m >= ROWS_TO_PACK_B || bCol != 1;
        boolean packA = aCol == 1 && n >= COLUMNS_TO_PACK_ROWS && m >= ROWS_TO_PACK_B;
        float[] ap = scratch.floats(1, packA ? rows * FloatRowTiles.STRIDE : ROWS * depth);
        float[] bp = scratch.floats(0, (columns + COLUMNS - 1) / COLUMNS * COLUMNS * depth);
        for (int j = 0; j < n; j += columns) {
            int width = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                int bAt = bOffset + p * bRow + j * bCol;
                FloatPacking.packB(b, bAt, bRow, bCol, bp, deep, width, !packB);
                for (int i = 0; i < m; i += rows) {
                    int high = Math.min(rows, m - i);
                    int aAt = aOffset + i * aRow + p * aCol;
                    int cAt = cOffset + i * cRow + j;
                    float[] from = a;
                    int fromRow = aRow;
                    if (packA) {
                        FloatPacking.packRows(a, aAt, aRow, ap, high, deep);
                        from = ap;
                        aAt = 0;
                        fromRow = FloatRowTiles.STRIDE;
                    }
                    for (int s = 0; s < width; s += COLUMNS) {
                        boolean there = !packB && FloatPacking.fits(b, bAt + s, bRow, deep);
                        panel(
                                from,
                                aAt,
                                fromRow,
                                aCol,
                                packA,
                                ap,
                                there ? b : bp,
                                there ? bAt + s : s * deep,
                                there ? bRow : COLUMNS,
                                c,
                                cAt + s,
                                cRow,
                                high,
                                Math.min(COLUMNS, width - s),
                                deep,
                                p > 0,
                                scratch);
                    }
                }
            }
        }
    }

    /** The size of the equal blocks, at most {@code max} each, that {@code n} is cut into (the last may be smaller). */
    static int evenly(int n, int max) {
        int blocks = (n + max - 1) / max;
        return (n + blocks - 1) / blocks;
    }

    /**
     * One panel of b (in registers' order) times a block of a: the loop over the tiles of a column of c.
     *
     * @param packed whether {@code a} is: then a tile with fewer rows than the others repeats its last
     */
    private static void panel(
            float[] a,
            int aOffset,
            int aRow,
            int aCol,
            boolean packed,
            float[] ap,
            float[] b,
            int bOffset,
            int bRow,
            float[] c,
            int cOffset,
            int cRow,
            int m,
            int width,
            int depth,
            boolean add,
            Scratch scratch) {
        boolean direct = width == COLUMNS || width == LANES;
        float[] tile = scratch.floats(2, ROWS * COLUMNS);
        for (int i = 0; i < m; i += ROWS) {
            int tileOffset = aOffset + i * aRow;
            int rows = Math.min(ROWS, m - i);
            int at = cOffset + i * cRow;
            float[] to = c;
            int toOffset = at;
            int toRow = cRow;
            if (!direct) {
                to = tile;
                toOffset = 0;
                toRow = COLUMNS;
                if (add) {
                    copyTile(c, at, cRow, tile, 0, COLUMNS, rows, width);
                }
            }
            float[] init = add ? to : ZEROS;
            int initOffset = add ? toOffset : 0;
            int initRow = add ? toRow : 0;
            float[] from = a;
            int fromOffset = tileOffset;
            int fromRow = aRow;
            boolean byColumns = aRow == 1 && aCol != 1 && rows == ROWS && bRow == COLUMNS;
            if (aCol != 1 && !byColumns) {
                from = ap;
                fromOffset = 0;
                fromRow = depth;
                FloatPacking.copyTile(a, tileOffset, aRow, aCol, ap, rows, depth);
            }
            if (byColumns) {
                if (width > LANES) {
                    FloatTiles.columns2(
                            from,
                            fromOffset,
                            aCol,
                            b,
                            bOffset,
                            init,
                            initOffset,
                            initRow,
                            to,
                            toOffset,
                            toRow,
                            rows,
                            depth);
                } else {
                    FloatTiles.columns1(
                            from,
                            fromOffset,
                            aCol,
                            b,
                            bOffset,
                            bRow,
                            init,
                            initOffset,
                            initRow,
                            to,
                            toOffset,
                            toRow,
                            rows,
                            depth);
                }
            } else if (width > LANES && packed) {
                FloatRowTiles.packed2(
                        from, fromOffset, 1, b, bOffset, init, initOffset, initRow, to, toOffset, toRow, rows, depth);
            } else if (width > LANES && FloatRowTiles.FAST_IN_PLACE && bRow == COLUMNS) {
                FloatRowTiles.rows2(
                        from,
                        fromOffset,
                        fromRow,
                        b,
                        bOffset,
                        init,
                        initOffset,
                        initRow,
                        to,
                        toOffset,
                        toRow,
                        rows,
                        depth);
            } else if (width > LANES) {
                FloatTiles.rows2(
                        from,
                        fromOffset,
                        fromRow,
                        b,
                        bOffset,
                        bRow,
                        init,
                        initOffset,
                        initRow,
                        to,
                        toOffset,
                        toRow,
                        rows,
                        depth);
            } else {
                FloatTiles.rows1(
                        from,
                        fromOffset,
                        fromRow,
                        b,
                        bOffset,
                        bRow,
                        init,
                        initOffset,
                        initRow,
                        to,
                        toOffset,
                        toRow,
                        rows,
                        depth);
            }
            if (!direct) {
                copyTile(tile, 0, COLUMNS, c, at, cRow, rows, width);
            }
        }
    }

    static void copyTile(
            float[] from, int fromOffset, int fromRow, float[] to, int toOffset, int toRow, int rows, int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                to[toOffset + i * toRow + j] = from[fromOffset + i * fromRow + j];
            }
        }
    }
}
