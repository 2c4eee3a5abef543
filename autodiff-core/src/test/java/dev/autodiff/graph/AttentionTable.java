package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rows of {@link OpTable} for attention. */
final class AttentionTable {
    private AttentionTable() {}

    /** Returns a case whose operands have known shapes, as the length of rows must be known. */
    private static OpTable.Case known(Function<List<Tensor>, Tensor> function, NDArray... inputs) {
        return new OpTable.Case(
                in -> {
                    List<Tensor> shaped = new ArrayList<>();
                    for (int i = 0; i < inputs.length; i++) {
                        shaped.add(in.get(i).reshape(inputs[i].shape().dims()));
                    }
                    return function.apply(shaped);
                },
                inputs);
    }

    static void addTo(Map<String, OpTable.Row> rows) {
        rows.put("Attention.scaledDotProduct/3", draw -> {
            int[] lead = draw.dims(0, 2);
            int depth = draw.length();
            int keys = draw.length();
            return known(
                    in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2)),
                    draw.real(OpTable.join(lead, draw.dim(), depth)),
                    draw.real(OpTable.join(lead, keys, depth)),
                    draw.real(OpTable.join(lead, keys, draw.length())));
        });
        rows.put("Attention.scaledDotProduct/4", draw -> {
            int[] lead = draw.dims(0, 2);
            int depth = draw.length();
            int keys = draw.length();
            int queries = draw.length();
            int[] mask = OpTable.join(lead, draw.chance(0.3) ? 1 : queries, keys);
            for (int i = 0; i < lead.length; i++) {
                mask[i] = draw.chance(0.5) ? 1 : mask[i];
            }
            return known(
                    in -> Attention.scaledDotProduct(in.get(0), in.get(1), in.get(2), in.get(3)),
                    draw.real(OpTable.join(lead, queries, depth)),
                    draw.real(OpTable.join(lead, keys, depth)),
                    draw.real(OpTable.join(lead, keys, draw.length())),
                    draw.real(mask));
        });
        rows.put("Attention.causal", draw -> {
            int[] lead = draw.dims(0, 2);
            int depth = draw.length();
            int keys = draw.length();
            return known(
                    in -> Attention.causal(in.get(0), in.get(1), in.get(2)),
                    draw.real(OpTable.join(lead, draw.dim(), depth)),
                    draw.real(OpTable.join(lead, keys, depth)),
                    draw.real(OpTable.join(lead, keys, draw.length())));
        });
        rows.put("Attention.multiHead", draw -> {
            int[] lead = draw.dims(0, 1);
            int heads = 1 + draw.below(3);
            int width = heads * draw.length();
            int keys = draw.length();
            int queries = draw.length();
            boolean causal = draw.chance(0.5);
            NDArray hidden = draw.integers(2, heads, queries, keys);
            return known(
                    in -> Attention.multiHead(
                            in.get(0),
                            in.get(1),
                            in.get(2),
                            Tensors.constant(hidden).cast(dev.autodiff.array.DType.INT32),
                            heads,
                            causal),
                    draw.real(OpTable.join(lead, queries, width)),
                    draw.real(OpTable.join(lead, keys, width)),
                    draw.real(OpTable.join(lead, keys, heads * draw.length())));
        });
        rows.put("Attention.selfAttention", draw -> {
            int[] lead = draw.dims(0, 1);
            int heads = 1 + draw.below(3);
            boolean causal = draw.chance(0.5);
            int rowsOf = draw.length();
            NDArray mask = draw.real(draw.chance(0.5) ? 1 : heads, rowsOf, rowsOf);
            NDArray qkv = draw.real(OpTable.join(lead, rowsOf, 3 * heads * draw.length()));
            return draw.chance(0.5)
                    ? known(in -> Attention.selfAttention(in.get(0), null, heads, causal), qkv)
                    : known(in -> Attention.selfAttention(in.get(0), in.get(1), heads, causal), qkv, mask);
        });
        rows.put("Attention.weights", draw -> {
            int[] lead = draw.dims(0, 1);
            int depth = draw.length();
            boolean causal = draw.chance(0.5);
            return known(
                    in -> Attention.weights(in.get(0), in.get(1), null, causal),
                    draw.real(OpTable.join(lead, 2 + draw.below(3), depth)),
                    draw.real(OpTable.join(lead, 2 + draw.below(3), depth)));
        });
        rows.put("Attention.rotary", draw -> {
            int heads = 1 + draw.below(3);
            int[] dims = OpTable.join(draw.dims(0, 1), draw.dim(), 2 * heads * draw.length());
            return known(in -> Attention.rotary(in.get(0), heads, 100), draw.real(dims));
        });
    }
}
