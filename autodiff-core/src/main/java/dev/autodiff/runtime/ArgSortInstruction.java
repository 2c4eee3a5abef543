package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.ArgSort;
import dev.autodiff.ir.Value;

/**
 * The positions of the elements along an axis in the order of their values. Heapsort, because it needs no memory beside
 * the result; equal elements are ordered by position, which makes the order stable.
 */
public final class ArgSortInstruction extends SerialInstruction {
    private final boolean descending;
    private final DType dtype;
    private final int xSlot;
    private final int ySlot;
    private final AxisSplit axes;

    /** Creates the instruction that computes a group. */
    public ArgSortInstruction(FusedGroup group, ArgSort sort, Slots slots) {
        super(group);
        Value y = group.last();
        this.descending = sort.descending();
        this.dtype = y.input(0).dtype();
        this.xSlot = slots.of(y.input(0));
        this.ySlot = slots.of(y);
        this.axes = AxisSplit.at(y.shape(), sort.axis());
    }

    @Override
    public long work() {
        return 16L * axes.outer() * axes.length() * axes.inner();
    }

    @Override
    void execute(Workspace workspace) {
        Object x = workspace.arrays[xSlot];
        int xStart = workspace.offsets[xSlot];
        int[] y = (int[]) workspace.arrays[ySlot];
        for (int o = 0; o < axes.outer(); o++) {
            for (int i = 0; i < axes.inner(); i++) {
                int first = o * axes.length() * axes.inner() + i;
                sort(x, xStart + first, y, first);
            }
        }
    }

    private void sort(Object x, int xFirst, int[] y, int yFirst) {
        int n = axes.length();
        int step = axes.inner();
        for (int j = 0; j < n; j++) {
            y[yFirst + j * step] = j;
        }
        for (int root = n / 2 - 1; root >= 0; root--) {
            sift(x, xFirst, y, yFirst, root, n);
        }
        for (int last = n - 1; last > 0; last--) {
            int largest = y[yFirst];
            y[yFirst] = y[yFirst + last * step];
            y[yFirst + last * step] = largest;
            sift(x, xFirst, y, yFirst, 0, last);
        }
    }

    /** Lets the element at a root of the heap sink until none of its children comes after it. */
    private void sift(Object x, int xFirst, int[] y, int yFirst, int root, int size) {
        int step = axes.inner();
        int moved = y[yFirst + root * step];
        int hole = root;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            int chosen = child;
            if (child + 1 < size && isBefore(x, xFirst, y[yFirst + child * step], y[yFirst + (child + 1) * step])) {
                chosen = child + 1;
            }
            int position = y[yFirst + chosen * step];
            if (!isBefore(x, xFirst, moved, position)) {
                break;
            }
            y[yFirst + hole * step] = position;
            hole = chosen;
        }
        y[yFirst + hole * step] = moved;
    }

    /** Tells whether the element at position p comes before that at position q. */
    private boolean isBefore(Object x, int xFirst, int p, int q) {
        double a = Workspace.number(x, dtype, xFirst + p * axes.inner());
        double b = Workspace.number(x, dtype, xFirst + q * axes.inner());
        boolean aIsNan = Double.isNaN(a);
        boolean bIsNan = Double.isNaN(b);
        if (a == b || (aIsNan && bIsNan)) {
            return p < q;
        }
        boolean smaller = aIsNan ? false : bIsNan || a < b;
        return smaller != descending;
    }

    @Override
    public String describe() {
        return "argsort " + axes.outer() + "x" + axes.length() + "x" + axes.inner();
    }
}
