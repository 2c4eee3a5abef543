package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.loop.Loop;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A loop over many short rows, to which a row is added or the like, such as the biases of six channels of images.
 * Vectors fill such rows badly. So {@value #ROWS} rows are taken for one, and what is the same for all rows is copied
 * as often.
 */
final class TiledRows {
    private static final int ROWS = 16;
    /** Rows that are at least so long fill vectors well enough. */
    private static final int LONG = 64;
    /** Fewer rows are not worth the copy. */
    private static final int FEWEST = 8 * ROWS;

    private final Loop loop;
    private final DType dtype;
    private final int[] slots;
    private final boolean[] isRepeated;
    private final int columns;
    private final int repeated;
    private final int[] identity;
    private final int[] rowStrides;
    private final int[] noBase;

    private TiledRows(Loop loop, DType dtype, int[] slots, int[][] strides, int columns) {
        int operands = slots.length;
        this.loop = loop;
        this.dtype = dtype;
        this.slots = slots;
        this.columns = columns;
        this.isRepeated = new boolean[operands];
        this.identity = new int[operands];
        this.rowStrides = new int[operands];
        this.noBase = new int[operands];
        int count = 0;
        for (int k = 0; k < operands; k++) {
            isRepeated[k] = strides[k][0] == 0 && strides[k][1] == 1;
            identity[k] = k;
            rowStrides[k] = strides[k][0] * ROWS;
            count += isRepeated[k] ? 1 : 0;
        }
        this.repeated = count;
    }

    /**
     * Returns the rows of a loop over a matrix as tiles, or null if that brings nothing or cannot be done.
     *
     * @param strides for each operand the distance between rows and that between columns
     */
    static @Nullable TiledRows of(Loop loop, DType dtype, int[] slots, int[][] strides, int rows, int columns) {
        if (dtype == DType.INT32 || rows < FEWEST || columns == 1 || columns >= LONG) {
            return null;
        }
        for (int[] operand : strides) { // a row or a number for all rows, or one row behind the other
            if (operand[0] != 0 && (operand[0] != columns || operand[1] != 1)) {
                return null;
            }
        }
        TiledRows tiled = new TiledRows(loop, dtype, slots, strides, columns);
        return tiled.repeated > 0 ? tiled : null;
    }

    /** Returns the first row from {@code row} on with which a tile begins. */
    static int tileFrom(int row) {
        return (row + ROWS - 1) / ROWS * ROWS;
    }

    /** Returns the last row up to {@code row} before which a tile ends. */
    static int tileTo(int row) {
        return row / ROWS * ROWS;
    }

    /** Runs the loop over rows of whole tiles. */
    void run(Workspace workspace, int row0, int row1) {
        Scratch scratch = workspace.takeScratch();
        Object[] arrays = scratch.arrays(slots.length);
        try {
            int[] offsets = scratch.ints(slots.length);
            int size = columns * ROWS;
            Object copies =
                    dtype == DType.FLOAT32 ? scratch.floats(3, size * repeated) : scratch.doubles(3, size * repeated);
            int at = 0;
            for (int k = 0; k < slots.length; k++) {
                arrays[k] = workspace.arrays[slots[k]];
                offsets[k] = workspace.offsets[slots[k]];
                if (isRepeated[k]) {
                    for (int i = 0; i < ROWS; i++) {
                        System.arraycopy(arrays[k], offsets[k], copies, at + i * columns, columns);
                    }
                    arrays[k] = copies;
                    offsets[k] = at;
                    at += size;
                }
            }
            loop.run(arrays, offsets, identity, noBase, rowStrides, size, row0 / ROWS, row1 / ROWS, 0, size);
        } finally {
            Arrays.fill(arrays, 0, slots.length, null);
            workspace.giveBack(scratch);
        }
    }
}
