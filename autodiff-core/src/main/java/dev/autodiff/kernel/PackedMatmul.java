package dev.autodiff.kernel;

/**
 * A matrix product in two steps, each of which several threads share: first the second operand is packed, once for all, then
 * blocks of the result are computed. They can be small, and be taken by whoever is free, as what they share costs them
 * nothing. Has the bits of {@link Kernels#matmul}.
 */
public interface PackedMatmul {
    /** Whether a product is large enough to be computed in this way. */
    boolean suits(int m, int n, int k);

    /** Whether the code for it is there by now: until then {@link Kernels#matmul} is faster. */
    boolean isReady();

    /** Memory for the packed operand; to be asked for by one thread first, which then gives it to all. */
    float[][] panels(int n, int k, Scratch shared);

    /** Packs part {@code part} of {@code parts} of {@code b}. */
    void pack(float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int part, int parts);

    /** Packs the rows of {@code b} from {@code row0} on, before {@code row1}; for who has just computed them. */
    void packRows(float[] b, int bOffset, int bRow, int bCol, float[][] panels, int n, int k, int row0, int row1);

    /**
     * Computes a block of {@code rows} by {@code columns} of the result.
     *
     * @param aOffset of the first of these rows in {@code a}
     * @param cOffset of the first element of the block
     * @param column the first of these columns, a multiple of {@link #columnUnit()}
     * @param n columns of the whole result
     * @param scratch working memory for this call alone
     */
    void multiply(
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
            Scratch scratch);

    /** What the number of rows of a block should be a multiple of. */
    int rowUnit();

    /** What the number of columns of a block must be a multiple of, except the last. */
    int columnUnit();
}
