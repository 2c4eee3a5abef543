package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scaled dot-product attention; see {@link Attention}. Operands are q, k and v, or the one that has all, and a mask.
 */
final class AttentionOp extends Op {
    private static final String WEIGHTS = "P = softmax(q · kᵀ / √d)";
    private static final String SCORES = "dS = P * (dy · vᵀ - Σ (P * dy · vᵀ))";

    private final int heads;
    private final boolean causal;
    private final boolean packed;

    AttentionOp(int heads, boolean causal, boolean packed) {
        super(Attention.ATTENTION);
        this.heads = heads;
        this.causal = causal;
        this.packed = packed;
    }

    int heads() {
        return heads;
    }

    boolean causal() {
        return causal;
    }

    boolean packed() {
        return packed;
    }

    /** Returns the number of operands before the mask. */
    int sources() {
        return packed ? 1 : 3;
    }

    @Override
    public Attributes attributes() {
        return Attributes.of(Attention.HEADS, heads)
                .with(Attention.CAUSAL, causal)
                .with(Attention.PACKED, packed);
    }

    @Override
    public List<String> symbols(int operands) {
        return (packed ? List.of("qkv", "mask") : List.of("q", "k", "v", "mask")).subList(0, operands);
    }

    @Override
    public String formula() {
        return "softmax(q · kᵀ / √d) · v" + (causal ? ", each query with the keys up to its own place" : "");
    }

    @Override
    public String rule(int input) {
        if (packed && input == 0) {
            return "dS · k / √d, dSᵀ · q / √d and Pᵀ · dy side by side, with " + WEIGHTS + ", " + SCORES;
        }
        return switch (packed ? 3 : input) {
            case 0 -> "dS · k / √d with " + WEIGHTS + ", " + SCORES;
            case 1 -> "dSᵀ · q / √d with " + WEIGHTS + ", " + SCORES;
            case 2 -> "Pᵀ · dy with " + WEIGHTS;
            default -> "dS with " + WEIGHTS + ", " + SCORES;
        };
    }

    @Override
    protected TensorType infer(List<Tensor> in) {
        int masks = in.size() - sources();
        if (masks < 0 || masks > 1) {
            throw new GraphException("takes " + symbols(sources()) + " and at most a mask, not " + in.size());
        }
        if (heads < 1) {
            throw new GraphException("a number of heads is at least 1, not " + heads);
        }
        List<Tensor> sources = in.subList(0, sources());
        sources.forEach(Checks::floating);
        DType dtype = Checks.sameType(sources);
        for (int i = 0; i < sources.size(); i++) {
            checkRows(sources.get(i).shape(), symbols(sources()).get(i));
        }
        Shape q = in.get(0).shape();
        Shape lead = leading(q);
        if (!packed) {
            Shape k = in.get(1).shape();
            Shape v = in.get(2).shape();
            if (differ(q.dim(-1), k.dim(-1))) {
                throw new GraphException(
                        "queries and keys have rows of the same length, but q is " + q + " and k is " + k);
            }
            if (differ(k.dim(-2), v.dim(-2))) {
                throw new GraphException("there is one value for each key, but k is " + k + " and v is " + v);
            }
            for (Shape other : List.of(leading(k), leading(v))) {
                if (!lead.accepts(other)) {
                    throw new GraphException("the axes before the rows must be the same in q, k and v, but they are "
                            + lead + ", " + leading(k) + " and " + leading(v)
                            + "; repeat an operand with broadcastTo");
                }
            }
        }
        Shape keys = in.get(packed ? 0 : 1).shape();
        if (masks == 1) {
            checkMask(in.get(sources()), dtype, lead, q.dim(-2), keys.dim(-2));
        }
        int width = packed ? q.dim(-1) / 3 : in.get(2).shape().dim(-1);
        return new TensorType(dtype, q.with(-1, width));
    }

    private static boolean differ(int a, int b) {
        return a != b && a != Shape.UNKNOWN && b != Shape.UNKNOWN;
    }

    private static Shape leading(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    private void checkRows(Shape shape, String symbol) {
        if (shape.rank() < 2) {
            throw new GraphException(symbol + " has shape [..., rows, length of a row], not " + shape);
        }
        int width = shape.dim(-1);
        if (width == Shape.UNKNOWN) {
            throw new GraphException(
                    "the length of the rows of " + symbol + " must be known, but its shape is " + shape);
        }
        int parts = packed ? 3 * heads : heads;
        if (width == 0 || width % parts != 0) {
            throw new GraphException("the rows of " + symbol + " have " + width + " elements, which cannot be divided"
                    + (packed ? " into the queries, keys and values of " : " among ") + heads
                    + " heads: the length must"
                    + " be a multiple of " + parts);
        }
    }

    private void checkMask(Tensor mask, DType dtype, Shape lead, int queries, int keys) {
        if (mask.dtype() != DType.INT32 && mask.dtype() != dtype) {
            throw new GraphException("a mask is INT32 with 0 for what is hidden, or " + dtype
                    + " to be added to q · kᵀ / √d, not " + mask.dtype());
        }
        int[] dims = Arrays.copyOf(lead.dims(), lead.rank() + 3);
        dims[lead.rank()] = heads;
        dims[lead.rank() + 1] = queries;
        dims[lead.rank() + 2] = keys;
        Shape wide = Shape.of(dims);
        Shape shape = mask.shape();
        boolean fits = shape.rank() >= 2 && shape.rank() <= wide.rank();
        for (int i = 1; fits && i <= shape.rank(); i++) {
            fits = shape.dim(-i) == 1 || !differ(shape.dim(-i), wide.dim(-i));
        }
        if (fits && shape.dim(-2) == Shape.UNKNOWN && queries != Shape.UNKNOWN) {
            throw new GraphException("a mask has one row for each query and one column for each key. There are "
                    + queries + " queries, but the mask's shape is " + shape + ". One of examples and keys, which says"
                    + " what is padding, needs an axis for the queries: mask.expandDims(1)"
                    + (heads == 1 ? "" : ", and one for the heads: .expandDims(1) again"));
        }
        if (!fits) {
            throw new GraphException("a mask has one row for each query and one column for each key: its shape must"
                    + " broadcast to " + (heads == 1 ? plain(lead, queries, keys) : wide) + ", but it is "
                    + (heads == 1 && shape.rank() > 2 ? Shape.of(without(shape)) : shape));
        }
    }

    private static Shape plain(Shape lead, int queries, int keys) {
        int[] dims = Arrays.copyOf(lead.dims(), lead.rank() + 2);
        dims[lead.rank()] = queries;
        dims[lead.rank() + 1] = keys;
        return Shape.of(dims);
    }

    /** Returns the dimensions without that of the heads, which stands before the last two. */
    private static int[] without(Shape shape) {
        List<Integer> dims = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (axis != shape.rank() - 3) {
                dims.add(shape.dim(axis));
            }
        }
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
        if (input == sources()) {
            return derivative(this, in, input, dy);
        }
        List<Tensor> operands = new ArrayList<>(in);
        operands.add(dy);
        return new AttentionGradientOp(this, input).apply(operands.toArray(Tensor[]::new));
    }

    /** Returns the gradient with respect to an operand, made of other operations. */
    static Tensor derivative(AttentionOp op, List<Tensor> in, int input, Tensor dy) {
        List<Tensor> apart = apart(in);
        Tensor y = Attention.composed(op, apart);
        return Gradients.of(y, List.of(apart.get(input)), dy).of(apart.get(input));
    }

    /** Returns nodes of their own with the same values, which do not depend on each other. */
    static List<Tensor> apart(List<Tensor> in) {
        return in.stream().map(x -> x.dtype().isFloating() ? x.mul(1) : x).toList();
    }

    @Override
    protected Value lower(ProgramBuilder ir, List<Value> in) {
        return ir.attention(primitive(), operands(ir, in, in.size()).toArray(Value[]::new));
    }

    dev.autodiff.ir.Attention primitive() {
        return new dev.autodiff.ir.Attention(heads, causal, packed);
    }

    /** Returns the operands with a mask as the primitive needs it: to be added, and as wide as there are keys. */
    List<Value> operands(ProgramBuilder ir, List<Value> in, int count) {
        List<Value> operands = new ArrayList<>(in.subList(0, count));
        if (count > sources()) {
            Value mask = operands.get(sources());
            DType dtype = in.get(0).dtype();
            if (mask.dtype() != dtype) {
                Value hidden = ir.number(dtype, Double.NEGATIVE_INFINITY);
                mask = ir.map(Elementwise.SELECT, ir.cast(mask, dtype), ir.number(dtype, 0), hidden);
            }
            int keys = in.get(packed ? 0 : 1).shape().dim(-2);
            operands.set(sources(), ir.broadcast(mask, mask.shape().with(-1, keys)));
        }
        return operands;
    }
}
