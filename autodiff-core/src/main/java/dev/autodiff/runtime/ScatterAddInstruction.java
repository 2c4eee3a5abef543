package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ScatterAdd;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.LongProduct;
import dev.autodiff.kernel.Scratch;
import java.util.Arrays;

/** Zeros to which slices are added along an axis, at places chosen by indices. */
public final class ScatterAddInstruction extends IndexInstruction {
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final int size;

    /** Creates the instruction that computes a group. */
    public ScatterAddInstruction(FusedGroup group, ScatterAdd scatter, Slots slots) {
        super(group, group.last().input(1), AxisSplit.at(group.last().shape(), scatter.axis()), slots);
        Value y = group.last();
        this.dtype = y.dtype();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
        this.size = y.size();
    }

    @Override
    void execute(Workspace workspace, int[] index, int start) {
        Object x = workspace.arrays[xSlot];
        int xStart = workspace.offsets[xSlot];
        Object y = workspace.arrays[ySlot];
        Workspace.clear(y, dtype, size);
        if (dtype == DType.FLOAT32 && indices > LongProduct.BLOCK) {
            Scratch scratch = workspace.takeScratch();
            try {
                addMany((float[]) x, xStart, (float[]) y, index, start, scratch);
            } finally {
                workspace.giveBack(scratch);
            }
            return;
        }
        for (int o = 0; o < axes.outer(); o++) {
            for (int i = 0; i < indices; i++) {
                add(x, xStart + listed(o, i), y, chosen(o, index[start + i]));
            }
        }
    }

    private void add(Object x, int from, Object y, int to) {
        int inner = axes.inner();
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

    /**
     * Adds floats so that no sum has more terms than a block of {@link LongProduct}: then it goes to a total in double
     * precision, and begins anew. Only slices to which so many are added have totals.
     */
    private void addMany(float[] x, int xStart, float[] y, int[] index, int start, Scratch scratch) {
        int inner = axes.inner();
        int length = axes.length();
        int[] counts = scratch.ints(2 * length);
        double[] totals = scratch.doubles(0, indices / LongProduct.BLOCK * inner);
        for (int o = 0; o < axes.outer(); o++) {
            Arrays.fill(counts, 0, 2 * length, 0);
            int held = 0;
            for (int i = 0; i < indices; i++) {
                int chosen = index[start + i];
                int to = chosen(o, chosen);
                if (counts[chosen] == LongProduct.BLOCK) {
                    counts[chosen] = 0;
                    if (counts[length + chosen] == 0) {
                        counts[length + chosen] = ++held;
                        Arrays.fill(totals, (held - 1) * inner, held * inner, 0);
                    }
                    moveToTotal(y, to, totals, (counts[length + chosen] - 1) * inner, inner);
                }
                counts[chosen]++;
                add(x, xStart + listed(o, i), y, to);
            }
            for (int row = 0; held > 0 && row < length; row++) {
                int total = counts[length + row];
                if (total > 0) {
                    finish(y, chosen(o, row), totals, (total - 1) * inner, inner);
                }
            }
        }
    }

    private static void moveToTotal(float[] y, int from, double[] totals, int to, int n) {
        for (int i = 0; i < n; i++) {
            totals[to + i] += y[from + i];
            y[from + i] = 0;
        }
    }

    private static void finish(float[] y, int to, double[] totals, int from, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] = (float) (totals[from + i] + y[to + i]);
        }
    }

    @Override
    public String describe() {
        return "ScatterAdd " + indices + " of " + axes.length();
    }
}
