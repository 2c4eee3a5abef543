package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ArgReduce;
import dev.autodiff.ir.Primitive;
import dev.autodiff.ir.Value;

/** Results of another type than the operand's: casts and the positions of largest and smallest elements. */
public final class ConvertInstruction extends SerialInstruction {
    private final Primitive kind;
    private final DType from;
    private final DType to;
    private final int xSlot;
    private final int ySlot;
    private final int outer;
    private final int length;
    private final int inner;

    /** Creates the instruction that computes a group. */
    public ConvertInstruction(FusedGroup group, Slots slots) {
        super(group);
        Value y = group.last();
        Value x = y.input(0);
        this.kind = y.primitive();
        this.from = x.dtype();
        this.to = y.dtype();
        this.xSlot = slots.of(x);
        this.ySlot = slots.of(y);
        if (kind instanceof ArgReduce reduce) {
            this.outer = ReduceInstruction.product(x.shape(), 0, reduce.axis());
            this.length = x.shape().dim(reduce.axis());
            this.inner = ReduceInstruction.product(
                    x.shape(), reduce.axis() + 1, x.shape().rank());
        } else {
            this.outer = 1;
            this.length = x.size();
            this.inner = 1;
        }
    }

    @Override
    public long work() {
        return (long) outer * length * inner;
    }

    @Override
    void execute(Workspace workspace) {
        Object x = workspace.arrays[xSlot];
        Object y = workspace.arrays[ySlot];
        int start = workspace.offsets[xSlot];
        if (kind instanceof ArgReduce reduce) {
            argReduce(reduce.largest(), x, start, (int[]) y);
        } else {
            cast(x, start, y);
        }
    }

    private void argReduce(boolean largest, Object x, int start, int[] y) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < inner; i++) {
                int base = start + o * length * inner + i;
                int best = 0;
                double bestValue = at(x, base);
                for (int j = 1; j < length && !Double.isNaN(bestValue); j++) {
                    double value = at(x, base + j * inner);
                    boolean better = largest ? value > bestValue : value < bestValue;
                    if (better || Double.isNaN(value)) { // as in NumPy, the first NaN wins
                        best = j;
                        bestValue = value;
                    }
                }
                y[o * inner + i] = best;
            }
        }
    }

    private double at(Object x, int position) {
        return switch (from) {
            case FLOAT32 -> ((float[]) x)[position];
            case FLOAT64 -> ((double[]) x)[position];
            case INT32 -> ((int[]) x)[position];
        };
    }

    private void cast(Object x, int start, Object y) {
        switch (to) {
            case FLOAT32 -> {
                float[] result = (float[]) y;
                for (int i = 0; i < length; i++) {
                    result[i] = from == DType.INT32 ? ((int[]) x)[start + i] : (float) ((double[]) x)[start + i];
                }
            }
            case FLOAT64 -> {
                double[] result = (double[]) y;
                for (int i = 0; i < length; i++) {
                    result[i] = at(x, start + i);
                }
            }
            case INT32 -> {
                int[] result = (int[]) y;
                for (int i = 0; i < length; i++) {
                    result[i] = (int) at(x, start + i);
                }
            }
        }
    }

    @Override
    public String describe() {
        return kind instanceof ArgReduce reduce
                ? (reduce.largest() ? "argmax " : "argmin ") + outer + "x" + length + "x" + inner
                : "cast " + from + " to " + to + " " + length;
    }
}
