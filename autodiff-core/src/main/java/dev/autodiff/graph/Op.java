package dev.autodiff.graph;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An operation: everything about it in one place. What a node of the graph does, how its result's type follows from its
 * operands', its gradient, and how it is computed.
 *
 * <p>Own operations extend this class and are used with {@link #apply}:
 *
 * <pre>{@code
 * final class Cube extends Op {
 *     Cube() { super("cube"); }
 *     public String formula() { return "x³"; }
 *     public String rule(int input) { return "dy · 3x²"; }
 *     protected TensorType infer(List<Tensor> in) { return in.get(0).type(); }
 *     protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
 *         return dy.mul(in.get(0).square()).mul(3);
 *     }
 *     protected Value lower(ProgramBuilder ir, List<Value> in) {
 *         Value x = in.get(0);
 *         return ir.map(Elementwise.MUL, x, ir.map(Elementwise.MUL, x, x));
 *     }
 * }
 * Tensor y = new Cube().apply(x);
 * }</pre>
 *
 * <p>Operations are immutable, and keep their parameters (axes, say) in final fields.
 */
public abstract class Op {
    private final String name;

    /** An operation with the name that errors and drawings show. */
    protected Op(String name) {
        this.name = Objects.requireNonNull(name);
    }

    /** The name, such as {@code matmul}. */
    public final String name() {
        return name;
    }

    /**
     * The textbook's formula of the result in terms of its {@link #symbols}; {@code a · b}, say. Products of single elements
     * are written with a star, {@code a * b}, which drawings turn into the sign that fits; n stands for the number of
     * elements that go into one element of the result.
     */
    public abstract String formula();

    /**
     * What {@link #formula} and {@link #rule} call the operands: x for one, a and b for two, otherwise x1, x2 and so on. An
     * explanation puts the operands' values in the places of these words, so a text must not use them for anything else.
     */
    public List<String> symbols(int operands) {
        return operands == 1
                ? List.of("x")
                : operands == 2
                        ? List.of("a", "b")
                        : IntStream.rangeClosed(1, operands)
                                .mapToObj(i -> "x" + i)
                                .toList();
    }

    /**
     * Whether each element of the result depends on nothing but the elements at the same place in the operands, after
     * broadcasting; an explanation then shows one element as an example of many.
     */
    public boolean isElementwise() {
        return false;
    }

    /**
     * The textbook's rule for the contribution to an operand, from the upstream gradient dy: {@code dy · bᵀ}, say. Where no
     * gradient flows, {@code none: } and the reason.
     */
    public abstract String rule(int input);

    /**
     * The type of the result, or an error if the operands do not fit.
     *
     * @throws GraphException with a message that says what would have fitted; the operation, the operands and the user's
     *     line are added to it
     */
    protected abstract TensorType infer(List<Tensor> in);

    /**
     * Whether gradients flow from the result to an operand. By default they do if the operand is of a floating-point type.
     */
    public boolean isDifferentiable(int input) {
        return true;
    }

    /**
     * The contribution of this operation to the gradient of an operand: the chain rule's product of the upstream gradient
     * and the local derivative, built from other operations. Sums over broadcast axes are the engine's business, so the
     * result may have the shape of {@code dy} where the operand was broadcast.
     *
     * @param input which operand
     * @param y the result of this operation
     * @param in the operands
     * @param dy the upstream gradient, of the result's shape
     */
    protected abstract Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy);

    /** {@link #gradient}, of which a rule of the user's own makes tensors that have their lines in that rule. */
    final Tensor contribution(int input, Tensor y, Tensor dy) {
        if (SourceLine.isFramework(getClass().getName())) {
            return gradient(input, y, y.inputs(), dy);
        }
        Optional<StackFrame> line = SourceLine.assume(Optional.empty());
        try {
            return gradient(input, y, y.inputs(), dy);
        } finally {
            SourceLine.assume(line);
        }
    }

    /** Adds what computes the result to a program; shapes are concrete here. */
    protected abstract Value lower(ProgramBuilder ir, List<Value> in);

    /**
     * A tensor that applies this operation.
     *
     * @throws GraphException if the operands do not fit
     */
    public final Tensor apply(Tensor... inputs) {
        return new Tensor(this, List.of(inputs));
    }

    @Override
    public String toString() {
        return name;
    }
}
