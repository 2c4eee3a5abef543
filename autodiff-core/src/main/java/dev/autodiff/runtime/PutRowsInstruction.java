package dev.autodiff.runtime;

import dev.autodiff.ir.Value;

/** Slices that replace some of an array, usually in its own memory. */
public final class PutRowsInstruction extends IndexInstruction {
    private final int xSlot;
    private final int rowsSlot;
    private final int ySlot;
    private final int size;

    /** Creates the instruction that computes a group. */
    public PutRowsInstruction(FusedGroup group, Slots slots) {
        super(group, group.last().input(1), AxisSplit.at(group.last().shape(), 0), slots);
        Value y = group.last();
        this.xSlot = slots.of(y.input(0));
        this.rowsSlot = slots.of(y.input(2));
        this.ySlot = slots.of(y);
        this.size = y.size();
    }

    @Override
    void execute(Workspace workspace, int[] index, int start) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        Object rows = workspace.arrays[rowsSlot];
        int rowsStart = workspace.offsets[rowsSlot];
        if (x != y) {
            System.arraycopy(x, workspace.offsets[xSlot], y, 0, size);
        }
        for (int i = indices - 1; i >= 0; i--) { // the first of several is written last
            System.arraycopy(rows, rowsStart + listed(0, i), y, chosen(0, index[start + i]), axes.inner());
        }
    }

    @Override
    public String describe() {
        return "putRows " + indices + " of " + axes.length();
    }
}
