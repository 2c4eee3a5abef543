package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.FloatMicroKernel.LANES;
import static dev.autodiff.kernel.vector.FloatMicroKernel.SPECIES;
import static dev.autodiff.kernel.vector.PackedMicroKernel.LOW;
import static dev.autodiff.kernel.vector.PackedMicroKernel.MR;
import static dev.autodiff.kernel.vector.PackedMicroKernel.NR;
import static dev.autodiff.kernel.vector.PackedMicroKernel.SECOND;
import static dev.autodiff.kernel.vector.PackedMicroKernel.STEP;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Packing of the operands of a matrix product into micro-panels, for {@link PackedMicroKernel}. Both operands are seen
 * as lines of {@code depth} numbers, one for each step of k: the rows of {@code a}, the columns of {@code b}.
 */
final class MicroPanelPacking {
    private static final VectorMask<Float> FROM_1 = from(1);
    private static final VectorMask<Float> FROM_2 = from(2);
    private static final VectorMask<Float> FROM_3 = from(3);
    private static final VectorMask<Float> FROM_4 = from(4);
    private static final VectorMask<Float> FROM_5 = from(5);
    private static final VectorMask<Float> FROM_6 = from(6);
    private static final VectorMask<Float> FROM_7 = from(7);

    private MicroPanelPacking() {}

    /** Returns the mask of the lanes from {@code first} on. */
    private static VectorMask<Float> from(int first) {
        boolean[] lanes = new boolean[LANES];
        Arrays.fill(lanes, Math.min(first, LANES), LANES, true);
        return VectorMask.fromArray(SPECIES, lanes, 0);
    }

    /** Returns the set of the vector loops that {@link #packA} calls. */
    static long loopsForA(int aRowStride, int aColumnStride) {
        if (aRowStride == 1) {
            return VectorLoop.COPY_FOUR_LINES.bit() | VectorLoop.COPY_LINES.bit();
        }
        return aColumnStride == 1 && LANES >= 8 ? VectorLoop.TRANSPOSE_5.bit() : 0;
    }

    /** Returns the set of the vector loops that {@link #packB} calls for {@code n} columns in all. */
    static long loopsForB(int bRowStride, int bColumnStride, int n) {
        if (bColumnStride == 1) {
            boolean four = NR == 2 * STEP && n >= 4 * STEP;
            boolean one = NR != 2 * STEP || n % (4 * STEP) >= STEP;
            return (four ? VectorLoop.COPY_FOUR_LINES.bit() : 0) | (one ? VectorLoop.COPY_LINES.bit() : 0);
        }
        return bRowStride == 1 && LANES == 8 ? VectorLoop.TRANSPOSE_8.bit() : 0;
    }

    /**
     * Packs the {@code rows} of a block of {@code a} into micro-panels, of which the last repeats the last row.
     *
     * @param low the number of lower micro-panels, of {@value PackedMicroKernel#LOW} rows, which are the last
     */
    static void packA(
            float[] a, int offset, int aRowStride, int aColumnStride, float[][] aPanels, int rows, int low, int depth) {
        int panels = low + PackedFloatMatmul.tall(rows, low);
        int high = Math.min(rows, (panels - low) * MR);
        int i = 0;
        if (aRowStride == 1) {
            for (; i + 4 * MR <= high && lies(a, offset + i + 3 * MR, aColumnStride, depth); i += 4 * MR) {
                int t = i / MR;
                copy4(
                        a,
                        offset + i,
                        aColumnStride,
                        MR,
                        aPanels[t],
                        0,
                        aPanels[t + 1],
                        0,
                        aPanels[t + 2],
                        0,
                        aPanels[t + 3],
                        0,
                        depth);
            }
        }
        for (int panel = i / MR; panel < panels; panel++) {
            int wanted = panel < panels - low ? MR : LOW;
            int lines = Math.min(wanted, rows - i);
            int at = offset + i * aRowStride;
            pack(a, at, aRowStride, aColumnStride, aPanels[panel], 0, lines, wanted, depth);
            i += wanted;
        }
    }

    /**
     * Packs columns of {@code b} into micro-panels, of which the last repeats the last column.
     *
     * @param start the first step in the micro-panels
     */
    static void packB(
            float[] b,
            int offset,
            int bRowStride,
            int bColumnStride,
            float[][] bPanels,
            int firstPanel,
            int columns,
            int start,
            int depth) {
        int first = start * STEP;
        int second = first + SECOND;
        int j = 0;
        int panel = firstPanel;
        if (bColumnStride == 1 && NR == 2 * STEP) {
            for (; j + 4 * STEP <= columns && lies(b, offset + j + 3 * STEP, bRowStride, depth); j += 4 * STEP) {
                float[] p0 = bPanels[panel];
                float[] p1 = bPanels[panel + 1];
                copy4(b, offset + j, bRowStride, STEP, p0, first, p0, second, p1, first, p1, second, depth);
                panel += 2;
            }
        }
        for (; j < columns; j += NR) {
            for (int s = 0; s < NR; s += STEP) {
                int line = Math.min(j + s, columns - 1);
                int lines = Math.max(1, Math.min(STEP, columns - j - s));
                pack(
                        b,
                        offset + line * bColumnStride,
                        bColumnStride,
                        bRowStride,
                        bPanels[panel],
                        s == 0 ? first : second,
                        lines,
                        STEP,
                        depth);
            }
            panel++;
        }
    }

    /** Returns whether all steps can be read as vectors: the last may end beyond the end of the array. */
    private static boolean lies(float[] from, int offset, int step, int depth) {
        return within(from, offset, step, STEP, depth) == depth;
    }

    /**
     * Packs lines side by side.
     *
     * @param line the distance between lines
     * @param step the distance between the numbers of a line
     * @param lines the number of lines
     * @param wanted the number of lines that the micro-panel needs: the last is repeated
     */
    private static void pack(
            float[] from, int offset, int line, int step, float[] to, int toOffset, int lines, int wanted, int depth) {
        int done = 0;
        if (lines == wanted && line == 1) {
            done = within(from, offset, step, STEP, depth);
            copy(from, offset, step, to, toOffset, done);
        } else if (wanted <= MR && step == 1 && LANES >= 8 && (lines == MR || offset + (lines - 1) * line >= MR)) {
            done = within(from, offset + (lines - 1) * (line - 1), 1, LANES, depth);
            transpose5(from, offset, line, lines, to, toOffset, done);
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

    /** Returns for how many of {@code depth} steps the {@code length} numbers that are read lie within the array. */
    private static int within(float[] from, int offset, int step, int length, int depth) {
        long last = (long) from.length - length - offset;
        return last < 0 ? 0 : (int) Math.min(depth, last / step + 1);
    }

    /**
     * Copies four groups of lines at a time, {@code gap} numbers from each to the next: longer stretches of each step
     * are read, so that fewer pages of memory are visited.
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
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
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

    /** Copies lines that lie side by side; surplus lanes of a vector are not used. */
    static void copy(float[] from, int offset, int step, float[] to, int toOffset, int depth) {
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
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

    /**
     * Transposes up to five lines of contiguous numbers, the last of which is repeated: lane i of the vector that is
     * stored for a step is read from line i, in a vector that begins i numbers before the step. Takes half the time of
     * copying number by number, where every store is one cycle.
     */
    static void transpose5(float[] from, int offset, int line, int lines, float[] to, int toOffset, int depth) {
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
        int l1 = offset + Math.min(1, lines - 1) * line - 1;
        int l2 = offset + Math.min(2, lines - 1) * line - 2;
        int l3 = offset + Math.min(3, lines - 1) * line - 3;
        int l4 = offset + Math.min(4, lines - 1) * line - 4;
        for (int p = 0; p < depth; p++) {
            FloatVector.fromArray(SPECIES, from, offset + p)
                    .blend(FloatVector.fromArray(SPECIES, from, l1 + p), FROM_1)
                    .blend(FloatVector.fromArray(SPECIES, from, l2 + p), FROM_2)
                    .blend(FloatVector.fromArray(SPECIES, from, l3 + p), FROM_3)
                    .blend(FloatVector.fromArray(SPECIES, from, l4 + p), FROM_4)
                    .intoArray(to, toOffset + p * STEP);
        }
    }

    /** Transposes eight lines in the same way. */
    static void transpose8(float[] from, int offset, int line, float[] to, int toOffset, int depth) {
        for (int i = depth + 1; i < 0; i++) {} // an idle call, see VectorLoop
        if (depth < 0) {
            return;
        }
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
