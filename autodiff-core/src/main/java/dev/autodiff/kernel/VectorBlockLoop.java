package dev.autodiff.kernel;

/** A loop with a third generated form, over whole vectors of columns; the remaining columns run in the scalar forms. */
abstract class VectorBlockLoop extends BlockLoop {
    private int lanes = 1;

    /** Called once, before anything else: a generated constructor has no parameters. */
    void setLanes(int count) {
        lanes = count;
    }

    /** The form for a number of columns that is a multiple of the vector length. */
    public abstract void vector(
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

    @Override
    public void run(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        int split = col1 - (col1 - col0) % lanes;
        if (split > col0 && row1 > row0) {
            vector(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, split);
        }
        super.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, split, col1);
    }
}
