package dev.autodiff.kernel;

/** The matrix product in plain Java; see {@link Kernels} for the parameters and {@code FloatMatmul} for how it is done. */
public final class ScalarMatmul {
    private ScalarMatmul() {}

    /** {@code c = a b}. */
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
        FloatMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
    }

    /** {@code c = a b}. */
    public static void matmul(
            double[] a,
            int aOffset,
            int aRow,
            int aCol,
            double[] b,
            int bOffset,
            int bRow,
            int bCol,
            double[] c,
            int cOffset,
            int cRow,
            int m,
            int n,
            int k,
            Scratch scratch) {
        DoubleMatmul.matmul(a, aOffset, aRow, aCol, b, bOffset, bRow, bCol, c, cOffset, cRow, m, n, k, scratch);
    }
}
