package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.parallel.Partition;
import java.util.Arrays;
import java.util.Random;

/**
 * A matrix product on random numbers: matrices with random strides amid arrays of guard values, and the right result.
 */
public final class MatmulProblem {
    /** A way to multiply, with the parameters of {@link Kernels}. */
    @FunctionalInterface
    public interface DoubleProduct {
        void matmul(
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
                Scratch scratch);
    }

    private static final float GUARD = -12345.5f;

    public final int m;
    public final int n;
    public final int k;
    private final Operand a;
    private final Operand b;
    private final int cOffset;
    private final int cRowStride;
    private final MatmulLayout layout;
    private final Scratch scratch = new Scratch();

    private record Operand(float[] x, int offset, int row, int col) {
        static Operand random(Random random, int rows, int columns) {
            int offset = random.nextInt(4);
            int layout = random.nextInt(5);
            int pad = random.nextInt(3);
            int col = layout < 2 ? 1 : layout < 4 ? rows + pad : 2;
            int row = layout < 2 ? columns + pad : layout < 4 ? 1 : 2 * columns + pad;
            int last = rows == 0 || columns == 0 ? 0 : (rows - 1) * row + (columns - 1) * col + 1;
            float[] x = new float[offset + last + random.nextInt(2) * 40];
            for (int i = 0; i < x.length; i++) {
                x[i] = random.nextFloat() - 0.5f;
            }
            return new Operand(x, offset, row, col);
        }

        float at(int i, int j) {
            return x[offset + i * row + j * col];
        }
    }

    public MatmulProblem(Random random, int m, int n, int k) {
        this.m = m;
        this.n = n;
        this.k = k;
        a = Operand.random(random, m, k);
        b = Operand.random(random, k, n);
        cOffset = random.nextInt(5);
        cRowStride = n + random.nextInt(3);
        layout = new MatmulLayout(a.row, a.col, b.row, b.col, cRowStride);
    }

    private float[] empty() {
        float[] c = new float[cOffset + m * cRowStride + 7];
        Arrays.fill(c, GUARD);
        return c;
    }

    /** The result with all around it, computed in so many parts, last first. */
    public float[] multiply(LongProduct.Product product, int parts) {
        float[] c = empty();
        for (int part = parts - 1; part >= 0; part--) {
            Block block = block(part, parts);
            product.matmul(
                    layout,
                    a.x,
                    a.offset + block.i0 * a.row,
                    b.x,
                    b.offset + block.j0 * b.col,
                    c,
                    cOffset + block.i0 * cRowStride + block.j0,
                    block.i1 - block.i0,
                    block.j1 - block.j0,
                    k,
                    scratch);
        }
        return c;
    }

    /** The same computed in two steps, in so many parts and blocks, last first. */
    public float[] multiplyPacked(PackedMatmul product, int parts, int high, int wide) {
        float[] c = empty();
        float[][] panels = product.panels(n, k, new Scratch());
        for (int part = parts - 1; part >= 0; part--) {
            product.pack(b.x, b.offset, b.row, b.col, panels, n, k, part, parts);
        }
        for (int block = high * wide - 1; block >= 0; block--) {
            int i0 = Partition.start(m, block % high, high);
            int i1 = Partition.start(m, block % high + 1, high);
            int j0 = Partition.start(n, product.columnUnit(), block / high, wide);
            int j1 = Partition.start(n, product.columnUnit(), block / high + 1, wide);
            product.multiply(
                    layout,
                    a.x,
                    a.offset + i0 * a.row,
                    panels,
                    j0,
                    c,
                    cOffset + i0 * cRowStride + j0,
                    i1 - i0,
                    j1 - j0,
                    n,
                    k,
                    false,
                    scratch);
        }
        return c;
    }

    /** The same computed in two steps, when another product of the same rows has just been computed. */
    public float[] multiplySameRows(PackedMatmul product) {
        float[] c = empty();
        float[][] panels = product.panels(n, k, new Scratch());
        product.pack(b.x, b.offset, b.row, b.col, panels, n, k, 0, 1);
        product.multiply(layout, a.x, a.offset, panels, 0, empty(), cOffset, m, n, n, k, false, scratch);
        product.multiply(layout, a.x, a.offset, panels, 0, c, cOffset, m, n, n, k, true, scratch);
        return c;
    }

    private record Block(int i0, int i1, int j0, int j1) {}

    private Block block(int part, int parts) {
        return MatmulPartition.byColumns(m, n, parts)
                ? new Block(0, m, MatmulPartition.column(n, part, parts), MatmulPartition.column(n, part + 1, parts))
                : new Block(MatmulPartition.row(m, part, parts), MatmulPartition.row(m, part + 1, parts), 0, n);
    }

    /** Work this small is never divided: the products with a vector, short of it, may sum in another order. */
    public boolean isDivisible() {
        return (m > 1 && n > 1) || 4L * k > 1024;
    }

    /** Checks the values against sums in double precision, the bits for several numbers of parts, and the guards. */
    public void check(LongProduct.Product product) {
        float[] c = multiply(product, 1);
        float[] guards = c.clone();
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += (double) a.at(i, p) * b.at(p, j);
                }
                int at = cOffset + i * cRowStride + j;
                assertEquals(sum, c[at], 1e-7 * (k + 2), () -> this + " at " + at);
                guards[at] = GUARD;
            }
        }
        assertArrayEquals(empty(), guards, () -> this + " wrote beside the result");
        for (int parts = 2; isDivisible() && parts <= 4; parts++) {
            assertTrue(Arrays.equals(c, multiply(product, parts)), this + " in parts has other bits");
        }
    }

    /** The same in double precision. */
    public void checkDouble(DoubleProduct product) {
        double[] x = doubles(a.x);
        double[] y = doubles(b.x);
        for (int parts = 1; parts <= 3; parts++) {
            double[] c = doubles(empty());
            for (int part = 0; part < parts; part++) {
                Block block = block(part, parts);
                product.matmul(
                        layout,
                        x,
                        a.offset + block.i0 * a.row,
                        y,
                        b.offset + block.j0 * b.col,
                        c,
                        cOffset + block.i0 * cRowStride + block.j0,
                        block.i1 - block.i0,
                        block.j1 - block.j0,
                        k,
                        scratch);
            }
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int p = 0; p < k; p++) {
                        sum += (double) a.at(i, p) * b.at(p, j);
                    }
                    int at = cOffset + i * cRowStride + j;
                    assertEquals(sum, c[at], 1e-14 * (k + 1), () -> this + " at " + at);
                    c[at] = GUARD;
                }
            }
            assertArrayEquals(doubles(empty()), c, () -> this + " wrote beside the result");
        }
    }

    private static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i];
        }
        return y;
    }

    @Override
    public String toString() {
        return m + "x" + k + "x" + n + " a " + a.offset + "," + a.row + "," + a.col + " b " + b.offset + "," + b.row
                + "," + b.col + " c " + cOffset + "," + cRowStride;
    }

    private static final int[] SIZES = {0, 1, 1, 2, 3, 5, 6, 7, 8, 9, 10, 12, 13, 15, 16, 17, 25, 31, 32, 33, 47, 48, 50
    };
    private static final int[] DEPTHS = {0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 64, 65};
    /** Around the blocks of both kernels, {m, n, k}. */
    private static final int[][] LARGE = {
        {7, 17, 127},
        {9, 49, 129},
        {2, 511, 5},
        {3, 513, 6},
        {9, 1025, 3},
        {50, 1030, 7},
        {191, 33, 9},
        {193, 20, 10},
        {200, 130, 5},
        {13, 9, 319},
        {8, 18, 321},
        {30, 140, 641},
        {25, 520, 33},
        {32, 96, 5},
        {33, 97, 257},
        {37, 150, 256},
        {36, 111, 30},
        {101, 103, 513},
        {40, 112, 9},
        {104, 1040, 10},
        {1, 300, 257},
        {300, 1, 257},
        {1, 1, 5000},
        {1, 1000, 1},
        {400, 10, 20},
        {1000, 3, 2},
        {7, 9, 4095},
        {33, 100, 4096},
        {34, 97, 6200},
        {5, 40, 5000},
        {600, 2, 4100},
        {3, 1030, 4096},
        {1, 50, 8200},
        {60, 1, 4097}
    };

    /** Problems of all kinds. */
    public static Iterable<MatmulProblem> all(Random random) {
        return () -> new java.util.Iterator<>() {
            private int made;

            @Override
            public boolean hasNext() {
                return made < 600 + 3 * LARGE.length;
            }

            @Override
            public MatmulProblem next() {
                int i = made++ - 600;
                if (i < 0) {
                    return new MatmulProblem(random, pick(SIZES), pick(SIZES), pick(DEPTHS));
                }
                int[] large = LARGE[i % LARGE.length];
                return new MatmulProblem(random, large[0], large[1], large[2]);
            }

            private int pick(int[] from) {
                return from[random.nextInt(from.length)];
            }
        };
    }
}
