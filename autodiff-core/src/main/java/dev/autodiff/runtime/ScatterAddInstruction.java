package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ScatterAdd;
import dev.autodiff.ir.Value;

/** Zeros to which slices are added along an axis, at places chosen by indices. */
public final class ScatterAddInstruction extends IndexInstruction {
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final int size;

    /** Creates the instruction that computes a group. */
    public ScatterAddInstruction(FusedGroup group, ScatterAdd scatter, Slots slots) {
        super(group, group.last().input(1), AxisSplit.at(group.last().shape(), scatter.axis()), slots);
        Value y = group.last();
        this.dtype = y.dtype();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
        this.size = y.size();
    }

    @Override
    void execute(Workspace workspace, int[] index, int start) {
        Object x = workspace.arrays[xSlot];
        int xStart = workspace.offsets[xSlot];
        Object y = workspace.arrays[ySlot];
        Workspace.clear(y, dtype, size);
        for (int o = 0; o < axes.outer(); o++) {
            for (int i = 0; i < indices; i++) {
                add(x, xStart + listed(o, i), y, chosen(o, index[start + i]));
            }
        }
    }

    private void add(Object x, int from, Object y, int to) {
        int inner = axes.inner();
        switch (dtype) {
            case FLOAT32 -> {
                for (int i = 0; i < inner; i++) {
                    ((float[]) y)[to + i] += ((float[]) x)[from + i];
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < inner; i++) {
                    ((double[]) y)[to + i] += ((double[]) x)[from + i];
                }
            }
            case INT32 -> {
                for (int i = 0; i < inner; i++) {
                    ((int[]) y)[to + i] += ((int[]) x)[from + i];
                }
            }
        }
    }

    @Override
    public String describe() {
        return "ScatterAdd " + indices + " of " + axes.length();
    }
}
