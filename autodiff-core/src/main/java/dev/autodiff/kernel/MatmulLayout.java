package dev.autodiff.kernel;

/**
 * The places of the elements of the three matrices of a product {@code c = a b}: element (i, j) of a matrix is at its
 * offset plus {@code i * rowStride + j * columnStride}. A transposed matrix is the same array with the two strides
 * exchanged. (BLAS has one stride a matrix, {@code lda}, and a flag for the transposition.)
 *
 * <p>Made once for a product and used for all calls, as the sizes of blocks and the offsets are not part of it.
 */
public final class MatmulLayout {
    private final int aRowStride;
    private final int aColumnStride;
    private final int bRowStride;
    private final int bColumnStride;
    private final int cRowStride;
    private final int cColumnStride;
    private final MatmulLayout transposed;

    /** A layout of a result whose rows are contiguous: {@code c} has column stride 1. */
    public MatmulLayout(int aRowStride, int aColumnStride, int bRowStride, int bColumnStride, int cRowStride) {
        this.aRowStride = aRowStride;
        this.aColumnStride = aColumnStride;
        this.bRowStride = bRowStride;
        this.bColumnStride = bColumnStride;
        this.cRowStride = cRowStride;
        this.cColumnStride = 1;
        this.transposed = new MatmulLayout(this);
    }

    /** The transposed layout; made with the other, so that no call allocates. */
    private MatmulLayout(MatmulLayout other) {
        this.aRowStride = other.bColumnStride;
        this.aColumnStride = other.bRowStride;
        this.bRowStride = other.aColumnStride;
        this.bColumnStride = other.aRowStride;
        this.cRowStride = other.cColumnStride;
        this.cColumnStride = other.cRowStride;
        this.transposed = other;
    }

    /** Returns the distance between rows of {@code a}. */
    public int aRowStride() {
        return aRowStride;
    }

    /** Returns the distance between columns of {@code a}. */
    public int aColumnStride() {
        return aColumnStride;
    }

    /** Returns the distance between rows of {@code b}. */
    public int bRowStride() {
        return bRowStride;
    }

    /** Returns the distance between columns of {@code b}. */
    public int bColumnStride() {
        return bColumnStride;
    }

    /** Returns the distance between rows of {@code c}. */
    public int cRowStride() {
        return cRowStride;
    }

    /** Returns the distance between columns of {@code c}: 1, except for a {@link #transposed} layout. */
    public int cColumnStride() {
        return cColumnStride;
    }

    /** Returns the layout of the same product read as {@code c' = b' a'}, the transpose of each. */
    public MatmulLayout transposed() {
        return transposed;
    }
}
