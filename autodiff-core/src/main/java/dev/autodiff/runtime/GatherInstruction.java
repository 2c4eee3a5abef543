package dev.autodiff.runtime;

import dev.autodiff.ir.Gather;
import dev.autodiff.ir.Value;

/** Slices along an axis, chosen by indices. */
public final class GatherInstruction extends IndexInstruction {
    private final int xSlot;
    private final int ySlot;

    /** Creates the instruction that computes a group. */
    public GatherInstruction(FusedGroup group, Gather gather, Slots slots) {
        super(group, group.last().input(1), AxisSplit.at(group.last().input(0).shape(), gather.axis()), slots);
        Value y = group.last();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
    }

    @Override
    void execute(Workspace workspace, int[] index, int start) {
        Object x = workspace.arrays[xSlot];
        int xStart = workspace.offsets[xSlot];
        Object y = workspace.arrays[ySlot];
        for (int o = 0; o < axes.outer(); o++) {
            for (int i = 0; i < indices; i++) {
                System.arraycopy(x, xStart + chosen(o, index[start + i]), y, listed(o, i), axes.inner());
            }
        }
    }

    @Override
    public String describe() {
        return "Gather " + indices + " of " + axes.length();
    }
}
