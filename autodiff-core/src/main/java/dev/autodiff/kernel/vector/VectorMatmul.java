package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.MR;
import static dev.autodiff.kernel.vector.FloatMicroKernel.NR;

import dev.autodiff.kernel.FloatMatmul;
import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;

/**
 * The matrix product, blocked for the caches around the micro-tiles of {@link FloatMicroKernel}: the five loops of Van
 * Zee and van de Geijn, "BLIS: A Framework for Rapidly Instantiating BLAS Functionality" (2015).
 *
 * <p>Of large products both operands are packed, by {@link PackedFloatMatmul}. Otherwise {@code b} is packed into
 * micro-panels, unless few rows of {@code a} would use them, and {@code a} is read in place where its rows or its
 * columns are contiguous, unless it pays to pack its rows as they are.
 *
 * <p>Every element of the result is the plain sum over a block of k in order (see {@link LongProduct}), one FMA a
 * product (the products with a vector, which are sums along contiguous memory, excepted: see {@link VectorMatvec}). So
 * the bits do not depend on the blocking for caches, and are the same as those of {@link FloatMatmul}.
 */
public final class VectorMatmul {
    /** Below this many multiplications the scalar loops are faster. */
    private static final int SMALL = 256;
    /** Depth of a micro-panel of b: it fills most of a first-level cache of 32 KB, as those of a only stream past. */
    private static final int MAX_DEPTH = FloatRowMicroKernel.STRIDE;
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 16 * MR;
    /** Columns of b in a block, which stays in the third-level cache (the second, if there are only a few hundred). */
    private static final int MAX_COLUMNS = 1024;
    /** With fewer rows than this, b is read in place, and a as well if it can be. */
    private static final int ROWS_TO_PACK_B = 4 * MR;
    /** With fewer columns than this, rows of a that are contiguous are read in place; always, if that is fast. */
    private static final int COLUMNS_TO_PACK_ROWS = FloatRowMicroKernel.FAST_IN_PLACE ? Integer.MAX_VALUE : 2 * NR;

    private static final float[] ZEROS = new float[NR];
    private static final LongProduct.Product PRODUCT = VectorMatmul::compiledProduct;

    private VectorMatmul() {}

    /** Computes {@code c = a b}; see {@link dev.autodiff.kernel.Kernels} for the parameters. */
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
        if (m > 0 && n > 0) {
            LongProduct.matmul(PRODUCT, layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        }
    }

    /** Computes a product as a plain sum over k, with scalar loops until C2 has compiled the vector loops for it. */
    private static void compiledProduct(
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
        boolean compiled = Compilation.isReady(loops(layout, m, n, k), (long) m * n * k);
        shortProduct(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch, compiled);
    }

    /** Returns the set of the vector loops that a product calls. */
    private static long loops(MatmulLayout layout, int m, int n, int k) {
        if ((long) m * n * k <= SMALL) {
            return 0;
        } else if (n == 1) {
            return VectorMatvec.loops(layout.aRowStride(), layout.aColumnStride(), layout.cRowStride(), m, k);
        } else if (m == 1) {
            return VectorMatvec.loops(layout.bColumnStride(), layout.bRowStride(), 1, n, k);
        } else if (PackedFloatMatmul.suits(m, n)) {
            return PackedFloatMatmul.loops(layout, n);
        }
        return blockedLoops(layout, m, n);
    }

    private static long blockedLoops(MatmulLayout layout, int m, int n) {
        boolean packB = m >= ROWS_TO_PACK_B || layout.bColumnStride() != 1;
        boolean packA = layout.aColumnStride() == 1 && n >= COLUMNS_TO_PACK_ROWS && m >= ROWS_TO_PACK_B;
        boolean byColumns = layout.aRowStride() == 1 && layout.aColumnStride() != 1;
        boolean byRows = !byColumns || !packB || m % MR != 0;
        int rest = n % NR;
        long loops = 0;
        if (n >= NR || rest > LANES) {
            boolean tile = packA || FloatRowMicroKernel.FAST_IN_PLACE;
            loops |= byColumns ? VectorLoop.COLUMNS_2.bit() : 0;
            loops |= byRows && tile ? VectorLoop.ROW_TILE.bit() : 0;
            loops |= byRows && !(tile && packB) ? VectorLoop.ROWS_2.bit() : 0;
        }
        if (rest > 0 && rest <= LANES) {
            loops |= byColumns ? VectorLoop.COLUMNS_1.bit() : 0;
            loops |= byRows ? VectorLoop.ROWS_1.bit() : 0;
        }
        if (packB && layout.bColumnStride() == 1) {
            loops |= n >= 4 * NR ? VectorLoop.COPY_FOUR_PANELS.bit() : 0;
            loops |= n % (4 * NR) != 0 ? VectorLoop.COPY_PANEL.bit() : 0;
        }
        return loops;
    }

    /**
     * Computes a product as a plain sum over k.
     *
     * @param compiled true to use vector loops, which C2 must have compiled, and not scalar ones
     */
    static void shortProduct(
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
            Scratch scratch,
            boolean compiled) {
        if ((long) m * n * k <= SMALL || !compiled && m > 1 && n > 1) {
            FloatMatmul.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        } else if (n == 1 || m == 1) {
            matvec(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch, compiled);
        } else if (PackedFloatMatmul.suits(m, n)) {
            PackedFloatMatmul.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        } else {
            blocked(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        }
    }

    /**
     * Computes the product of a matrix and a vector: a column if n is 1, else a row, whose product is that of the
     * transposes.
     */
    private static void matvec(
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
            Scratch scratch,
            boolean compiled) {
        if (n == 1) {
            int rowStride = layout.aRowStride();
            int columnStride = layout.aColumnStride();
            int xStride = layout.bRowStride();
            int yStride = layout.cRowStride();
            VectorMatvec.matvec(
                    a,
                    aOffset,
                    rowStride,
                    columnStride,
                    b,
                    bOffset,
                    xStride,
                    c,
                    cOffset,
                    yStride,
                    m,
                    k,
                    scratch,
                    compiled);
        } else {
            int rowStride = layout.bColumnStride();
            int columnStride = layout.bRowStride();
            int xStride = layout.aColumnStride();
            VectorMatvec.matvec(
                    b, bOffset, rowStride, columnStride, a, aOffset, xStride, c, cOffset, 1, n, k, scratch, compiled);
        }
    }

    private static void blocked(
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
        int aRowStride = layout.aRowStride();
        int aColumnStride = layout.aColumnStride();
        int bRowStride = layout.bRowStride();
        int bColumnStride = layout.bColumnStride();
        int cRowStride = layout.cRowStride();
        int depth = evenly(k, MAX_DEPTH);
        int columns = Math.min(n, MAX_COLUMNS);
        int rows = MR * evenly((m + MR - 1) / MR, MAX_ROWS / MR);
        boolean packB = m >= ROWS_TO_PACK_B || bColumnStride != 1;
        boolean packA = aColumnStride == 1 && n >= COLUMNS_TO_PACK_ROWS && m >= ROWS_TO_PACK_B;
        float[] ap = scratch.floats(1, packA ? rows * FloatRowMicroKernel.STRIDE : MR * depth);
        float[] bp = scratch.floats(0, (columns + NR - 1) / NR * NR * depth);
        for (int j = 0; j < n; j += columns) {
            int width = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                int bAt = bOffset + p * bRowStride + j * bColumnStride;
                FloatPacking.packB(b, bAt, bRowStride, bColumnStride, bp, deep, width, !packB);
                for (int i = 0; i < m; i += rows) {
                    int high = Math.min(rows, m - i);
                    int aAt = aOffset + i * aRowStride + p * aColumnStride;
                    int cAt = cOffset + i * cRowStride + j;
                    float[] from = a;
                    int fromRowStride = aRowStride;
                    if (packA) {
                        FloatPacking.packRows(a, aAt, aRowStride, ap, high, deep);
                        from = ap;
                        aAt = 0;
                        fromRowStride = FloatRowMicroKernel.STRIDE;
                    }
                    for (int s = 0; s < width; s += NR) {
                        boolean there = !packB && FloatPacking.fits(b, bAt + s, bRowStride, deep);
                        multiplyPanel(
                                from,
                                aAt,
                                fromRowStride,
                                aColumnStride,
                                packA,
                                ap,
                                there ? b : bp,
                                there ? bAt + s : s * deep,
                                there ? bRowStride : NR,
                                c,
                                cAt + s,
                                cRowStride,
                                high,
                                Math.min(NR, width - s),
                                deep,
                                p > 0,
                                scratch);
                    }
                }
            }
        }
    }

    /**
     * Returns the size of the equal blocks, at most {@code max} each, that {@code n} is divided into; the last may be
     * smaller.
     */
    static int evenly(int n, int max) {
        int blocks = (n + max - 1) / max;
        return (n + blocks - 1) / blocks;
    }

    /**
     * Multiplies a block of {@code a} and one micro-panel of {@code b}: the loop over the micro-tiles of a column of c.
     *
     * @param packed whether {@code a} is packed: then a micro-tile with fewer rows than the others repeats its last
     */
    private static void multiplyPanel(
            float[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            boolean packed,
            float[] ap,
            float[] b,
            int bOffset,
            int bRowStride,
            float[] c,
            int cOffset,
            int cRowStride,
            int m,
            int width,
            int depth,
            boolean add,
            Scratch scratch) {
        boolean direct = width == NR || width == LANES;
        float[] corner = scratch.floats(2, MR * NR);
        for (int i = 0; i < m; i += MR) {
            int aAt = aOffset + i * aRowStride;
            int rows = Math.min(MR, m - i);
            int at = cOffset + i * cRowStride;
            float[] to = c;
            int toOffset = at;
            int toRowStride = cRowStride;
            if (!direct) {
                to = corner;
                toOffset = 0;
                toRowStride = NR;
                if (add) {
                    copyMicroTile(c, at, cRowStride, corner, 0, NR, rows, width);
                }
            }
            float[] init = add ? to : ZEROS;
            int initOffset = add ? toOffset : 0;
            int initRowStride = add ? toRowStride : 0;
            float[] from = a;
            int fromOffset = aAt;
            int fromRowStride = aRowStride;
            boolean byColumns = aRowStride == 1 && aColumnStride != 1 && rows == MR && bRowStride == NR;
            if (aColumnStride != 1 && !byColumns) {
                from = ap;
                fromOffset = 0;
                fromRowStride = depth;
                FloatPacking.copyRows(a, aAt, aRowStride, aColumnStride, ap, rows, depth);
            }
            if (byColumns) {
                if (width > LANES) {
                    FloatMicroKernel.columns2(
                            from,
                            fromOffset,
                            aColumnStride,
                            b,
                            bOffset,
                            init,
                            initOffset,
                            initRowStride,
                            to,
                            toOffset,
                            toRowStride,
                            rows,
                            depth);
                } else {
                    FloatMicroKernel.columns1(
                            from,
                            fromOffset,
                            aColumnStride,
                            b,
                            bOffset,
                            bRowStride,
                            init,
                            initOffset,
                            initRowStride,
                            to,
                            toOffset,
                            toRowStride,
                            rows,
                            depth);
                }
            } else if (width > LANES && packed) {
                FloatRowMicroKernel.packed2(
                        from,
                        fromOffset,
                        1,
                        b,
                        bOffset,
                        init,
                        initOffset,
                        initRowStride,
                        to,
                        toOffset,
                        toRowStride,
                        rows,
                        depth);
            } else if (width > LANES && FloatRowMicroKernel.FAST_IN_PLACE && bRowStride == NR) {
                FloatRowMicroKernel.rows2(
                        from,
                        fromOffset,
                        fromRowStride,
                        b,
                        bOffset,
                        init,
                        initOffset,
                        initRowStride,
                        to,
                        toOffset,
                        toRowStride,
                        rows,
                        depth);
            } else if (width > LANES) {
                FloatMicroKernel.rows2(
                        from,
                        fromOffset,
                        fromRowStride,
                        b,
                        bOffset,
                        bRowStride,
                        init,
                        initOffset,
                        initRowStride,
                        to,
                        toOffset,
                        toRowStride,
                        rows,
                        depth);
            } else {
                FloatMicroKernel.rows1(
                        from,
                        fromOffset,
                        fromRowStride,
                        b,
                        bOffset,
                        bRowStride,
                        init,
                        initOffset,
                        initRowStride,
                        to,
                        toOffset,
                        toRowStride,
                        rows,
                        depth);
            }
            if (!direct) {
                copyMicroTile(corner, 0, NR, c, at, cRowStride, rows, width);
            }
        }
    }

    static void copyMicroTile(
            float[] from,
            int fromOffset,
            int fromRowStride,
            float[] to,
            int toOffset,
            int toRowStride,
            int rows,
            int width) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < width; j++) {
                to[toOffset + i * toRowStride + j] = from[fromOffset + i * fromRowStride + j];
            }
        }
    }
}
