package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import java.util.Locale;

/** A reduction over neighbouring axes. */
public final class ReduceInstruction extends RowwiseInstruction {
    private final Kernels kernels;
    private final Reduce kind;
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final int outer;
    private final int length;
    private final int inner;

    /** Creates the instruction that computes a group. */
    public ReduceInstruction(FusedGroup group, Reduce kind, Slots slots, Kernels kernels) {
        super(group);
        this.kernels = kernels;
        Value y = group.last();
        Value x = y.input(0);
        this.kind = kind;
        this.dtype = y.dtype();
        this.xSlot = slots.of(x);
        this.ySlot = slots.of(y);
        int first = kind.axes().isEmpty() ? x.shape().rank() : kind.axes().get(0);
        int end = first + kind.axes().size();
        this.outer = product(x.shape(), 0, first);
        this.length = product(x.shape(), first, end);
        this.inner = product(x.shape(), end, x.shape().rank());
    }

    static int product(Shape shape, int from, int to) {
        int product = 1;
        for (int axis = from; axis < to; axis++) {
            product *= shape.dim(axis);
        }
        return product;
    }

    @Override
    public long work() {
        return (long) outer * length * inner;
    }

    @Override
    int lines() {
        return outer;
    }

    @Override
    int firstAxis() {
        return kind.axes().isEmpty() || kind.axes().get(0) == 0
                ? 0
                : group().first().input(0).shape().dim(0);
    }

    @Override
    void execute(Workspace workspace, int first, int count, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int from = workspace.offsets[xSlot] + first * length * inner;
        int to = first * inner;
        switch (dtype) {
            case FLOAT32 ->
                kernels.reduce(kind.reduction(), (float[]) x, from, (float[]) y, to, count, length, inner, part, parts);
            case FLOAT64 ->
                kernels.reduce(
                        kind.reduction(), (double[]) x, from, (double[]) y, to, count, length, inner, part, parts);
            case INT32 ->
                kernels.reduce(kind.reduction(), (int[]) x, from, (int[]) y, to, count, length, inner, part, parts);
        }
    }

    @Override
    public String describe() {
        return kind.reduction().name().toLowerCase(Locale.ROOT) + " " + outer + "x" + length + "x" + inner;
    }
}
