package dev.autodiff.graph;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention, softmax(q · kᵀ / √d) · v (Vaswani and others, "Attention Is All You Need", 2017): each
 * query gets a mean of the values, weighted by how well the keys fit it. It is computed block of queries by block, so
 * that memory grows with the length of the sequences and not with its square; the backward pass computes the weights
 * again.
 *
 * <p>A mask says what may be seen. One of INT32 has 0 where a query must not see a key, and other numbers where it may
 * (PyTorch's masks of booleans). One of floating-point numbers is added to q · kᵀ / √d, so that minus infinity hides a
 * key. A query that sees nothing gets 0. A causal attention is one in which a query sees keys up to its own place, the
 * first query the first key.
 *
 * <pre>{@code
 * Tensor q = Tensors.constant(new double[][] {{1, 0}, {0, 1}});
 * Tensor v = Tensors.constant(new double[][] {{2, 4}, {6, 8}});
 * Tensor y = Attention.causal(q, q, v);             // [[2.0, 4.0], [4.679046, 6.679046]]
 * Tensor p = Attention.weights(q, q, null, true);   // [[1.0, 0.0], [0.330238, 0.669762]]
 * }</pre>
 */
public final class Attention {
    public static final OpType ATTENTION = new OpType("attention");

    /** The gradient of {@link #ATTENTION} with respect to one of its operands. */
    public static final OpType ATTENTION_GRADIENT = new OpType("attentionGradient");

    /** The number of heads, whose queries, keys and values stand one after the other in a row. */
    public static final Attribute<Integer> HEADS = new Attribute<>("heads", 1);

    /** The choice that a query sees no key behind its own place. */
    public static final Attribute<Boolean> CAUSAL = new Attribute<>("causal", false);

    /** The choice that q, k and v are the thirds of the rows of one operand. */
    public static final Attribute<Boolean> PACKED = new Attribute<>("packed", false);

    /** The index of the operand of which {@link #ATTENTION_GRADIENT} is the gradient. */
    public static final Attribute<Integer> OPERAND = new Attribute<>("operand");

    private Attention() {}

    /**
     * Returns attention without a mask; PyTorch's {@code scaled_dot_product_attention}. Several heads, as well as
     * examples, are leading axes: {@code [examples, heads, t, d]}.
     *
     * @param q the queries {@code [..., t, d]}
     * @param k the keys {@code [..., s, d]}
     * @param v the values {@code [..., s, e]}
     * @return means of the values, {@code [..., t, e]}
     * @throws GraphException if shapes or types do not fit
     */
    public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v) {
        return new AttentionOp(1, false, false).apply(q, k, v);
    }

    /**
     * Returns attention with a mask.
     *
     * @param q the queries {@code [..., t, d]}
     * @param k the keys {@code [..., s, d]}
     * @param v the values {@code [..., s, e]}
     * @param mask the mask, of a shape that broadcasts to {@code [..., t, s]}
     * @return means of the values, {@code [..., t, e]}
     * @throws GraphException if shapes or types do not fit
     */
    public static Tensor scaledDotProduct(Tensor q, Tensor k, Tensor v, Tensor mask) {
        Tensor withHeads = mask.shape().rank() > 2 ? mask.expandDims(-3) : mask;
        return new AttentionOp(1, false, false).apply(q, k, v, withHeads);
    }

    /**
     * Returns causal attention.
     *
     * @param q the queries {@code [..., t, d]}
     * @param k the keys {@code [..., s, d]}
     * @param v the values {@code [..., s, e]}
     * @return means of the values, {@code [..., t, e]}
     * @throws GraphException if shapes or types do not fit
     */
    public static Tensor causal(Tensor q, Tensor k, Tensor v) {
        return new AttentionOp(1, true, false).apply(q, k, v);
    }

    /**
     * Returns attention of several heads that stand one after the other in the rows of the operands, as a product with
     * a matrix makes them; no axis has to be moved.
     *
     * @param q the queries {@code [..., t, heads * d]}
     * @param k the keys {@code [..., s, heads * d]}
     * @param v the values {@code [..., s, heads * e]}
     * @param mask the mask, of a shape that broadcasts to {@code [..., heads, t, s]}; null for none
     * @param heads the number of heads
     * @param causal true if a query sees no key behind its own place
     * @return means of the values, {@code [..., t, heads * e]}
     * @throws GraphException if shapes or types do not fit, or heads do not divide the rows
     */
    public static Tensor multiHead(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, int heads, boolean causal) {
        AttentionOp op = new AttentionOp(heads, causal, false);
        return mask == null ? op.apply(q, k, v) : op.apply(q, k, v, mask);
    }

    /**
     * Returns attention of several heads from rows that hold queries, keys and values, as one product with a matrix
     * makes them; nothing is copied.
     *
     * @param qkv the queries of all heads, then their keys, then their values: {@code [..., t, 3 * heads * d]}
     * @param mask the mask, of a shape that broadcasts to {@code [..., heads, t, t]}; null for none
     * @param heads the number of heads
     * @param causal true if a query sees no key behind its own place
     * @return means of the values, {@code [..., t, heads * d]}
     * @throws GraphException if shapes or types do not fit, or heads do not divide the rows
     */
    public static Tensor selfAttention(Tensor qkv, @Nullable Tensor mask, int heads, boolean causal) {
        AttentionOp op = new AttentionOp(heads, causal, true);
        return mask == null ? op.apply(qkv) : op.apply(qkv, mask);
    }

    /**
     * Returns the weights softmax(q · kᵀ / √d + mask) that attention gives to the values, to look at them, or to drop
     * some out; this takes memory for all pairs.
     *
     * @param q the queries {@code [..., t, d]}
     * @param k the keys {@code [..., s, d]}
     * @param mask the mask, of a shape that broadcasts to {@code [..., t, s]}; null for none
     * @param causal true if a query sees no key behind its own place
     * @return the weights {@code [..., t, s]}, of which each row adds up to 1, or is 0 if nothing may be seen
     * @throws GraphException if shapes or types do not fit
     */
    public static Tensor weights(Tensor q, Tensor k, @Nullable Tensor mask, boolean causal) {
        if (q.shape().rank() < 2 || q.shape().dim(-1) == Shape.UNKNOWN) {
            throw GraphErrors.mistake("weights", "queries have the shape [..., t, d] with a known d", q);
        }
        Tensor scores = LinearAlgebra.matmul(q, k, false, true)
                .mul(1 / Math.sqrt(q.shape().dim(-1)));
        if (causal) {
            Tensor visible = Triangles.tril(Tensors.onesLike(scores), 0);
            scores = Comparisons.where(visible, scores, Tensors.scalar(Double.NEGATIVE_INFINITY, scores.dtype()));
        }
        return mask == null ? scores.softmax() : masked(scores, mask);
    }

    /** Returns the softmax of scores that a mask lets through. */
    private static Tensor masked(Tensor scores, Tensor mask) {
        Tensor nothing = Tensors.scalar(Double.NEGATIVE_INFINITY, scores.dtype());
        Tensor seen = mask.dtype().isFloating()
                ? scores.add(mask)
                : Comparisons.where(mask.cast(scores.dtype()), scores, nothing);
        Tensor any = Reductions.max(seen, true, -1).stopGradient().greater(Double.NEGATIVE_INFINITY);
        Tensor zero = Tensors.scalar(0, scores.dtype());
        return Comparisons.where(any, Comparisons.where(any, seen, zero).softmax(), zero);
    }

    /**
     * Returns queries or keys turned by their positions (Su and others, "RoFormer", 2021), so that their products
     * depend on the distance of two positions alone: at position p, elements i and i + d/2 of each head are a point
     * that is rotated by p / base^(2i / d). These pairs are those of GPT-NeoX and Llama; others take neighbours.
     *
     * @param x the rows of all heads, {@code [..., t, heads * d]}
     * @param heads the number of heads
     * @param base the base of the angles, often 10000
     * @return the rotated rows, of the type and shape of x
     * @throws GraphException if heads do not divide the rows, or d is odd
     */
    public static Tensor rotary(Tensor x, int heads, double base) {
        int width = x.shape().rank() < 2 ? Shape.UNKNOWN : x.shape().dim(-1);
        if (width == Shape.UNKNOWN || heads < 1 || width % (2L * heads) != 0) {
            throw GraphErrors.mistake(
                    "rotary", "rows must be of a known length, an even number for each of " + heads + " heads", x);
        }
        int depth = width / heads;
        int[] partners = new int[width];
        double[] signs = new double[width];
        double[] frequencies = new double[width];
        for (int i = 0; i < width; i++) {
            boolean first = i % depth < depth / 2;
            partners[i] = first ? i + depth / 2 : i - depth / 2;
            signs[i] = first ? -1 : 1;
            frequencies[i] = Math.pow(base, -2.0 * (i % (depth / 2)) / depth);
        }
        Tensor angles = positions(x).mul(row(frequencies, x));
        Tensor turned = Indexing.gather(x, Tensors.constant(partners), -1).mul(row(signs, x));
        return x.mul(Trigonometry.cos(angles)).add(turned.mul(Trigonometry.sin(angles)));
    }

    private static Tensor row(double[] values, Tensor like) {
        return Tensors.constant(NDArray.wrap(values, values.length).cast(like.dtype()));
    }

    /** Returns the numbers of the rows of x, as a column if there are as many in every run. */
    private static Tensor positions(Tensor x) {
        int rows = x.shape().dim(-2);
        if (rows == Shape.UNKNOWN) {
            return Scans.cumsum(Tensors.onesLike(x), -2).sub(1);
        }
        int[] numbers = new int[rows];
        Arrays.setAll(numbers, i -> i);
        return Tensors.constant(NDArray.wrap(numbers, rows, 1).cast(x.dtype()));
    }

    /**
     * Returns the same as {@link AttentionOp}, made of other operations; derivatives of its gradient come from here.
     */
    static Tensor composed(AttentionOp op, List<Tensor> in) {
        Tensor q = in.get(0);
        int parts = op.packed() ? 3 : 1;
        int depth = q.shape().dim(-1) / (parts * op.heads());
        int valueDepth = op.packed() ? depth : in.get(2).shape().dim(-1) / op.heads();
        List<Tensor> heads = new ArrayList<>();
        for (int head = 0; head < op.heads(); head++) {
            int at = head * depth;
            int width = op.heads() * depth;
            Tensor queries = columns(q, at, depth);
            Tensor keys = columns(op.packed() ? q : in.get(1), op.packed() ? width + at : at, depth);
            Tensor values =
                    op.packed() ? columns(q, 2 * width + at, depth) : columns(in.get(2), head * valueDepth, valueDepth);
            Tensor mask = in.size() > op.sources() ? ofHead(in.get(op.sources()), head) : null;
            heads.add(LinearAlgebra.matmul(weights(queries, keys, mask, op.causal()), values));
        }
        return heads.size() == 1 ? heads.get(0) : Indexing.concat(-1, heads.toArray(Tensor[]::new));
    }

    private static Tensor columns(Tensor x, int first, int count) {
        if (x.shape().dim(-1) == count) {
            return x;
        }
        int[] starts = new int[x.shape().rank()];
        int[] sizes = new int[starts.length];
        Arrays.fill(sizes, -1);
        starts[starts.length - 1] = first;
        sizes[starts.length - 1] = count;
        return Indexing.slice(x, starts, sizes);
    }

    /** Returns the mask of one head. */
    private static Tensor ofHead(Tensor mask, int head) {
        Shape shape = mask.shape();
        if (shape.rank() < 3) {
            return mask;
        }
        int[] starts = new int[shape.rank()];
        int[] sizes = new int[shape.rank()];
        Arrays.fill(sizes, -1);
        starts[shape.rank() - 3] = shape.dim(-3) == 1 ? 0 : head;
        sizes[shape.rank() - 3] = 1;
        return Indexing.slice(mask, starts, sizes).squeeze(-3);
    }
}
