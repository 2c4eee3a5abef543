package dev.autodiff.graph;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * An operation, with everything about it in one place: its type and attributes, the formula and the rules that a reader
 * sees, how the type of its result follows from its operands, its gradient, and what computes it.
 *
 * <p>Own operations extend this class and are used with {@link #apply}:
 *
 * <pre>{@code
 * final class Cube extends Op {
 *     static final OpType TYPE = new OpType("cube");
 *     Cube() { super(TYPE); }
 *     public String formula() { return "x³"; }
 *     public String rule(int input) { return "3x² * dy"; }
 *     protected TensorType infer(List<Tensor> in) { return in.get(0).type(); }
 *     protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
 *         return dy.mul(in.get(0).square()).mul(3);
 *     }
 *     protected Value lower(ProgramBuilder ir, List<Value> in) {
 *         Value x = in.get(0);
 *         return ir.map(Elementwise.MUL, x, ir.map(Elementwise.MUL, x, x));
 *     }
 * }
 * Tensor y = new Cube().apply(Tensors.constant(1.0, 2.0));   // [1.0, 8.0]
 * }</pre>
 *
 * <p>The functions of {@link ProgramBuilder#map} are {@link dev.autodiff.kernel.math.Elementwise}. What no primitive
 * computes is plain Java in {@link ProgramBuilder#call}, {@code ir.call("cube", function, x.dtype(), x.shape(), x)},
 * where the function is a {@link dev.autodiff.ir.HostFunction}, which reads the arrays of the operands and writes that
 * of the result.
 *
 * <p>Operations are immutable. An operation that has parameters, such as axes, keeps them in final fields and returns
 * them from {@link #attributes}.
 */
public abstract class Op {
    private final OpType type;

    /** Makes an operation of a type that others may have too. */
    protected Op(OpType type) {
        this.type = Objects.requireNonNull(type, "type is null");
    }

    /**
     * Makes an operation of a type that no other operation has; for those that no tool needs to recognise.
     *
     * @param name the name that errors and drawings show
     */
    protected Op(String name) {
        this(new OpType(name));
    }

    /** Returns the type, which is what tools compare: {@code op.type() == LinearAlgebra.MATMUL}. */
    public final OpType type() {
        return type;
    }

    /** Returns the name of the type, such as {@code matmul}; for people to read. */
    public final String name() {
        return type.name();
    }

    /**
     * Returns the parameters, such as axes. Operations of the same type and with equal attributes compute the same. By
     * default there are none.
     */
    public Attributes attributes() {
        return Attributes.none();
    }

    /**
     * Returns the textbook's formula of the result in terms of its {@link #symbols}, such as {@code a · b}. Products of
     * single elements are written with a star, {@code a * b}, which drawings turn into the sign that fits; n stands for
     * the number of elements that go into one element of the result.
     */
    public abstract String formula();

    /**
     * Returns the formula of a result with some number of operands, for operations that take any number; by default
     * {@link #formula()}.
     */
    public String formula(int operands) {
        return formula();
    }

    /**
     * Returns the names of the operands in {@link #formula} and {@link #rule}: x for one, a and b for two, otherwise
     * x1, x2 and so on. An explanation puts the operands' values in the places of these words, so a text must not use
     * them for anything else.
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
     * Tells whether each element of the result depends on nothing but the elements at the same place in the operands,
     * after broadcasting; an explanation then shows one element as an example of many.
     */
    public boolean isElementwise() {
        return false;
    }

    /**
     * Returns the textbook's rule for the contribution to an operand, from the upstream gradient dy, such as
     * {@code dy · bᵀ}. Where no gradient flows, {@code none: } and the reason.
     */
    public abstract String rule(int input);

    /**
     * Returns the type of the result.
     *
     * @throws GraphException if the operands do not fit, with a message that says what would have fitted; the
     *     operation, the operands and the user's line are added to it
     */
    protected abstract TensorType infer(List<Tensor> in);

    /**
     * Tells whether gradients flow from the result to an operand. By default they do if the operand is of a
     * floating-point type.
     */
    public boolean isDifferentiable(int input) {
        return true;
    }

    /**
     * Returns the contribution of this operation to the gradient of an operand: the chain rule's product of the
     * upstream gradient and the local derivative, built from other operations. {@link Gradients} alone sums over
     * broadcast axes, so the result may have the shape of {@code dy} where the operand was broadcast.
     *
     * @param input the index of the operand
     * @param y the result of this operation
     * @param in the operands
     * @param dy the upstream gradient, of the result's shape
     * @return the contribution, never null: {@link Tensors#zerosLike} of the operand for zero; for an operand to which
     *     no gradient flows, {@link #isDifferentiable} returns false, and this is not called
     */
    protected abstract Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy);

    /**
     * Returns the local derivative of an elementwise operation by one of its operands: what its rule gives for an
     * upstream gradient of 1.
     *
     * @param y a result of this operation
     * @param operand the index of the operand
     * @return a tensor of the type and shape of {@code y}, or of a shape that broadcasts to it
     */
    public final Tensor derivative(Tensor y, int operand) {
        return contribution(operand, y, Tensors.onesLike(y));
    }

    /** Returns {@link #gradient}. Tensors that a user's own rule makes have their lines in that rule. */
    final Tensor contribution(int input, Tensor y, Tensor dy) {
        Tensor share = SourceLine.isFramework(getClass()) ? gradient(input, y, y.inputs(), dy) : ofUser(input, y, dy);
        return Checks.notNull(y, input, share);
    }

    private Tensor ofUser(int input, Tensor y, Tensor dy) {
        Optional<StackFrame> line = SourceLine.assume(Optional.empty());
        try {
            return gradient(input, y, y.inputs(), dy);
        } finally {
            SourceLine.assume(line);
        }
    }

    /** Adds to a program what computes the result; shapes are concrete here. */
    protected abstract Value lower(ProgramBuilder ir, List<Value> in);

    /**
     * Returns a tensor that applies this operation.
     *
     * @throws GraphException if the operands do not fit, or one is null
     */
    public final Tensor apply(Tensor... inputs) {
        return new Tensor(this, Checks.operands(this, inputs));
    }

    /** Returns the name and the attributes that are not the usual ones: {@code sum axes=[0]}. */
    @Override
    public final String toString() {
        String attributes = attributes().toString();
        return attributes.isEmpty() ? name() : name() + " " + attributes;
    }
}
