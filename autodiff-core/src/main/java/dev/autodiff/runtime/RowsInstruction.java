package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Primitive;
import dev.autodiff.ir.Softmax;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;

/** Softmax or softmax cross-entropy of rows. */
public final class RowsInstruction extends RowwiseInstruction {
    private final Kernels kernels;
    private final Primitive kind;
    private final DType dtype;
    private final int xSlot;
    private final int labelsSlot;
    private final int ySlot;
    private final int rows;
    private final int n;

    /** Creates the instruction that computes a group. */
    public RowsInstruction(FusedGroup group, Slots slots, Kernels kernels) {
        super(group);
        this.kernels = kernels;
        Value y = group.last();
        Value x = y.input(0);
        this.kind = y.primitive();
        this.dtype = y.dtype();
        this.xSlot = slots.of(x);
        this.labelsSlot = y.inputs().size() > 1 ? slots.of(y.input(1)) : -1;
        this.ySlot = slots.of(y);
        this.n = x.shape().dim(-1);
        this.rows = ReduceInstruction.product(x.shape(), 0, x.shape().rank() - 1);
    }

    @Override
    public long work() {
        return 8L * rows * n;
    }

    @Override
    int lines() {
        return rows;
    }

    @Override
    int firstAxis() {
        Shape shape = group().last().input(0).shape();
        return shape.rank() > 1 && n > 0 ? shape.dim(0) : 0;
    }

    @Override
    void execute(Workspace workspace, int first, int count, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int xStart = workspace.offsets[xSlot] + first * n;
        boolean single = dtype == DType.FLOAT32;
        if (kind instanceof Softmax softmax) {
            int yStart = first * n;
            if (single) {
                kernels.softmax(softmax.log(), (float[]) x, xStart, (float[]) y, yStart, count, n, part, parts);
            } else {
                kernels.softmax(softmax.log(), (double[]) x, xStart, (double[]) y, yStart, count, n, part, parts);
            }
        } else {
            Object labels = workspace.arrays[labelsSlot];
            int labelsStart = workspace.offsets[labelsSlot] + first * n;
            if (single) {
                kernels.crossEntropy(
                        (float[]) x, xStart, (float[]) labels, labelsStart, (float[]) y, first, count, n, part, parts);
            } else {
                kernels.crossEntropy(
                        (double[]) x,
                        xStart,
                        (double[]) labels,
                        labelsStart,
                        (double[]) y,
                        first,
                        count,
                        n,
                        part,
                        parts);
            }
        }
    }

    @Override
    public String describe() {
        String what = kind instanceof Softmax softmax ? (softmax.log() ? "logSoftmax" : "softmax") : "crossEntropy";
        return what + " " + rows + "x" + n;
    }
}
