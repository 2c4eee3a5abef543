package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Scaled dot-product attention: softmax(q kᵀ / √d + mask) v for each head, in memory that grows with the length of the
 * sequences and not with its square. The heads of a row stand one after the other: operands are q {@code [..., t,
 * heads * d]}, k {@code [..., s, heads * d]} and v {@code [..., s, heads * e]}, or all three in one operand {@code
 * [..., t, 3 * heads * d]}, and after them perhaps a mask {@code [..., heads, t, s]}, of which axes but the last may be
 * 1. The result is {@code [..., t, heads * e]}. A row of which the mask lets nothing through is 0.
 *
 * @param heads the number of heads
 * @param causal true if a query sees no key behind its own place
 * @param packed true if q, k and v are the thirds of the rows of one operand
 */
public record Attention(int heads, boolean causal, boolean packed) implements Operation {
    /** Returns the number of operands before the mask. */
    public int sources() {
        return packed ? 1 : 3;
    }

    /** Returns the length of the rows of a head's queries. */
    public int depth(List<Value> operands) {
        return operands.get(0).shape().dim(-1) / (packed ? 3 * heads : heads);
    }

    /** Returns the length of the rows of a head's values. */
    public int valueDepth(List<Value> operands) {
        return packed ? depth(operands) : operands.get(2).shape().dim(-1) / heads;
    }

    /** Returns the number of keys. */
    public int keys(List<Value> operands) {
        return operands.get(packed ? 0 : 1).shape().dim(-2);
    }

    /** Returns the shape of the result. */
    Shape shape(List<Value> operands) {
        Shape q = operands.get(0).shape();
        return q.with(-1, heads * valueDepth(operands));
    }

    /** Returns the axes that heads are numbered by: those before the rows, and that of the heads. */
    public Shape items(Shape q) {
        int[] dims = Arrays.copyOf(q.dims(), q.rank() - 1);
        dims[dims.length - 1] = heads;
        return Shape.of(dims);
    }

    /** Returns the multiply-adds of one product of queries and keys or of weights and values, for all heads. */
    long products(List<Value> operands) {
        Shape q = operands.get(0).shape();
        long pairs = (long) items(q).size() * q.dim(-2) * keys(operands);
        return (causal ? pairs / 2 : pairs) * (depth(operands) + valueDepth(operands)) / 2;
    }

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public Object parameters() {
        return List.of(heads, causal, packed);
    }

    @Override
    public void verify(Value value) {
        verifyOperands(value, value.inputs());
        Verifier.require(value.shape().equals(shape(value.inputs())), value, "has another shape than its queries need");
    }

    /** Checks the operands of this, or of its gradient. */
    void verifyOperands(Value value, List<Value> operands) {
        int count = operands.size();
        Verifier.require(
                count == sources() || count == sources() + 1, value, "does not have queries, keys, values and a mask");
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Shape q = operands.get(0).shape();
        for (Value operand : operands) {
            Verifier.require(operand.dtype() == value.dtype(), value, "has another type than an operand");
        }
        for (Value operand : operands.subList(0, sources())) {
            Shape shape = operand.shape();
            Verifier.require(
                    shape.dim(-1) % (packed ? 3 * heads : heads) == 0, value, "has rows that heads do not divide");
            Verifier.require(
                    shape.with(-1, 1).with(-2, 1).equals(q.with(-1, 1).with(-2, 1)),
                    value,
                    "has operands with other axes before the rows");
        }
        if (!packed) {
            Shape k = operands.get(1).shape();
            Verifier.require(k.dim(-1) == q.dim(-1), value, "has keys of another length than its queries");
            Verifier.require(operands.get(2).shape().dim(-2) == k.dim(-2), value, "has more or fewer values than keys");
        }
        if (count > sources()) {
            Shape mask = operands.get(sources()).shape();
            Shape items = items(q);
            int[] dims = Arrays.copyOf(items.dims(), items.rank() + 2);
            dims[items.rank()] = q.dim(-2);
            dims[items.rank() + 1] = keys(operands);
            Verifier.require(
                    mask.rank() >= 2
                            && mask.dim(-1) == keys(operands)
                            && Shape.canBroadcast(mask, Shape.of(dims))
                            && Shape.broadcast(mask, Shape.of(dims)).equals(Shape.of(dims)),
                    value,
                    "has a mask of another shape");
        }
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 4 * products(result.inputs());
    }

    @Override
    public long cost(Value result) {
        int depth = depth(result.inputs()) + valueDepth(result.inputs());
        return 2 * products(result.inputs()) + Softmax.ROW_COST * (2 * products(result.inputs()) / Math.max(1, depth));
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.attention(this);
    }
}
