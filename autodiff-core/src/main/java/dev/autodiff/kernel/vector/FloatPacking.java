package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.MR;
import static dev.autodiff.kernel.vector.FloatMicroKernel.NR;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Copies blocks of the operands of a matrix product into the order in which {@link FloatMicroKernel} reads them. */
final class FloatPacking {
    private FloatPacking() {}

    /**
     * Returns whether a micro-panel of full width can be read in place: its last row may end beyond the end of the
     * array.
     */
    static boolean fits(float[] b, int offset, int bRowStride, int depth) {
        return offset + (long) (depth - 1) * bRowStride + NR <= b.length;
    }

    /** Copies the rows of a micro-tile one by one, so that each becomes contiguous. */
    static void copyRows(float[] a, int aOffset, int aRowStride, int aColumnStride, float[] to, int rows, int depth) {
        for (int i = 0; i < rows; i++) {
            int s = aOffset + i * aRowStride;
            for (int p = 0; p < depth; p++) {
                to[i * depth + p] = a[s + p * aColumnStride];
            }
        }
    }

    /**
     * Copies contiguous rows of {@code a} to a distance of {@link FloatRowMicroKernel#STRIDE}; repeats the last up to a
     * multiple of {@value FloatMicroKernel#MR}.
     */
    static void packRows(float[] a, int aOffset, int aRowStride, float[] to, int rows, int depth) {
        int filled = (rows + MR - 1) / MR * MR;
        for (int i = 0; i < filled; i++) {
            System.arraycopy(
                    a, aOffset + Math.min(i, rows - 1) * aRowStride, to, i * FloatRowMicroKernel.STRIDE, depth);
        }
    }

    /**
     * Packs columns of {@code b} into micro-panels, each row by row.
     *
     * @param inPlace whether only those micro-panels are copied that cannot be read in place
     */
    static void packB(
            float[] b,
            int bOffset,
            int bRowStride,
            int bColumnStride,
            float[] to,
            int depth,
            int columns,
            boolean inPlace) {
        int j = 0;
        if (bColumnStride == 1 && !inPlace) {
            for (; j + 4 * NR <= columns; j += 4 * NR) {
                copyFourPanels(b, bOffset + j, bRowStride, to, j * depth, depth);
            }
        }
        for (; j < columns; j += NR) {
            int width = Math.min(NR, columns - j);
            int from = bOffset + j * bColumnStride;
            boolean fits = bColumnStride == 1 && fits(b, from, bRowStride, depth);
            if (fits && !inPlace) {
                copyPanel(b, from, bRowStride, to, j * depth, depth);
            } else if (!fits) {
                gatherPanel(b, from, bRowStride, bColumnStride, to, j * depth, depth, width);
            }
        }
    }

    /** Copies four micro-panels at a time, because reading longer stretches of each row is faster. */
    static void copyFourPanels(float[] b, int bOffset, int bRowStride, float[] to, int toOffset, int depth) {
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
        int s = bOffset;
        int t = toOffset;
        int size = depth * NR;
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, b, s).intoArray(to, t);
            FloatVector.fromArray(SPECIES, b, s + LANES).intoArray(to, t + LANES);
            FloatVector.fromArray(SPECIES, b, s + 2 * LANES).intoArray(to, t + size);
            FloatVector.fromArray(SPECIES, b, s + 3 * LANES).intoArray(to, t + size + LANES);
            FloatVector.fromArray(SPECIES, b, s + 4 * LANES).intoArray(to, t + 2 * size);
            FloatVector.fromArray(SPECIES, b, s + 5 * LANES).intoArray(to, t + 2 * size + LANES);
            FloatVector.fromArray(SPECIES, b, s + 6 * LANES).intoArray(to, t + 3 * size);
            FloatVector.fromArray(SPECIES, b, s + 7 * LANES).intoArray(to, t + 3 * size + LANES);
            s += bRowStride;
            t += NR;
        }
    }

    static void copyPanel(float[] b, int bOffset, int bRowStride, float[] to, int toOffset, int depth) {
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
        int s = bOffset;
        int t = toOffset;
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, b, s).intoArray(to, t);
            FloatVector.fromArray(SPECIES, b, s + LANES).intoArray(to, t + LANES);
            s += bRowStride;
            t += NR;
        }
    }

    /** Copies four columns at a time; a narrow micro-panel repeats its last column. */
    private static void gatherPanel(
            float[] b, int bOffset, int bRowStride, int bColumnStride, float[] to, int toOffset, int depth, int width) {
        for (int j = 0; j < NR; j += 4) {
            int s0 = bOffset + Math.min(j, width - 1) * bColumnStride;
            int s1 = bOffset + Math.min(j + 1, width - 1) * bColumnStride;
            int s2 = bOffset + Math.min(j + 2, width - 1) * bColumnStride;
            int s3 = bOffset + Math.min(j + 3, width - 1) * bColumnStride;
            int t = toOffset + j;
            if (bRowStride == 1) {
                for (int p = 0; p < depth; p++) {
                    to[t + p * NR] = b[s0 + p];
                    to[t + p * NR + 1] = b[s1 + p];
                    to[t + p * NR + 2] = b[s2 + p];
                    to[t + p * NR + 3] = b[s3 + p];
                }
            } else {
                for (int p = 0; p < depth; p++) {
                    to[t + p * NR] = b[s0 + p * bRowStride];
                    to[t + p * NR + 1] = b[s1 + p * bRowStride];
                    to[t + p * NR + 2] = b[s2 + p * bRowStride];
                    to[t + p * NR + 3] = b[s3 + p * bRowStride];
                }
            }
        }
    }
}
