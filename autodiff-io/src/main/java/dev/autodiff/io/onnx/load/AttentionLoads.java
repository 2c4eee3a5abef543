package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attention of several heads, and the turning of queries and keys by their positions. */
final class AttentionLoads {
    private AttentionLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Attention", n -> new Heads(n).load());
        rules.put("RotaryEmbedding", LoadRule.one(AttentionLoads::rotary));
    }

    /** Returns rows {@code [n, t, heads * d]} as {@code [n, heads, t, d]}; what has that shape as it is. */
    private static Tensor divided(Tensor x, int heads) {
        if (x.shape().rank() == 4) {
            return x;
        }
        int[] dims = x.shape().dims();
        if (dims.length != 3 || heads < 1 || dims[2] == Shape.UNKNOWN || dims[2] % heads != 0) {
            throw new CannotLoad("divides " + x.shape() + " among " + heads + " heads");
        }
        return x.reshape(dims[0], dims[1], heads, dims[2] / heads).transpose(0, 2, 1, 3);
    }

    /** Returns {@code [n, heads, t, d]} as rows {@code [n, t, heads * d]}. */
    private static Tensor joined(Tensor x) {
        int[] dims = x.shape().dims();
        return x.transpose(0, 2, 1, 3).reshape(dims[0], dims[2], dims[1] * dims[3]);
    }

    /** A node. */
    private static final class Heads {
        private final LoadNode n;
        private final boolean inRows;
        private final boolean causal;
        private final Tensor q;
        private final Tensor k;
        private final Tensor v;

        Heads(LoadNode n) {
            this.n = n;
            this.inRows = n.rank(0) == 3;
            this.causal = n.flag("is_causal", false);
            this.q = divided(n.in(0), n.whole("q_num_heads", 0));
            Tensor ownK = divided(n.in(1), n.whole("kv_num_heads", 0));
            Tensor ownV = divided(n.in(2), n.whole("kv_num_heads", 0));
            this.k = n.has(4) ? Indexing.concat(2, n.in(4), ownK) : ownK;
            this.v = n.has(5) ? Indexing.concat(2, n.in(5), ownV) : ownV;
        }

        List<Item> load() {
            int wide = q.shape().dim(3);
            double scale = n.number("scale", 1 / Math.sqrt(wide));
            double cap = n.number("softcap", 0);
            Tensor keys = repeated(k);
            Tensor values = repeated(v);
            boolean asItIs = Math.abs(scale * Math.sqrt(wide) - 1) < 1e-6 && cap == 0;
            boolean more =
                    n.has(4) || n.has(6) || isWindowed() || n.node().outputs().size() > 3;
            if (asItIs && !more && !(n.has(3) && causal)) {
                Tensor y = n.has(3)
                        ? Attention.multiHead(
                                q, keys, values, mask(k.shape().dim(2)).expandDims(-3), 1, false)
                        : causal ? Attention.causal(q, keys, values) : Attention.scaledDotProduct(q, keys, values);
                return items(y, List.of());
            }
            Tensor scores = LinearAlgebra.matmul(q, keys, false, true).mul(scale);
            Tensor capped = cap == 0 ? scores : scores.div(cap).tanh().mul(cap);
            Tensor seen = visible(capped);
            Tensor any = Reductions.max(seen, true, -1).stopGradient().greater(Double.NEGATIVE_INFINITY);
            Tensor zero = n.constant(0, seen);
            Tensor weights =
                    Comparisons.where(any, Comparisons.where(any, seen, zero).softmax(), zero);
            Tensor shown =
                    switch (n.whole("qk_matmul_output_mode", 0)) {
                        case 2 -> seen;
                        case 3 -> weights;
                        default -> capped;
                    };
            return items(LinearAlgebra.matmul(weights, values), List.of(Item.of(shown)));
        }

        private List<Item> items(Tensor y, List<Item> scores) {
            List<Item> items = new ArrayList<>(List.of(Item.of(inRows ? joined(y) : y), Item.of(k), Item.of(v)));
            items.addAll(scores);
            return items;
        }

        private boolean isWindowed() {
            return n.whole("left_window_size", -1) >= 0 || n.whole("right_window_size", -1) >= 0;
        }

        /** Returns keys or values, each of which several heads of queries may share. */
        private Tensor repeated(Tensor x) {
            int heads = x.shape().dim(1);
            int wanted = q.shape().dim(1);
            if (heads == wanted) {
                return x;
            }
            if (heads < 1 || wanted % heads != 0) {
                throw new CannotLoad("has " + wanted + " heads of queries for " + heads + " of keys");
            }
            int[] dims = x.shape().dims();
            return Arrangement.tile(x.expandDims(2), 1, 1, wanted / heads, 1, 1)
                    .reshape(dims[0], wanted, dims[2], dims[3]);
        }

        /** Returns the mask, as long as there are keys; what lies behind it is not seen. */
        private Tensor mask(int keys) {
            Tensor mask = n.in(3);
            int length = mask.shape().dim(-1);
            if (length == keys || length == 1 || length == Shape.UNKNOWN || keys == Shape.UNKNOWN) {
                return mask;
            }
            int[] after = new int[mask.shape().rank()];
            after[after.length - 1] = keys - length;
            double hidden = mask.dtype().isFloating() ? Double.NEGATIVE_INFINITY : 0;
            return Arrangement.pad(mask, new int[after.length], after, hidden);
        }

        /** Returns scores, minus infinity where a query does not see a key. */
        private Tensor visible(Tensor scores) {
            Tensor seen = scores;
            Tensor hidden = n.constant(Double.NEGATIVE_INFINITY, scores);
            if (n.has(3)) {
                Tensor mask = mask(scores.shape().dim(-1));
                seen = mask.dtype().isFloating()
                        ? Comparisons.where(mask.greater(Double.NEGATIVE_INFINITY), seen.add(mask), hidden)
                        : Comparisons.where(mask, seen, hidden);
            }
            Tensor places = places(scores.shape());
            return places == null ? seen : Comparisons.where(places, seen, hidden);
        }

        /** Returns 1 where a query sees a key by their places, if that matters. */
        private @Nullable Tensor places(Shape scores) {
            int left = n.whole("left_window_size", -1);
            int right = n.whole("right_window_size", -1);
            boolean some = n.has(6);
            if (!causal && left < 0 && right < 0 && !some) {
                return null;
            }
            int queries = scores.dim(-2);
            int keys = scores.dim(-1);
            if (queries == Shape.UNKNOWN || keys == Shape.UNKNOWN) {
                throw new CannotLoad(
                        "sees by places in sequences of open lengths: read the model with lengths for them");
            }
            NDArray before = NDArray.zeros(DType.INT32, queries, keys);
            int past = n.has(4) ? keys - n.shape(1).dim(-2) : 0;
            int[] numbers = (int[]) before.storage();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = i / keys + past - i % keys;
            }
            Tensor ahead = Tensors.constant(before); // the place of a query without that of a key
            Tensor visible = null;
            if (some) {
                Tensor count = n.in(6).cast(DType.INT32).reshape(-1, 1, 1, 1);
                int[] all = new int[keys];
                Arrays.setAll(all, i -> i);
                visible = Comparisons.less(Tensors.constant(all), count);
                ahead = n.has(4) ? ahead : ahead.add(count.sub(queries));
            }
            visible = causal ? both(visible, Comparisons.greaterEqual(ahead, 0)) : visible;
            visible = left >= 0 ? both(visible, Comparisons.lessEqual(ahead, left)) : visible;
            return right >= 0 ? both(visible, Comparisons.greaterEqual(ahead, -right)) : visible;
        }

        private static Tensor both(@Nullable Tensor a, Tensor b) {
            return a == null ? b : a.mul(b);
        }
    }

    /** Turns pairs of numbers by angles whose cosines and sines are given for each position. */
    private static Tensor rotary(LoadNode n) {
        Tensor x = n.rank(0) == 4 ? n.in(0) : divided(n.in(0), n.whole("num_heads", 0)); // [n, heads, t, d]
        int wide = x.shape().dim(3);
        int turned = n.whole("rotary_embedding_dim", 0) == 0 ? wide : n.whole("rotary_embedding_dim", 0);
        if (wide == Shape.UNKNOWN || turned > wide || turned % 2 != 0) {
            throw new CannotLoad("turns " + turned + " of " + wide + " numbers");
        }
        Tensor cos = ofPositions(n, 1);
        Tensor sin = ofPositions(n, 2);
        boolean interleaved = n.flag("interleaved", false);
        int[] places = new int[turned];
        Arrays.setAll(places, i -> interleaved ? 2 * (i % (turned / 2)) + i / (turned / 2) : i);
        Tensor ordered = interleaved ? Indexing.gather(x, Tensors.constant(places), 3) : x;
        Tensor a = part(ordered, 0, turned / 2);
        Tensor b = part(ordered, turned / 2, turned / 2);
        Tensor real = cos.mul(a).sub(sin.mul(b));
        Tensor imaginary = sin.mul(a).add(cos.mul(b));
        Tensor result = Indexing.concat(3, real, imaginary);
        if (interleaved) {
            int[] back = new int[turned];
            Arrays.setAll(back, i -> i / 2 + i % 2 * (turned / 2));
            result = Indexing.gather(result, Tensors.constant(back), 3);
        }
        Tensor whole = turned == wide ? result : Indexing.concat(3, result, part(x, turned, wide - turned));
        return n.rank(0) == 4 ? whole : joined(whole);
    }

    private static Tensor part(Tensor x, int start, int size) {
        return Indexing.slice(x, new int[] {0, 0, 0, start}, new int[] {-1, -1, -1, size});
    }

    /** Returns the rows of a table at the positions, {@code [n, 1, t, d / 2]}. */
    private static Tensor ofPositions(LoadNode n, int operand) {
        Tensor table = n.in(operand);
        Tensor rows = n.has(3) ? Indexing.gather(table, n.in(3).cast(DType.INT32), 0) : table;
        return rows.expandDims(1);
    }
}
