package dev.autodiff.kernel.loop;

/** A loop whose two forms are generated; see {@link LoopGenerator}. Instances have no state. */
abstract class BlockLoop implements Loop {
    /** For each operand of the code whether it is broadcast, so that its position does not matter. */
    private boolean[] broadcast = {};

    /** Sets what a constructor would; called once, before all else, as a generated constructor has no parameters. */
    void setBroadcast(LoopCode code) {
        broadcast = new boolean[code.inputs() + code.outputs().size()];
        for (int k = 0; k < code.inputs(); k++) {
            broadcast[k] = code.broadcast().get(k);
        }
    }

    /** Runs the form for operands at different positions. */
    public abstract void general(
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

    /** Runs the form for operands of which all that advance have the same position and row stride. */
    public abstract void aligned(
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
        if (row0 >= row1 || col0 >= col1) {
            return;
        }
        if (isAligned(offsets, slots, base, rowStrides, row0, row1)) {
            aligned(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        } else {
            general(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        }
    }

    private boolean isAligned(int[] offsets, int[] slots, int[] base, int[] rowStrides, int row0, int row1) {
        int last = broadcast.length - 1; // an output
        int stride = rowStrides[last];
        int position = offsets[slots[last]] + base[last] + row0 * stride;
        for (int k = 0; k < last; k++) {
            if (!broadcast[k]
                    && (offsets[slots[k]] + base[k] + row0 * rowStrides[k] != position
                            || (rowStrides[k] != stride && row0 + 1 < row1))) {
                return false;
            }
        }
        return true;
    }
}
