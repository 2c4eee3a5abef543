package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.math.Elementwise;

/**
 * A compiled {@link LoopCode}: computes the outputs over a block of a matrix of elements. Stateless, safe to share
 * between threads.
 */
public interface Loop {
    /**
     * Runs the loop over rows {@code row0 .. row1-1} and columns {@code col0 .. col1-1}.
     *
     * <p>Operand k (the code's inputs first, then its outputs) lives in {@code arrays[slots[k]]}; its element at (row,
     * col) is at {@code offsets[slots[k]] + base[k] + row * rowStrides[k] + col}, or without {@code + col} for an input
     * that the code declares as broadcast. The element's index that {@link Elementwise#UNIFORM} hashes is {@code row *
     * columns + col}.
     *
     * <p>An output may be the same array as an input if both have the same strides and offsets.
     *
     * @param arrays the arrays of the code's type ({@code float[]}, {@code double[]} or {@code int[]}), by slot
     * @param offsets the index of the first value in each array, by slot
     * @param slots the slot of each operand
     * @param base the number of elements to add to the offset, for each operand
     * @param rowStrides the distance between rows, for each operand; 0 if all rows are the same
     * @param columns the number of columns of the whole matrix (used by UNIFORM alone)
     */
    void run(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1);
}
