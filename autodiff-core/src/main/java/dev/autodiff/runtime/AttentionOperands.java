package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Attention;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.AttentionPlan;
import java.util.Arrays;
import java.util.List;

/** The operands of an attention: for each head of each example, the places of its queries, keys, values and mask. */
final class AttentionOperands {
    final AttentionPlan plan;
    final DType dtype;
    final int qSlot;
    final int kSlot;
    final int vSlot;
    /** The slot of the mask, -1 if there is none. */
    final int maskSlot;

    final int[] qStarts;
    final int[] kStarts;
    final int[] vStarts;
    final int[] yStarts;
    final int[] maskStarts;
    private final String sizes;

    AttentionOperands(Attention attention, List<Value> operands, Slots slots) {
        boolean packed = attention.packed();
        Value q = operands.get(0);
        Value k = packed ? q : operands.get(1);
        Value v = packed ? q : operands.get(2);
        boolean masked = operands.size() > attention.sources();
        int heads = attention.heads();
        int depth = attention.depth(operands);
        int valueDepth = attention.valueDepth(operands);
        int queries = q.shape().dim(-2);
        int keys = attention.keys(operands);
        Shape items = attention.items(q.shape());
        int width = heads * depth;
        int qStride = q.shape().dim(-1);
        int kStride = k.shape().dim(-1);
        int vStride = v.shape().dim(-1);
        int yStride = heads * valueDepth;
        this.dtype = q.dtype();
        this.qSlot = slots.of(q);
        this.kSlot = slots.of(k);
        this.vSlot = slots.of(v);
        this.qStarts = starts(items.size(), heads, queries * qStride, depth, 0);
        this.kStarts = starts(items.size(), heads, keys * kStride, depth, packed ? width : 0);
        this.vStarts = starts(items.size(), heads, keys * vStride, valueDepth, packed ? 2 * width : 0);
        this.yStarts = starts(items.size(), heads, queries * yStride, valueDepth, 0);
        int maskStride = 0;
        if (masked) {
            Value mask = operands.get(attention.sources());
            this.maskSlot = slots.of(mask);
            this.maskStarts = MatrixOperand.starts(mask.shape(), items);
            maskStride = mask.shape().dim(-2) == 1 ? 0 : keys;
        } else {
            this.maskSlot = -1;
            this.maskStarts = new int[items.size()];
        }
        this.plan = new AttentionPlan(
                queries, keys, depth, valueDepth, attention.causal(), qStride, kStride, vStride, yStride, maskStride);
        this.sizes = items.size() + " x " + queries + "x" + keys + " of " + depth;
    }

    /** Returns where each head of each example begins. */
    private static int[] starts(int items, int heads, int example, int head, int first) {
        int[] starts = new int[items];
        Arrays.setAll(starts, item -> first + item / heads * example + item % heads * head);
        return starts;
    }

    int items() {
        return qStarts.length;
    }

    String describe() {
        return sizes;
    }
}
