package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ArgReduce;
import dev.autodiff.ir.Value;

/** The positions of the largest or smallest elements along an axis. */
public final class ArgReduceInstruction extends SerialInstruction {
    private final ArgReduce reduce;
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final AxisSplit axes;

    /** Creates the instruction that computes a group. */
    public ArgReduceInstruction(FusedGroup group, ArgReduce reduce, Slots slots) {
        super(group);
        Value y = group.last();
        Value x = y.input(0);
        this.reduce = reduce;
        this.dtype = x.dtype();
        this.xSlot = slots.of(x);
        this.ySlot = slots.of(y);
        this.axes = AxisSplit.at(x.shape(), reduce.axis());
    }

    @Override
    public long work() {
        return (long) axes.outer() * axes.length() * axes.inner();
    }

    @Override
    void execute(Workspace workspace) {
        Object x = workspace.arrays[xSlot];
        int start = workspace.offsets[xSlot];
        int[] y = (int[]) workspace.arrays[ySlot];
        int inner = axes.inner();
        for (int o = 0; o < axes.outer(); o++) {
            for (int i = 0; i < inner; i++) {
                y[o * inner + i] = best(x, start + o * axes.length() * inner + i);
            }
        }
    }

    /** Returns the position of the best of the elements that start at an index of the array. */
    private int best(Object x, int base) {
        int best = 0;
        double bestValue = Workspace.number(x, dtype, base);
        for (int j = 1; j < axes.length() && !Double.isNaN(bestValue); j++) {
            double value = Workspace.number(x, dtype, base + j * axes.inner());
            boolean better = reduce.largest() ? value > bestValue : value < bestValue;
            if (better || Double.isNaN(value)) { // as in NumPy, the first NaN wins
                best = j;
                bestValue = value;
            }
        }
        return best;
    }

    @Override
    public String describe() {
        return reduce.name() + " " + axes.outer() + "x" + axes.length() + "x" + axes.inner();
    }
}
