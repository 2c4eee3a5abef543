package dev.autodiff.runtime;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.MaxPool;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;

/** The largest elements below windows, or the way back. */
public final class MaxPoolInstruction extends ImageInstruction {
    private final boolean forward;
    private final int xSlot;
    private final int secondSlot;
    private final int ySlot;

    /** Creates the instruction that computes a group. */
    public MaxPoolInstruction(FusedGroup group, MaxPool pool, Slots slots, Kernels kernels) {
        super(group, pool.window(), group.first().input(0).shape(), windows(group.first(), pool), kernels);
        Value y = group.first();
        this.forward = pool.form() == MaxPool.Form.OUTPUT;
        this.xSlot = slots.of(y.input(0));
        this.secondSlot = slots.of(y.input(1));
        this.ySlot = slots.of(y);
    }

    private static Shape windows(Value y, MaxPool pool) {
        return pool.form() == MaxPool.Form.OUTPUT ? y.shape() : y.input(1).shape();
    }

    @Override
    public long work() {
        return (long) images * layout.windows() * layout.taps() * layout.channels();
    }

    @Override
    public int parts(int threads) {
        return forward ? partsFor(work(), threads) : super.parts(threads);
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        if (forward) {
            int windows = images * layout.windows();
            pool(workspace, from(windows, part, parts), from(windows, part + 1, parts));
        } else {
            super.execute(workspace, part, parts);
        }
    }

    @Override
    void executeImages(Workspace workspace, int image0, int image1) {
        if (forward) {
            pool(workspace, image0 * layout.windows(), image1 * layout.windows());
        } else {
            arrays.maxPoolImage(
                    layout,
                    workspace.arrays[xSlot],
                    workspace.offsets[xSlot],
                    workspace.arrays[secondSlot],
                    workspace.offsets[secondSlot],
                    workspace.arrays[ySlot],
                    0,
                    image0,
                    image1);
        }
    }

    private void pool(Workspace workspace, int window0, int window1) {
        arrays.maxPool(
                layout,
                workspace.arrays[xSlot],
                workspace.offsets[xSlot],
                workspace.arrays[secondSlot],
                workspace.offsets[secondSlot],
                workspace.arrays[ySlot],
                0,
                window0,
                window1 - window0);
    }

    @Override
    public String describe() {
        return group().first().primitive().name() + " " + sizes();
    }
}
