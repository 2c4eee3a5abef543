package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Gather;
import dev.autodiff.ir.OneHot;
import dev.autodiff.ir.Primitive;
import dev.autodiff.ir.ScatterAdd;
import dev.autodiff.ir.Value;
import java.util.Arrays;

/** Operations whose places are given by data: gather, scatter-add, one-hot. */
public final class IndexInstruction extends SerialInstruction {
    private final Primitive kind;
    private final DType dtype;
    private final int xSlot;
    private final int indexSlot;
    private final int ySlot;
    private final int indices;
    /** Number of slices before the axis, length of the indexed axis, elements in each slice after it. */
    private final int outer;

    private final int length;
    private final int inner;
    private final int size;

    /** Creates the instruction that computes a group. */
    public IndexInstruction(FusedGroup group, Slots slots) {
        super(group);
        Value y = group.last();
        this.kind = y.primitive();
        this.dtype = y.dtype();
        this.ySlot = slots.of(y);
        this.size = y.size();
        boolean oneHot = kind instanceof OneHot;
        Value index = y.input(oneHot ? 0 : 1);
        this.indexSlot = slots.of(index);
        this.indices = index.size();
        this.xSlot = oneHot ? -1 : slots.of(y.input(0));
        if (kind instanceof Gather gather) {
            var shape = y.input(0).shape();
            this.outer = ReduceInstruction.product(shape, 0, gather.axis());
            this.length = shape.dim(gather.axis());
            this.inner = ReduceInstruction.product(shape, gather.axis() + 1, shape.rank());
        } else if (kind instanceof ScatterAdd scatter) {
            this.outer = ReduceInstruction.product(y.shape(), 0, scatter.axis());
            this.length = y.shape().dim(scatter.axis());
            this.inner = ReduceInstruction.product(
                    y.shape(), scatter.axis() + 1, y.shape().rank());
        } else {
            this.outer = 1;
            this.length = y.shape().dim(-1);
            this.inner = 1;
        }
    }

    @Override
    public long work() {
        return (long) size + (long) outer * indices * inner;
    }

    @Override
    void execute(Workspace workspace) {
        int[] index = (int[]) workspace.arrays[indexSlot];
        int indexStart = workspace.offsets[indexSlot];
        Object y = workspace.arrays[ySlot];
        check(index, indexStart);
        if (!(kind instanceof Gather)) {
            clear(y);
        }
        if (kind instanceof OneHot) {
            for (int i = 0; i < indices; i++) {
                set(y, i * length + index[indexStart + i]);
            }
            return;
        }
        Object x = workspace.arrays[xSlot];
        int xStart = workspace.offsets[xSlot];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < indices; i++) {
                int chosen = (o * length + index[indexStart + i]) * inner;
                int listed = (o * indices + i) * inner;
                if (kind instanceof Gather) {
                    System.arraycopy(x, xStart + chosen, y, listed, inner);
                } else {
                    add(x, xStart + listed, y, chosen);
                }
            }
        }
    }

    private void check(int[] index, int start) {
        for (int i = 0; i < indices; i++) {
            int value = index[start + i];
            if (value < 0 || value >= length) {
                throw failure(
                        kind instanceof OneHot
                                ? "label " + value + " at position " + i + " is outside the " + length
                                        + " classes, which are numbered 0 to " + (length - 1)
                                : "index " + value + " at position " + i + " is outside the axis of length " + length
                                        + ", whose indices are 0 to " + (length - 1));
            }
        }
    }

    private void clear(Object y) {
        switch (dtype) {
            case FLOAT32 -> Arrays.fill((float[]) y, 0, size, 0);
            case FLOAT64 -> Arrays.fill((double[]) y, 0, size, 0);
            case INT32 -> Arrays.fill((int[]) y, 0, size, 0);
        }
    }

    private void set(Object y, int at) {
        switch (dtype) {
            case FLOAT32 -> ((float[]) y)[at] = 1;
            case FLOAT64 -> ((double[]) y)[at] = 1;
            case INT32 -> ((int[]) y)[at] = 1;
        }
    }

    private void add(Object x, int from, Object y, int to) {
        switch (dtype) {
            case FLOAT32 -> {
                for (int i = 0; i < inner; i++) {
                    ((float[]) y)[to + i] += ((float[]) x)[from + i];
                }
            }
            case FLOAT64 -> {
                for (int i = 0; i < inner; i++) {
                    ((double[]) y)[to + i] += ((double[]) x)[from + i];
                }
            }
            case INT32 -> {
                for (int i = 0; i < inner; i++) {
                    ((int[]) y)[to + i] += ((int[]) x)[from + i];
                }
            }
        }
    }

    @Override
    public String describe() {
        return kind.getClass().getSimpleName() + " " + indices + " of " + length;
    }
}
