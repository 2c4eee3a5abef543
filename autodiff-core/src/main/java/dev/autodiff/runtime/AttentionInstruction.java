package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.Attention;
import dev.autodiff.kernel.DoubleAttention;
import dev.autodiff.kernel.FloatAttention;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.Scratch;

/** An attention of several heads. */
public final class AttentionInstruction extends HeadsInstruction {
    private final Kernels kernels;
    private final int ySlot;

    /** Creates the instruction that computes a group. */
    public AttentionInstruction(FusedGroup group, Attention attention, Slots slots, Kernels kernels) {
        super(group, new AttentionOperands(attention, group.last().inputs(), slots));
        this.kernels = kernels;
        this.ySlot = slots.of(group.last());
    }

    @Override
    void execute(Workspace workspace, int item, Scratch scratch) {
        AttentionOperands in = operands;
        Object q = workspace.arrays[in.qSlot];
        Object k = workspace.arrays[in.kSlot];
        Object v = workspace.arrays[in.vSlot];
        Object y = workspace.arrays[ySlot];
        Object mask = in.maskSlot < 0 ? null : workspace.arrays[in.maskSlot];
        int qAt = workspace.offsets[in.qSlot] + in.qStarts[item];
        int kAt = workspace.offsets[in.kSlot] + in.kStarts[item];
        int vAt = workspace.offsets[in.vSlot] + in.vStarts[item];
        int maskAt = in.maskSlot < 0 ? 0 : workspace.offsets[in.maskSlot] + in.maskStarts[item];
        int yAt = in.yStarts[item];
        if (in.dtype == DType.FLOAT32) {
            FloatAttention.forward(
                    kernels,
                    in.plan,
                    (float[]) q,
                    qAt,
                    (float[]) k,
                    kAt,
                    (float[]) v,
                    vAt,
                    (float[]) mask,
                    maskAt,
                    (float[]) y,
                    yAt,
                    scratch);
        } else {
            DoubleAttention.forward(
                    kernels,
                    in.plan,
                    (double[]) q,
                    qAt,
                    (double[]) k,
                    kAt,
                    (double[]) v,
                    vAt,
                    (double[]) mask,
                    maskAt,
                    (double[]) y,
                    yAt,
                    scratch);
        }
    }
}
