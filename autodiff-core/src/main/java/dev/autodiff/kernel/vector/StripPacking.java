package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatStrips.COLUMNS;
import static dev.autodiff.kernel.vector.FloatStrips.ROWS;
import static dev.autodiff.kernel.vector.FloatStrips.SECOND;
import static dev.autodiff.kernel.vector.FloatStrips.STEP;
import static dev.autodiff.kernel.vector.FloatTiles.LANES;
import static dev.autodiff.kernel.vector.FloatTiles.SPECIES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Copies the operands of a matrix product into strips, for {@link FloatStrips}. Both are seen as lines of {@code depth}
 * numbers, one for each step of k: the rows of {@code a}, the columns of {@code b}.
 */
final class StripPacking {
    private static final VectorMask<Float> FROM_1 = from(1);
    private static final VectorMask<Float> FROM_2 = from(2);
    private static final VectorMask<Float> FROM_3 = from(3);
    private static final VectorMask<Float> FROM_4 = from(4);
    private static final VectorMask<Float> FROM_5 = from(5);
    private static final VectorMask<Float> FROM_6 = from(6);
    private static final VectorMask<Float> FROM_7 = from(7);

    private StripPacking() {}

    /** The lanes from {@code first} on. */
    private static VectorMask<Float> from(int first) {
        boolean[] lanes = new boolean[LANES];
        Arrays.fill(lanes, Math.min(first, LANES), LANES, true);
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

    /** Packs the {@code rows} of a block of {@code a} into tiles, of which the last repeats the last row. */
    static void packA(float[] a, int offset, int aRow, int aCol, float[][] tiles, int rows, int depth) {
        int i = 0;
        if (aRow == 1) {
            for (; i + 4 * ROWS <= rows && lies(a, offset + i + 3 * ROWS, aCol, depth); i += 4 * ROWS) {
                int t = i / ROWS;
                copy4(a, offset + i, aCol, ROWS, tiles[t], 0, tiles[t + 1], 0, tiles[t + 2], 0, tiles[t + 3], 0, depth);
            }
        }
        for (; i < rows; i += ROWS) {
            strip(a, offset + i * aRow, aRow, aCol, tiles[i / ROWS], 0, Math.min(ROWS, rows - i), ROWS, depth);
        }
    }

    /**
     * Packs columns of {@code b} into panels, of which the last repeats the last column.
     *
     * @param start the first step in the panels
     */
    static void packB(
            float[] b,
            int offset,
            int bRow,
            int bCol,
            float[][] panels,
            int firstPanel,
            int columns,
            int start,
            int depth) {
        int first = start * STEP;
        int second = first + SECOND;
        int j = 0;
        int panel = firstPanel;
        if (bCol == 1 && COLUMNS == 2 * STEP) {
            for (; j + 4 * STEP <= columns && lies(b, offset + j + 3 * STEP, bRow, depth); j += 4 * STEP) {
                float[] p0 = panels[panel];
                float[] p1 = panels[panel + 1];
                copy4(b, offset + j, bRow, STEP, p0, first, p0, second, p1, first, p1, second, depth);
                panel += 2;
            }
        }
        for (; j < columns; j += COLUMNS) {
            for (int s = 0; s < COLUMNS; s += STEP) {
                int line = Math.min(j + s, columns - 1);
                int lines = Math.max(1, Math.min(STEP, columns - j - s));
                strip(b, offset + line * bCol, bCol, bRow, panels[panel], s == 0 ? first : second, lines, STEP, depth);
            }
            panel++;
        }
    }

    /** Whether all steps of a strip can be read as vectors: the last may end beyond the end of the array. */
    private static boolean lies(float[] from, int offset, int step, int depth) {
        return within(from, offset, step, STEP, depth) == depth;
    }

    /**
     * Fills a strip.
     *
     * @param line distance between lines
     * @param step distance between the numbers of a line
     * @param lines how many there are
     * @param wanted how many the strip needs: the last is repeated
     */
    private static void strip(
            float[] from, int offset, int line, int step, float[] to, int toOffset, int lines, int wanted, int depth) {
        int done = 0;
        if (lines == wanted && line == 1) {
            done = within(from, offset, step, STEP, depth);
            copy(from, offset, step, to, toOffset, done);
        } else if (lines == ROWS && wanted == ROWS && step == 1 && LANES >= 8) {
            done = within(from, offset + (ROWS - 1) * (line - 1), 1, LANES, depth);
            transpose5(from, offset, line, to, toOffset, done);
        } else if (lines == 8 && wanted == 8 && step == 1 && LANES == 8) {
            done = within(from, offset + 7 * (line - 1), 1, LANES, depth);
            transpose8(from, offset, line, to, toOffset, done);
        }
        for (int i = 0; i < wanted && done < depth; i++) {
            int s = offset + Math.min(i, lines - 1) * line;
            for (int p = done; p < depth; p++) {
                to[toOffset + p * STEP + i] = from[s + p * step];
            }
        }
    }

    /** For how many of {@code depth} steps what is read, {@code length} numbers, lies within the array. */
    private static int within(float[] from, int offset, int step, int length, int depth) {
        long last = (long) from.length - length - offset;
        return last < 0 ? 0 : (int) Math.min(depth, last / step + 1);
    }

    /**
     * Four strips at a time, {@code gap} numbers from each to the next: longer stretches of each step are read, so that fewer
     * pages of memory are visited.
     */
    static void copy4(
            float[] from,
            int offset,
            int step,
            int gap,
            float[] to0,
            int offset0,
            float[] to1,
            int offset1,
            float[] to2,
            int offset2,
            float[] to3,
            int offset3,
            int depth) {
        int s = offset;
        for (int p = 0; p < depth; p++) {
            int t = p * STEP;
            for (int v = 0; v < STEP; v += LANES) {
                FloatVector.fromArray(SPECIES, from, s + v).intoArray(to0, offset0 + t + v);
                FloatVector.fromArray(SPECIES, from, s + gap + v).intoArray(to1, offset1 + t + v);
                FloatVector.fromArray(SPECIES, from, s + 2 * gap + v).intoArray(to2, offset2 + t + v);
                FloatVector.fromArray(SPECIES, from, s + 3 * gap + v).intoArray(to3, offset3 + t + v);
            }
            s += step;
        }
    }

    /** Lines lie beside each other: what of a vector is too much is not used. */
    static void copy(float[] from, int offset, int step, float[] to, int toOffset, int depth) {
        int s = offset;
        int t = toOffset;
        for (int p = 0; p < depth; p++) {
            for (int v = 0; v < STEP; v += LANES) {
                FloatVector.fromArray(SPECIES, from, s + v).intoArray(to, t + v);
            }
            s += step;
            t += STEP;
        }
    }

    /** Both of the following, as far as this length of vectors has a use for them; for {@link Compilation}. */
    static void transpose(float[] from, int line, float[] to, int depth) {
        if (LANES >= 8) {
            transpose5(from, 0, line, to, 0, depth);
        }
        if (LANES == 8) {
            transpose8(from, 0, line, to, 0, depth);
        }
    }

    /**
     * Five lines of contiguous numbers: lane i of what is stored for a step is read from line i, in a vector that begins i
     * numbers before that of the step. Takes half the time of copying number by number, where every store is one cycle.
     */
    private static void transpose5(float[] from, int offset, int line, float[] to, int toOffset, int depth) {
        int l1 = offset + line - 1;
        int l2 = offset + 2 * (line - 1);
        int l3 = offset + 3 * (line - 1);
        int l4 = offset + 4 * (line - 1);
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, offset + p)
                    .blend(FloatVector.fromArray(SPECIES, from, l1 + p), FROM_1)
                    .blend(FloatVector.fromArray(SPECIES, from, l2 + p), FROM_2)
                    .blend(FloatVector.fromArray(SPECIES, from, l3 + p), FROM_3)
                    .blend(FloatVector.fromArray(SPECIES, from, l4 + p), FROM_4)
                    .intoArray(to, toOffset + p * STEP);
        }
    }

    /** The same with eight lines. */
    private static void transpose8(float[] from, int offset, int line, float[] to, int toOffset, int depth) {
        int l1 = offset + line - 1;
        int l2 = offset + 2 * (line - 1);
        int l3 = offset + 3 * (line - 1);
        int l4 = offset + 4 * (line - 1);
        int l5 = offset + 5 * (line - 1);
        int l6 = offset + 6 * (line - 1);
        int l7 = offset + 7 * (line - 1);
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, offset + p)
                    .blend(FloatVector.fromArray(SPECIES, from, l1 + p), FROM_1)
                    .blend(FloatVector.fromArray(SPECIES, from, l2 + p), FROM_2)
                    .blend(FloatVector.fromArray(SPECIES, from, l3 + p), FROM_3)
                    .blend(FloatVector.fromArray(SPECIES, from, l4 + p), FROM_4)
                    .blend(FloatVector.fromArray(SPECIES, from, l5 + p), FROM_5)
                    .blend(FloatVector.fromArray(SPECIES, from, l6 + p), FROM_6)
                    .blend(FloatVector.fromArray(SPECIES, from, l7 + p), FROM_7)
                    .intoArray(to, toOffset + p * STEP);
        }
    }
}
