package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Softmax;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;

/** The softmax of rows, or its logarithm. */
public final class SoftmaxInstruction extends LastAxisInstruction {
    private final Kernels kernels;
    private final Softmax softmax;
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;

    /** Creates the instruction that computes a group. */
    public SoftmaxInstruction(FusedGroup group, Softmax softmax, Slots slots, Kernels kernels) {
        super(group);
        Value y = group.last();
        this.kernels = kernels;
        this.softmax = softmax;
        this.dtype = y.dtype();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
    }

    @Override
    void execute(Workspace workspace, int first, int count, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int xStart = workspace.offsets[xSlot] + first * n;
        int yStart = first * n;
        boolean log = softmax.log();
        if (dtype == DType.FLOAT32) {
            kernels.softmax(log, (float[]) x, xStart, (float[]) y, yStart, count, n, part, parts);
        } else {
            kernels.softmax(log, (double[]) x, xStart, (double[]) y, yStart, count, n, part, parts);
        }
    }
}
