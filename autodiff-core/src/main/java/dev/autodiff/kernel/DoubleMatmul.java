package dev.autodiff.kernel;

import static dev.autodiff.kernel.math.FusedMultiplyAdd.madd;

import dev.autodiff.kernel.math.FusedMultiplyAdd;
import java.util.Arrays;

/**
 * The matrix product in plain Java, arranged so that HotSpot can vectorise it: that needs loops in which
 * every array has the same index, starting from 0. So rows of {@code b} and of {@code c} are copied to separate small
 * arrays, and the inner loop adds four rows of {@code b} to two rows of {@code c}.
 *
 * <p>Every element adds its products one by one in the order of k, starting from 0, so its bits do not depend on the
 * blocking, and with {@link FusedMultiplyAdd#FAST} they are those of the vector kernels.
 */
public final class DoubleMatmul {
    /**
     * Rows of c in a block: with as many columns as there are, and four rows of b, they stay in the first-level cache.
     */
    private static final int ROWS = 8;

    private static final int COLUMNS = 512;
    /** Rows of b in a block; they stay in the second-level cache. */
    private static final int DEPTH = 128;
    /** The number of multiplications up to which copying does not pay. */
    private static final int SMALL = 1024;
    /** With fewer columns than this, and more rows, the transposed product has the longer inner loop. */
    private static final int NARROW = 48;

    private DoubleMatmul() {}

    /** Computes {@code c = a b}; see {@link Kernels} for the parameters. */
    public static void matmul(
            MatmulLayout layout,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
            int cOffset,
            int m,
            int n,
            int k,
            Scratch scratch) {
        if ((long) m * n * k <= SMALL) {
            direct(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k);
        } else if (n == 1) {
            int xStride = layout.bRowStride();
            int yStride = layout.cRowStride();
            matvec(
                    a,
                    aOffset,
                    layout.aRowStride(),
                    layout.aColumnStride(),
                    b,
                    bOffset,
                    xStride,
                    c,
                    cOffset,
                    yStride,
                    m,
                    k);
        } else if (m == 1) {
            int xStride = layout.aColumnStride();
            matvec(b, bOffset, layout.bColumnStride(), layout.bRowStride(), a, aOffset, xStride, c, cOffset, 1, n, k);
        } else if (n < NARROW && m > n) {
            blocked(layout.transposed(), b, bOffset, a, aOffset, c, cOffset, n, m, k, scratch);
        } else {
            blocked(layout, a, aOffset, b, bOffset, c, cOffset, m, n, k, scratch);
        }
    }

    /** Computes {@code c = a b} by the textbook's three loops, for small matrices. */
    private static void direct(
            MatmulLayout layout,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
            int cOffset,
            int m,
            int n,
            int k) {
        int aRowStride = layout.aRowStride();
        int aColumnStride = layout.aColumnStride();
        int bRowStride = layout.bRowStride();
        int bColumnStride = layout.bColumnStride();
        int cRowStride = layout.cRowStride();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                int q = aOffset + i * aRowStride;
                int r = bOffset + j * bColumnStride;
                for (int p = 0; p < k; p++, q += aColumnStride, r += bRowStride) {
                    sum = madd(a[q], b[r], sum);
                }
                c[cOffset + i * cRowStride + j] = sum;
            }
        }
    }

    /** Computes {@code y = a x} by rows, eight at a time: as many sums as hide the latency of an addition. */
    public static void matvec(
            double[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            double[] x,
            int xOffset,
            int xStride,
            double[] y,
            int yOffset,
            int yStride,
            int m,
            int k) {
        int i = 0;
        for (; i + 8 <= m; i += 8) {
            int r = aOffset + i * aRowStride;
            int q = xOffset;
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
            for (int p = 0; p < k; p++, r += aColumnStride, q += xStride) {
                double e = x[q];
                s0 = madd(a[r], e, s0);
                s1 = madd(a[r + aRowStride], e, s1);
                s2 = madd(a[r + 2 * aRowStride], e, s2);
                s3 = madd(a[r + 3 * aRowStride], e, s3);
                s4 = madd(a[r + 4 * aRowStride], e, s4);
                s5 = madd(a[r + 5 * aRowStride], e, s5);
                s6 = madd(a[r + 6 * aRowStride], e, s6);
                s7 = madd(a[r + 7 * aRowStride], e, s7);
            }
            int t = yOffset + i * yStride;
            y[t] = s0;
            y[t + yStride] = s1;
            y[t + 2 * yStride] = s2;
            y[t + 3 * yStride] = s3;
            y[t + 4 * yStride] = s4;
            y[t + 5 * yStride] = s5;
            y[t + 6 * yStride] = s6;
            y[t + 7 * yStride] = s7;
        }
        for (; i < m; i++) {
            double sum = 0;
            for (int p = 0; p < k; p++) {
                sum = madd(a[aOffset + i * aRowStride + p * aColumnStride], x[xOffset + p * xStride], sum);
            }
            y[yOffset + i * yStride] = sum;
        }
    }

    private static void blocked(
            MatmulLayout layout,
            double[] a,
            int aOffset,
            double[] b,
            int bOffset,
            double[] c,
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
        int cColumnStride = layout.cColumnStride();
        double[][] x = scratch.doubleRows(0, DEPTH, COLUMNS);
        double[][] y = scratch.doubleRows(1, ROWS, COLUMNS);
        for (int j = 0; j < n; j += COLUMNS) {
            int columns = Math.min(COLUMNS, n - j);
            for (int p = 0; p < k; p += DEPTH) {
                int depth = Math.min(DEPTH, k - p);
                gather(b, bOffset + p * bRowStride + j * bColumnStride, bRowStride, bColumnStride, x, depth, columns);
                for (int i = 0; i < m; i += ROWS) {
                    int rows = Math.min(ROWS, m - i);
                    int at = cOffset + i * cRowStride + j * cColumnStride;
                    if (p == 0) {
                        clear(y, rows, columns);
                    } else {
                        gather(c, at, cRowStride, cColumnStride, y, rows, columns);
                    }
                    update(
                            a,
                            aOffset + i * aRowStride + p * aColumnStride,
                            aRowStride,
                            aColumnStride,
                            x,
                            y,
                            rows,
                            columns,
                            depth);
                    scatter(y, c, at, cRowStride, cColumnStride, rows, columns);
                }
            }
        }
    }

    // Loops over rows have methods of their own: HotSpot would compile all of blocked because of their rounds

    private static void gather(
            double[] from, int offset, int rowStride, int columnStride, double[][] to, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            gather(from, offset + r * rowStride, columnStride, to[r], columns);
        }
    }

    private static void clear(double[][] y, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            Arrays.fill(y[r], 0, columns, 0);
        }
    }

    private static void scatter(
            double[][] from, double[] to, int offset, int rowStride, int columnStride, int rows, int columns) {
        for (int r = 0; r < rows; r++) {
            scatter(from[r], to, offset + r * rowStride, columnStride, columns);
        }
    }

    private static void gather(double[] from, int offset, int stride, double[] to, int n) {
        if (stride == 1) {
            System.arraycopy(from, offset, to, 0, n);
        } else {
            for (int j = 0; j < n; j++) {
                to[j] = from[offset + j * stride];
            }
        }
    }

    private static void scatter(double[] from, double[] to, int offset, int stride, int n) {
        if (stride == 1) {
            System.arraycopy(from, 0, to, offset, n);
        } else {
            for (int j = 0; j < n; j++) {
                to[offset + j * stride] = from[j];
            }
        }
    }

    /** Computes {@code y += a x}, with the rows of x and y in separate arrays. */
    private static void update(
            double[] a,
            int aOffset,
            int aRowStride,
            int aColumnStride,
            double[][] x,
            double[][] y,
            int rows,
            int columns,
            int depth) {
        int p = 0;
        for (; p + 4 <= depth; p += 4) {
            double[] x0 = x[p];
            double[] x1 = x[p + 1];
            double[] x2 = x[p + 2];
            double[] x3 = x[p + 3];
            int i = 0;
            for (; i + 2 <= rows; i += 2) {
                int s = aOffset + i * aRowStride + p * aColumnStride;
                int t = s + aRowStride;
                addFourToTwo(
                        y[i],
                        y[i + 1],
                        x0,
                        x1,
                        x2,
                        x3,
                        a[s],
                        a[s + aColumnStride],
                        a[s + 2 * aColumnStride],
                        a[s + 3 * aColumnStride],
                        a[t],
                        a[t + aColumnStride],
                        a[t + 2 * aColumnStride],
                        a[t + 3 * aColumnStride],
                        columns);
            }
            if (i < rows) {
                int s = aOffset + i * aRowStride + p * aColumnStride;
                addFour(
                        y[i],
                        x0,
                        x1,
                        x2,
                        x3,
                        a[s],
                        a[s + aColumnStride],
                        a[s + 2 * aColumnStride],
                        a[s + 3 * aColumnStride],
                        columns);
            }
        }
        for (; p < depth; p++) {
            for (int i = 0; i < rows; i++) {
                addOne(y[i], x[p], a[aOffset + i * aRowStride + p * aColumnStride], columns);
            }
        }
    }

    private static void addFourToTwo(
            double[] y,
            double[] z,
            double[] x0,
            double[] x1,
            double[] x2,
            double[] x3,
            double a0,
            double a1,
            double a2,
            double a3,
            double b0,
            double b1,
            double b2,
            double b3,
            int n) {
        for (int j = 0; j < n; j++) {
            y[j] = madd(a3, x3[j], madd(a2, x2[j], madd(a1, x1[j], madd(a0, x0[j], y[j]))));
            z[j] = madd(b3, x3[j], madd(b2, x2[j], madd(b1, x1[j], madd(b0, x0[j], z[j]))));
        }
    }

    private static void addFour(
            double[] y,
            double[] x0,
            double[] x1,
            double[] x2,
            double[] x3,
            double a0,
            double a1,
            double a2,
            double a3,
            int n) {
        for (int j = 0; j < n; j++) {
            y[j] = madd(a3, x3[j], madd(a2, x2[j], madd(a1, x1[j], madd(a0, x0[j], y[j]))));
        }
    }

    private static void addOne(double[] y, double[] x, double a, int n) {
        for (int j = 0; j < n; j++) {
            y[j] = madd(a, x[j], y[j]);
        }
    }
}
