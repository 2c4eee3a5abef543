package dev.autodiff.kernel;

/**
 * A matrix product in two steps, each of which several threads share: first the second operand is packed, once for all,
 * then blocks of the result are computed. Blocks can be small, and any free thread can take the next, because none of
 * them packs the second operand again. Has the bits of {@link Kernels#matmul}.
 */
public interface PackedMatmul {
    /** Returns whether a product is large enough to be computed in this way. */
    boolean suits(int m, int n, int k);

    /**
     * Returns whether the code for a product of {@code m x k} by {@code k x n} has been compiled: until then {@link
     * LongProduct#scalar} is faster. Each question counts as one product, and many of them start the compilation.
     */
    boolean isReady(MatmulLayout layout, int m, int n, int k);

    /**
     * Returns memory for the packed operand. One thread calls this before the others, as it may allocate.
     *
     * @param shared the scratch memory that holds it
     */
    float[][] panels(int n, int k, Scratch shared);

    /** Packs part {@code part} of {@code parts} of {@code b}. */
    void pack(
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[][] panels,
            int n,
            int k,
            int part,
            int parts);

    /**
     * Packs the rows of {@code b} from {@code row0} on, before {@code row1}, for a thread that has just computed them.
     */
    void packRows(
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[][] panels,
            int n,
            int k,
            int row0,
            int row1);

    /**
     * Computes a block of {@code rows} by {@code columns} of the result.
     *
     * @param aOffset the offset of the first of these rows in {@code a}
     * @param column the first of these columns, a multiple of {@link #columnUnit()}
     * @param cOffset the offset of the first element of the block in {@code c}
     * @param n the columns of the whole result
     * @param sameRows true if the last product that had this scratch memory was of the same rows of {@code a}
     * @param scratch working memory for this call alone
     */
    void multiply(
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
            Scratch scratch);

    /** Returns the number of which the rows of a block should be a multiple. */
    int rowUnit();

    /** Returns the number of which the columns of a block must be a multiple, except in the last. */
    int columnUnit();
}
