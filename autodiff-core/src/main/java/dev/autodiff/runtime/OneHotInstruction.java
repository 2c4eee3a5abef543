package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Value;

/** Rows of zeros with a 1 at the place that an index gives. */
public final class OneHotInstruction extends IndexInstruction {
    private final DType dtype;
    private final int ySlot;
    private final int size;

    /** Creates the instruction that computes a group. */
    public OneHotInstruction(FusedGroup group, Slots slots) {
        super(
                group,
                group.last().input(0),
                new AxisSplit(1, group.last().shape().dim(-1), 1),
                slots);
        Value y = group.last();
        this.dtype = y.dtype();
        this.ySlot = slots.of(y);
        this.size = y.size();
    }

    @Override
    void execute(Workspace workspace, int[] index, int start) {
        Object y = workspace.arrays[ySlot];
        Workspace.clear(y, dtype, size);
        for (int i = 0; i < indices; i++) {
            set(y, i * axes.length() + index[start + i]);
        }
    }

    private void set(Object y, int at) {
        switch (dtype) {
            case FLOAT32 -> ((float[]) y)[at] = 1;
            case FLOAT64 -> ((double[]) y)[at] = 1;
            case INT32 -> ((int[]) y)[at] = 1;
        }
    }

    @Override
    String outside(int index, int position) {
        return "label " + index + " at position " + position + " is outside the " + axes.length()
                + " classes, which are numbered 0 to " + (axes.length() - 1);
    }

    @Override
    public String describe() {
        return "OneHot " + indices + " of " + axes.length();
    }
}
