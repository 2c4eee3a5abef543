package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Value;

/** A conversion to another type. */
public final class CastInstruction extends SerialInstruction {
    private final DType from;
    private final DType to;
    private final int xSlot;
    private final int ySlot;
    private final int size;

    /** Creates the instruction that computes a group. */
    public CastInstruction(FusedGroup group, Slots slots) {
        super(group);
        Value y = group.last();
        Value x = y.input(0);
        this.from = x.dtype();
        this.to = y.dtype();
        this.xSlot = slots.of(x);
        this.ySlot = slots.of(y);
        this.size = x.size();
    }

    @Override
    public long work() {
        return size;
    }

    @Override
    void execute(Workspace workspace) {
        Object x = workspace.arrays[xSlot];
        int start = workspace.offsets[xSlot];
        Object y = workspace.arrays[ySlot];
        switch (to) {
            case FLOAT32 -> {
                float[] result = (float[]) y;
                for (int i = 0; i < size; i++) {
                    result[i] = from == DType.INT32 ? ((int[]) x)[start + i] : (float) ((double[]) x)[start + i];
                }
            }
            case FLOAT64 -> {
                double[] result = (double[]) y;
                for (int i = 0; i < size; i++) {
                    result[i] = Workspace.number(x, from, start + i);
                }
            }
            case INT32 -> {
                int[] result = (int[]) y;
                for (int i = 0; i < size; i++) {
                    double number = Workspace.number(x, from, start + i);
                    if (Double.isNaN(number) || (int) number != (long) number) {
                        throw failure("element " + i + " is " + number + ", which no INT32 can stand for");
                    }
                    result[i] = (int) number;
                }
            }
        }
    }

    @Override
    public String describe() {
        return "cast " + from + " to " + to + " " + size;
    }
}
