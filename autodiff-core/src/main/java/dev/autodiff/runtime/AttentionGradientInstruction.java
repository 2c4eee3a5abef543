package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.ir.AttentionGradient;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.DoubleAttention;
import dev.autodiff.kernel.FloatAttention;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.Scratch;

/** The gradients of an attention of several heads, with respect to queries, keys and values. */
public final class AttentionGradientInstruction extends HeadsInstruction {
    private final Kernels kernels;
    private final int dySlot;
    private final int dSlot;
    /** The first element of the gradients of keys in the result. */
    private final int keys;
    /** The first element of the gradients of values in the result. */
    private final int values;

    /** Creates the instruction that computes a group. */
    public AttentionGradientInstruction(FusedGroup group, AttentionGradient gradient, Slots slots, Kernels kernels) {
        super(group, new AttentionOperands(gradient.of(), gradient.sources(group.last()), slots));
        Value d = group.last();
        this.kernels = kernels;
        this.dySlot = slots.of(d.input(d.inputs().size() - 1));
        this.dSlot = slots.of(d);
        this.keys = gradient.of().packed() ? 0 : d.input(0).size();
        this.values = gradient.of().packed() ? 0 : keys + d.input(1).size();
    }

    @Override
    void execute(Workspace workspace, int item, Scratch scratch) {
        AttentionOperands in = operands;
        Object q = workspace.arrays[in.qSlot];
        Object k = workspace.arrays[in.kSlot];
        Object v = workspace.arrays[in.vSlot];
        Object dy = workspace.arrays[dySlot];
        Object d = workspace.arrays[dSlot];
        Object mask = in.maskSlot < 0 ? null : workspace.arrays[in.maskSlot];
        int qAt = workspace.offsets[in.qSlot] + in.qStarts[item];
        int kAt = workspace.offsets[in.kSlot] + in.kStarts[item];
        int vAt = workspace.offsets[in.vSlot] + in.vStarts[item];
        int maskAt = in.maskSlot < 0 ? 0 : workspace.offsets[in.maskSlot] + in.maskStarts[item];
        int dyAt = workspace.offsets[dySlot] + in.yStarts[item];
        int dqAt = in.qStarts[item];
        int dkAt = keys + in.kStarts[item];
        int dvAt = values + in.vStarts[item];
        if (in.dtype == DType.FLOAT32) {
            FloatAttention.backward(
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
                    (float[]) dy,
                    dyAt,
                    (float[]) d,
                    dqAt,
                    dkAt,
                    dvAt,
                    scratch);
        } else {
            DoubleAttention.backward(
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
                    (double[]) dy,
                    dyAt,
                    (double[]) d,
                    dqAt,
                    dkAt,
                    dvAt,
                    scratch);
        }
    }
}
