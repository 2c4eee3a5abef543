package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatTiles.COLUMNS;
import static dev.autodiff.kernel.vector.FloatTiles.LANES;
import static dev.autodiff.kernel.vector.FloatTiles.ROWS;
import static dev.autodiff.kernel.vector.FloatTiles.SPECIES;

import jdk.incubator.vector.FloatVector;

/** Copies blocks of the operands of a matrix product into the order in which {@link FloatTiles} reads them. */
final class FloatPacking {
    private FloatPacking() {}

    /** Whether a panel of full width can be read in place: its last row may end beyond the end of the array. */
    static boolean fits(float[] b, int offset, int bRow, int depth) {
        return offset + (long) (depth - 1) * bRow + COLUMNS <= b.length;
    }

    /** Copies the rows of a tile of a one by one, from wherever they are. */
    static void copyTile(float[] a, int aOffset, int aRow, int aCol, float[] to, int rows, int depth) {
        for (int i = 0; i < rows; i++) {
            int s = aOffset + i * aRow;
            for (int p = 0; p < depth; p++) {
                to[i * depth + p] = a[s + p * aCol];
            }
        }
    }

    /** Copies rows of a that are contiguous to a distance of {@link FloatRowTiles#STRIDE}; fills the last tile with the last. */
    static void packRows(float[] a, int aOffset, int aRow, float[] to, int rows, int depth) {
        int filled = (rows + ROWS - 1) / ROWS * ROWS;
        for (int i = 0; i < filled; i++) {
            System.arraycopy(a, aOffset + Math.min(i, rows - 1) * aRow, to, i * FloatRowTiles.STRIDE, depth);
        }
    }

    /** Copies columns of b into panels as wide as a tile, each row by row; if {@code inPlace}, those alone that do not fit. */
    static void packB(float[] b, int bOffset, int bRow, int bCol, float[] to, int depth, int columns, boolean inPlace) {
        int j = 0;
        if (bCol == 1 && !inPlace) {
            for (; j + 4 * COLUMNS <= columns; j += 4 * COLUMNS) {
                copyFourPanels(b, bOffset + j, bRow, to, j * depth, depth);
            }
        }
        for (; j < columns; j += COLUMNS) {
            int width = Math.min(COLUMNS, columns - j);
            int from = bOffset + j * bCol;
            boolean fits = bCol == 1 && fits(b, from, bRow, depth);
            if (fits && !inPlace) {
                copyPanel(b, from, bRow, to, j * depth, depth);
            } else if (!fits) {
                gatherPanel(b, from, bRow, bCol, to, j * depth, depth, width);
            }
        }
    }

    /** Several at a time, as reading longer stretches of each row is faster. */
    static void copyFourPanels(float[] b, int bOffset, int bRow, float[] to, int toOffset, int depth) {
        int s = bOffset;
        int t = toOffset;
        int size = depth * COLUMNS;
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, b, s).intoArray(to, t);
            FloatVector.fromArray(SPECIES, b, s + LANES).intoArray(to, t + LANES);
            FloatVector.fromArray(SPECIES, b, s + 2 * LANES).intoArray(to, t + size);
            FloatVector.fromArray(SPECIES, b, s + 3 * LANES).intoArray(to, t + size + LANES);
            FloatVector.fromArray(SPECIES, b, s + 4 * LANES).intoArray(to, t + 2 * size);
            FloatVector.fromArray(SPECIES, b, s + 5 * LANES).intoArray(to, t + 2 * size + LANES);
            FloatVector.fromArray(SPECIES, b, s + 6 * LANES).intoArray(to, t + 3 * size);
            FloatVector.fromArray(SPECIES, b, s + 7 * LANES).intoArray(to, t + 3 * size + LANES);
            s += bRow;
            t += COLUMNS;
        }
    }

    static void copyPanel(float[] b, int bOffset, int bRow, float[] to, int toOffset, int depth) {
        int s = bOffset;
        int t = toOffset;
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, b, s).intoArray(to, t);
            FloatVector.fromArray(SPECIES, b, s + LANES).intoArray(to, t + LANES);
            s += bRow;
            t += COLUMNS;
        }
    }

    /** Four columns at a time; a narrow panel repeats its last column. */
    private static void gatherPanel(
            float[] b, int bOffset, int bRow, int bCol, float[] to, int toOffset, int depth, int width) {
        for (int j = 0; j < COLUMNS; j += 4) {
            int s0 = bOffset + Math.min(j, width - 1) * bCol;
            int s1 = bOffset + Math.min(j + 1, width - 1) * bCol;
            int s2 = bOffset + Math.min(j + 2, width - 1) * bCol;
            int s3 = bOffset + Math.min(j + 3, width - 1) * bCol;
            int t = toOffset + j;
            if (bRow == 1) {
                for (int p = 0; p < depth; p++) {
                    to[t + p * COLUMNS] = b[s0 + p];
                    to[t + p * COLUMNS + 1] = b[s1 + p];
                    to[t + p * COLUMNS + 2] = b[s2 + p];
                    to[t + p * COLUMNS + 3] = b[s3 + p];
                }
            } else {
                for (int p = 0; p < depth; p++) {
                    to[t + p * COLUMNS] = b[s0 + p * bRow];
                    to[t + p * COLUMNS + 1] = b[s1 + p * bRow];
                    to[t + p * COLUMNS + 2] = b[s2 + p * bRow];
                    to[t + p * COLUMNS + 3] = b[s3 + p * bRow];
                }
            }
        }
    }
}
