package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Reduce;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import java.util.Locale;

/** A reduction over neighbouring axes. */
public final class ReduceInstruction extends RowwiseInstruction {
    private final Kernels kernels;
    private final Reduce reduce;
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final AxisSplit axes;

    /** Creates the instruction that computes a group. */
    public ReduceInstruction(FusedGroup group, Reduce reduce, Slots slots, Kernels kernels) {
        super(group);
        this.kernels = kernels;
        Value y = group.last();
        Value x = y.input(0);
        this.reduce = reduce;
        this.dtype = y.dtype();
        this.xSlot = slots.of(x);
        this.ySlot = slots.of(y);
        int first = reduce.axes().isEmpty() ? x.shape().rank() : reduce.axes().get(0);
        int end = first + reduce.axes().size();
        this.axes = AxisSplit.of(x.shape(), first, end);
    }

    @Override
    public long work() {
        return (long) axes.outer() * axes.length() * axes.inner();
    }

    @Override
    int lines() {
        return axes.outer();
    }

    @Override
    int firstAxis() {
        return reduce.axes().isEmpty() || reduce.axes().get(0) == 0
                ? 0
                : group().first().input(0).shape().dim(0);
    }

    @Override
    void execute(Workspace workspace, int first, int count, int part, int parts) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int length = axes.length();
        int inner = axes.inner();
        int from = workspace.offsets[xSlot] + first * length * inner;
        int to = first * inner;
        switch (dtype) {
            case FLOAT32 ->
                kernels.reduce(
                        reduce.reduction(), (float[]) x, from, (float[]) y, to, count, length, inner, part, parts);
            case FLOAT64 ->
                kernels.reduce(
                        reduce.reduction(), (double[]) x, from, (double[]) y, to, count, length, inner, part, parts);
            case INT32 -> {
                try {
                    kernels.reduce(
                            reduce.reduction(), (int[]) x, from, (int[]) y, to, count, length, inner, part, parts);
                } catch (ArithmeticException e) {
                    throw failure("a sum is outside of the range of INT32, -2147483648 to 2147483647; convert the"
                            + " operand with cast(DType.FLOAT64)");
                }
            }
        }
    }

    @Override
    public String describe() {
        return reduce.reduction().name().toLowerCase(Locale.ROOT) + " " + axes.outer() + "x" + axes.length() + "x"
                + axes.inner();
    }
}
