package dev.autodiff.kernel;

/**
 * The matrix product of floats over a long axis, where the error of a plain sum would grow with its length: a sum of
 * ones stops at 2^24. So {@code k} is divided into blocks of {@value #BLOCK}, the last of which takes the rest. Each is
 * a plain sum of floats, and these are added up in double precision, which costs one addition in two thousand.
 *
 * <p>The blocks are the same for all kernels, shapes and numbers of threads, and so are the bits.
 */
public final class LongProduct {
    /** The number of products in a block of k; that in the last is less than twice as large. */
    public static final int BLOCK = 2048;

    /** Rows and columns that are computed together, so that the totals stay in the cache. */
    private static final int ROWS = 480;

    private static final int COLUMNS = 1024;
    /** The number of totals up to which there may be more rows, as there are few columns. */
    private static final int TOTALS = 1 << 18;

    /** A way to multiply over a short axis. */
    @FunctionalInterface
    public interface Product {
        /** Computes {@code c = a b}; see {@link Kernels} for the parameters. */
        void matmul(
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
                Scratch scratch);
    }

    private LongProduct() {}

    /** Computes {@code c = a b} with scalar loops; see {@link Kernels} for the parameters. */
    public static void scalar(
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
        matmul(FloatMatmul::matmul, layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
    }

    /** Returns the number of blocks of k. */
    public static int blocks(int k) {
        return Math.max(1, k / BLOCK);
    }

    /** Returns the end of a block of k. */
    public static int end(int block, int k) {
        return block + 1 < blocks(k) ? (block + 1) * BLOCK : k;
    }

    /** Computes {@code c = a b}, in blocks of k if there are several; see {@link Kernels} for the parameters. */
    public static void matmul(
            Product product,
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
        if (blocks(k) == 1) {
            product.matmul(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
            return;
        }
        int wide = (n + COLUMNS - 1) / COLUMNS;
        int mostRows = Math.max(ROWS, TOTALS / Math.max(1, Math.min(n, COLUMNS)));
        int high = (m + mostRows - 1) / mostRows;
        for (int tile = 0; tile < wide * high; tile++) {
            int row = MatmulPartition.row(m, tile % high, high);
            int column = MatmulPartition.column(n, tile / high, wide);
            int rows = MatmulPartition.row(m, tile % high + 1, high) - row;
            int columns = MatmulPartition.column(n, tile / high + 1, wide) - column;
            int aAt = aOffset + row * layout.aRowStride();
            int bAt = bOffset + column * layout.bColumnStride();
            int cAt = cOffset + row * layout.cRowStride() + column;
            tile(product, layout, a, aAt, b, bAt, c, cAt, rows, columns, k, scratch);
        }
    }

    private static void tile(
            Product product,
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
        for (int block = 0; block < blocks(k); block++) {
            int p = block * BLOCK;
            int aAt = aOffset + p * layout.aColumnStride();
            int bAt = bOffset + p * layout.bRowStride();
            product.matmul(layout, a, aAt, b, bAt, c, cOffset, m, n, end(block, k) - p, scratch);
            addUp(block, k, c, cOffset, layout.cRowStride(), m, n, scratch);
        }
    }

    /**
     * Adds the sums of one block of k, which are in {@code c}, to the totals of the blocks before, which are in the
     * scratch memory. After the last block {@code c} has the totals.
     */
    public static void addUp(int block, int k, float[] c, int cOffset, int cRowStride, int m, int n, Scratch scratch) {
        double[] totals = scratch.doubles(0, m * n);
        boolean last = block + 1 == blocks(k);
        for (int i = 0; i < m; i++) {
            int from = cOffset + i * cRowStride;
            int to = i * n;
            if (block == 0) {
                start(c, from, totals, to, n);
            } else if (last) {
                finish(c, from, totals, to, n);
            } else {
                add(c, from, totals, to, n);
            }
        }
    }

    private static void start(float[] c, int cOffset, double[] totals, int offset, int n) {
        for (int j = 0; j < n; j++) {
            totals[offset + j] = c[cOffset + j];
        }
    }

    private static void add(float[] c, int cOffset, double[] totals, int offset, int n) {
        for (int j = 0; j < n; j++) {
            totals[offset + j] += c[cOffset + j];
        }
    }

    private static void finish(float[] c, int cOffset, double[] totals, int offset, int n) {
        for (int j = 0; j < n; j++) {
            c[cOffset + j] = (float) (totals[offset + j] + c[cOffset + j]);
        }
    }
}
