package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;

/** The softmax cross-entropy of rows of logits and labels. */
public final class CrossEntropyInstruction extends LastAxisInstruction {
    private final Kernels kernels;
    private final DType dtype;
    private final int xSlot;
    private final int labelsSlot;
    private final int ySlot;

    /** Creates the instruction that computes a group. */
    public CrossEntropyInstruction(FusedGroup group, Slots slots, Kernels kernels) {
        super(group);
        Value y = group.last();
        this.kernels = kernels;
        this.dtype = y.dtype();
        this.xSlot = slots.of(y.input(0));
        this.labelsSlot = slots.of(y.input(1));
        this.ySlot = slots.of(y);
    }

    @Override
    void execute(Workspace workspace, int first, int count, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object t = workspace.arrays[labelsSlot];
        Object y = workspace.arrays[ySlot];
        int xStart = workspace.offsets[xSlot] + first * n;
        int tStart = workspace.offsets[labelsSlot] + first * n;
        if (dtype == DType.FLOAT32) {
            kernels.crossEntropy((float[]) x, xStart, (float[]) t, tStart, (float[]) y, first, count, n, part, parts);
        } else {
            kernels.crossEntropy(
                    (double[]) x, xStart, (double[]) t, tStart, (double[]) y, first, count, n, part, parts);
        }
    }
}
