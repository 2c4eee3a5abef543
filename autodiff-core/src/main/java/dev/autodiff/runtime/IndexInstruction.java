package dev.autodiff.runtime;

import dev.autodiff.ir.Value;

/** An operation that reads or writes at places given by data: INT32 indices along an axis. */
abstract class IndexInstruction extends SerialInstruction {
    /** The number of indices. */
    final int indices;
    /** The axis that the indices choose from, and those around it. */
    final AxisSplit axes;

    private final int indexSlot;
    private final int size;

    /**
     * Creates the instruction.
     *
     * @param index the indices
     * @param axes the axis that they choose from
     */
    IndexInstruction(FusedGroup group, Value index, AxisSplit axes, Slots slots) {
        super(group);
        this.indices = index.size();
        this.axes = axes;
        this.indexSlot = slots.of(index);
        this.size = group.last().size();
    }

    @Override
    public final long work() {
        return (long) size + (long) axes.outer() * indices * axes.inner();
    }

    @Override
    final void execute(Workspace workspace) {
        int[] index = (int[]) workspace.arrays[indexSlot];
        int start = workspace.offsets[indexSlot];
        for (int i = 0; i < indices; i++) {
            int value = index[start + i];
            if (value < 0 || value >= axes.length()) {
                throw failure(outside(value, i));
            }
        }
        execute(workspace, index, start);
    }

    /** Does the work, all indices being within the axis. */
    abstract void execute(Workspace workspace, int[] index, int start);

    /** Returns the message for an index outside of the axis. */
    String outside(int index, int position) {
        return "index " + index + " at position " + position + " is outside the axis of length " + axes.length()
                + ", whose indices are 0 to " + (axes.length() - 1);
    }

    /** Returns the first element of a slice of the indexed array: the one chosen before an axis by an index. */
    final int chosen(int before, int index) {
        return (before * axes.length() + index) * axes.inner();
    }

    /** Returns the first element of a slice of the array that has one for each index. */
    final int listed(int before, int position) {
        return (before * indices + position) * axes.inner();
    }
}
