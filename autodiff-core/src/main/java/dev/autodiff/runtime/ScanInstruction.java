package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Scan;
import dev.autodiff.ir.Value;
import org.jspecify.annotations.Nullable;

/** A linear recurrence along an axis, such as cumulative sums. Floats are accumulated in double precision. */
public final class ScanInstruction extends SerialInstruction {
    private final DType dtype;
    private final boolean reverse;
    private final int gSlot;
    /** The slot of the factors, -1 if all are 1. */
    private final int aSlot;

    private final int ySlot;
    private final AxisSplit axes;

    /** Creates the instruction that computes a group. */
    public ScanInstruction(FusedGroup group, Scan scan, Slots slots) {
        super(group);
        Value y = group.last();
        this.dtype = y.dtype();
        this.reverse = scan.reverse();
        this.gSlot = slots.of(y.input(0));
        this.aSlot = y.inputs().size() == 1 ? -1 : slots.of(y.input(1));
        this.ySlot = slots.of(y);
        this.axes = AxisSplit.at(y.shape(), scan.axis());
    }

    @Override
    public long work() {
        return (long) axes.outer() * axes.length() * axes.inner();
    }

    @Override
    void execute(Workspace workspace) {
        Object g = workspace.arrays[gSlot];
        int gStart = workspace.offsets[gSlot];
        Object a = aSlot < 0 ? null : workspace.arrays[aSlot];
        int aStart = aSlot < 0 ? 0 : workspace.offsets[aSlot];
        Object y = workspace.arrays[ySlot];
        int inner = axes.inner();
        int n = axes.length();
        int step = reverse ? -inner : inner;
        for (int o = 0; o < axes.outer() && n > 0; o++) {
            for (int i = 0; i < inner; i++) {
                int first = (o * n + (reverse ? n - 1 : 0)) * inner + i;
                switch (dtype) {
                    case FLOAT32 ->
                        floats((float[]) g, gStart + first, (float[]) a, aStart + first, (float[]) y, first, step);
                    case FLOAT64 ->
                        doubles((double[]) g, gStart + first, (double[]) a, aStart + first, (double[]) y, first, step);
                    case INT32 -> ints((int[]) g, gStart + first, (int[]) a, aStart + first, (int[]) y, first, step);
                }
            }
        }
    }

    private void floats(float[] g, int gFirst, float @Nullable [] a, int aFirst, float[] y, int first, int step) {
        double sum = g[gFirst];
        y[first] = g[gFirst];
        for (int j = 1; j < axes.length(); j++) {
            sum = g[gFirst + j * step] + (a == null ? sum : a[aFirst + j * step] * sum);
            y[first + j * step] = (float) sum;
        }
    }

    private void doubles(double[] g, int gFirst, double @Nullable [] a, int aFirst, double[] y, int first, int step) {
        double sum = g[gFirst];
        y[first] = sum;
        for (int j = 1; j < axes.length(); j++) {
            sum = g[gFirst + j * step] + (a == null ? sum : a[aFirst + j * step] * sum);
            y[first + j * step] = sum;
        }
    }

    private void ints(int[] g, int gFirst, int @Nullable [] a, int aFirst, int[] y, int first, int step) {
        int sum = g[gFirst];
        y[first] = sum;
        for (int j = 1; j < axes.length(); j++) {
            sum = g[gFirst + j * step] + (a == null ? sum : a[aFirst + j * step] * sum);
            y[first + j * step] = sum;
        }
    }

    @Override
    public String describe() {
        return "scan " + axes.outer() + "x" + axes.length() + "x" + axes.inner();
    }
}
