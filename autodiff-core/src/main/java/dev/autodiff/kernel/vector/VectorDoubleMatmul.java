package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.DoubleMicroKernel.A_STEP;
import static dev.autodiff.kernel.vector.DoubleMicroKernel.B_STEP;
import static dev.autodiff.kernel.vector.DoubleMicroKernel.MR;
import static dev.autodiff.kernel.vector.DoubleMicroKernel.NR;

import dev.autodiff.kernel.DoubleMatmul;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;

/**
 * The matrix product of doubles: both operands are packed, block by block, for {@link DoubleMicroKernel}; see
 * {@link VectorMatmul} for the blocks. Every element is a plain sum in the order of k, one FMA a product, so that its
 * bits are those of {@link DoubleMatmul}.
 */
final class VectorDoubleMatmul {
    /** Steps of k in a block: a micro-panel of b stays in the first-level cache, with one of a. */
    private static final int MAX_DEPTH = 128;
    /** Rows of a in a block, which stays in the second-level cache. */
    private static final int MAX_ROWS = 24 * MR;

    private static final int MAX_COLUMNS = 1024;
    private static final double[] ZEROS = new double[NR];
    private static final int TRIAL_STEPS = 8;
    /** The operands of trials, and their result. */
    private static final double[] NUMBERS = new double[Math.max(MR * NR, TRIAL_STEPS * Math.max(A_STEP, B_STEP))];

    private VectorDoubleMatmul() {}

    /** Returns whether a product is large enough for packing to pay, and fills most of a micro-tile. */
    static boolean suits(int m, int n, int k) {
        return m >= 2 * MR && 4 * n >= 3 * NR && k >= 8;
    }

    /** Computes {@code c = a b}; see {@link dev.autodiff.kernel.Kernels} for the parameters. */
    static void matmul(
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
        int depth = VectorMatmul.evenly(k, MAX_DEPTH);
        int rows = MR * VectorMatmul.evenly((m + MR - 1) / MR, MAX_ROWS / MR);
        int columns = Math.min(n, MAX_COLUMNS);
        double[][] bPanels = scratch.doubleRows(0, (columns + NR - 1) / NR, MAX_DEPTH * B_STEP);
        double[][] aPanels = scratch.doubleRows(1, MAX_ROWS / MR, MAX_DEPTH * A_STEP);
        for (int j = 0; j < n; j += columns) {
            int wide = Math.min(columns, n - j);
            for (int p = 0; p < k; p += depth) {
                int deep = Math.min(depth, k - p);
                int bAt = bOffset + p * layout.bRowStride() + j * layout.bColumnStride();
                pack(b, bAt, layout.bColumnStride(), layout.bRowStride(), bPanels, NR, B_STEP, wide, deep);
                for (int i = 0; i < m; i += rows) {
                    int high = Math.min(rows, m - i);
                    int aAt = aOffset + i * layout.aRowStride() + p * layout.aColumnStride();
                    pack(a, aAt, layout.aRowStride(), layout.aColumnStride(), aPanels, MR, A_STEP, high, deep);
                    int cAt = cOffset + i * layout.cRowStride() + j;
                    multiply(aPanels, bPanels, c, cAt, layout.cRowStride(), high, wide, deep, p > 0, scratch);
                }
            }
        }
    }

    /**
     * Packs lines, rows of a or columns of b, into micro-panels of {@code width} lines, the last of which repeats
     * the last line.
     *
     * @param line the distance between lines
     * @param step the distance between the numbers of a line
     * @param apart the distance between the steps in a micro-panel
     */
    private static void pack(
            double[] from,
            int offset,
            int line,
            int step,
            double[][] panels,
            int width,
            int apart,
            int lines,
            int depth) {
        for (int i = 0; i < lines; i += width) {
            double[] panel = panels[i / width];
            int count = Math.min(width, lines - i);
            int at = offset + i * line;
            int l = 0;
            for (; l + 4 <= count; l += 4) {
                packFourLines(from, at + l * line, line, step, panel, l, apart, depth);
            }
            for (; l < count; l++) {
                packLine(from, at + l * line, step, panel, l, apart, depth);
            }
            for (; l < width; l++) {
                for (int p = 0; p < depth; p++) {
                    panel[p * apart + l] = panel[p * apart + count - 1];
                }
            }
        }
    }

    /** Four lines at once: a copy of so few numbers would take longer than a store of each. */
    private static void packFourLines(
            double[] from, int offset, int line, int step, double[] panel, int to, int apart, int depth) {
        int s = offset;
        for (int p = 0; p < depth; p++) {
            int t = p * apart + to;
            panel[t] = from[s];
            panel[t + 1] = from[s + line];
            panel[t + 2] = from[s + 2 * line];
            panel[t + 3] = from[s + 3 * line];
            s += step;
        }
    }

    private static void packLine(double[] from, int offset, int step, double[] panel, int to, int apart, int depth) {
        for (int p = 0; p < depth; p++) {
            panel[p * apart + to] = from[offset + p * step];
        }
    }

    /** Multiplies packed blocks. */
    private static void multiply(
            double[][] aPanels,
            double[][] bPanels,
            double[] c,
            int cOffset,
            int cRowStride,
            int m,
            int n,
            int depth,
            boolean add,
            Scratch scratch) {
        double[] corner = scratch.doubles(2, MR * NR);
        for (int j = 0; j < n; j += NR) {
            double[] panel = bPanels[j / NR];
            int wide = Math.min(NR, n - j);
            for (int i = 0; i < m; i += MR) {
                int high = Math.min(MR, m - i);
                int at = cOffset + i * cRowStride + j;
                if (wide == NR) {
                    double[] init = add ? c : ZEROS;
                    int initRowStride = add ? cRowStride : 0;
                    int from = add ? at : 0;
                    DoubleMicroKernel.multiply(
                            aPanels[i / MR], panel, init, from, initRowStride, c, at, cRowStride, high, depth);
                } else {
                    if (add) {
                        copy(c, at, cRowStride, corner, 0, NR, high, wide);
                    }
                    DoubleMicroKernel.multiply(
                            aPanels[i / MR], panel, add ? corner : ZEROS, 0, add ? NR : 0, corner, 0, NR, high, depth);
                    copy(corner, 0, NR, c, at, cRowStride, high, wide);
                }
            }
        }
    }

    private static void copy(
            double[] from, int fromOffset, int fromStride, double[] to, int toOffset, int toStride, int m, int n) {
        for (int i = 0; i < m; i++) {
            System.arraycopy(from, fromOffset + i * fromStride, to, toOffset + i * toStride, n);
        }
    }

    /** Calls the micro-kernel on arbitrary numbers; for {@link VectorLoop}. */
    static void trial() {
        double[] x = NUMBERS;
        DoubleMicroKernel.multiply(x, x, x, 0, NR, x, 0, NR, MR, TRIAL_STEPS);
    }
}
