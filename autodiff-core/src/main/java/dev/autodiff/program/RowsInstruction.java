package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.Kernels;

/** Softmax or softmax cross-entropy of rows. */
final class RowsInstruction extends Instruction {
    private final Kernels kernels;
    private final Kind kind;
    private final DType dtype;
    private final int xSlot;
    private final int labelsSlot;
    private final int ySlot;
    private final int rows;
    private final int n;

    RowsInstruction(Step step, Slots slots, Kernels kernels) {
        super(step);
        this.kernels = kernels;
        Value y = step.last();
        Value x = y.inputs[0];
        this.kind = y.kind;
        this.dtype = y.dtype();
        this.xSlot = slots.of(x);
        this.labelsSlot = y.inputs.length > 1 ? slots.of(y.inputs[1]) : -1;
        this.ySlot = slots.of(y);
        this.n = x.shape().dim(-1);
        this.rows = ReduceInstruction.product(x.shape(), 0, x.shape().rank() - 1);
    }

    @Override
    int parts(int threads) {
        return partsFor(8L * rows * n, threads);
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int offset = workspace.offsets[xSlot];
        boolean single = dtype == DType.FLOAT32;
        if (kind instanceof Kind.Softmax softmax) {
            if (single) {
                kernels.softmax(softmax.log(), (float[]) x, offset, (float[]) y, 0, rows, n, part, parts);
            } else {
                kernels.softmax(softmax.log(), (double[]) x, offset, (double[]) y, 0, rows, n, part, parts);
            }
        } else {
            Object labels = workspace.arrays[labelsSlot];
            int labelsOffset = workspace.offsets[labelsSlot];
            if (single) {
                kernels.crossEntropy(
                        (float[]) x, offset, (float[]) labels, labelsOffset, (float[]) y, 0, rows, n, part, parts);
            } else {
                kernels.crossEntropy(
                        (double[]) x, offset, (double[]) labels, labelsOffset, (double[]) y, 0, rows, n, part, parts);
            }
        }
    }

    @Override
    String describe() {
        String what =
                kind instanceof Kind.Softmax softmax ? (softmax.log() ? "logSoftmax" : "softmax") : "crossEntropy";
        return what + " " + rows + "x" + n;
    }
}
