package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node of the computation graph: an operation applied to other tensors. Making one computes nothing; it checks the shapes
 * and records what is to be done.
 *
 * <p>The methods here are the operations that people write all day. The rest are static functions by family:
 * {@link Tensors} (constants), {@link Arithmetic}, {@link Comparisons}, {@link Activations}, {@link Reductions},
 * {@link LinearAlgebra}, {@link Shaping}, {@link Indexing}, {@link CrossEntropy}. Where an operand may be a plain number, it
 * takes the tensor's type.
 *
 * <p>There are two ways to numbers. A session feeds placeholders and runs compiled programs. And where nothing has to be fed,
 * {@link #eval()} gives the value at once, {@link #backward()} runs backpropagation, and {@link #grad()} shows the result.
 *
 * <p>Tensors are immutable but for the label of {@link #named} and the last result of {@link #backward()}, and compare by
 * identity.
 */
public class Tensor {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final long id = COUNTER.incrementAndGet();
    private final Op op;
    private final List<Tensor> inputs;
    private final TensorType type;
    private final String scope;
    private final Optional<StackWalker.StackFrame> line;
    private @Nullable String name;
    private volatile @Nullable NDArray grad;
    /** The node whose gradient rule made this one; see {@link Provenance}. */
    @Nullable Tensor ruleOf;

    /** The {@link #id} of the tensor that was made last. */
    static long latest() {
        return COUNTER.get();
    }

    /** A node that applies an operation; use {@link Op#apply}. */
    Tensor(Op op, List<Tensor> inputs) {
        this.op = op;
        this.inputs = inputs;
        this.scope = NameScope.current();
        this.line = SourceLine.find();
        try {
            this.type = op.infer(inputs);
        } catch (IllegalArgumentException e) {
            throw new GraphException(GraphErrors.ofMistake(op, inputs, String.valueOf(e.getMessage()), line));
        }
    }

    /**
     * A leaf: what placeholders and variables extend.
     *
     * @param op one of {@link Leaves}
     * @param name a label, which the open {@link NameScope}s are put before
     */
    protected Tensor(Op op, TensorType type, String name) {
        this.op = op;
        this.inputs = List.of();
        this.scope = NameScope.current();
        this.line = SourceLine.find();
        this.type = type;
        this.name = name;
    }

    // ---- what it is ----

    /** The operation that this node applies. */
    public final Op op() {
        return op;
    }

    /** The operands. */
    public final List<Tensor> inputs() {
        return inputs;
    }

    /** Type and shape. */
    public final TensorType type() {
        return type;
    }

    /** The type of the elements. */
    public final DType dtype() {
        return type.dtype();
    }

    /** The shape; dimensions that depend on what is fed are unknown. */
    public final Shape shape() {
        return type.shape();
    }

    /** The label with its name scopes, {@code layer1/weights}; the operation's name if none was given. */
    public final String name() {
        String label = name == null ? op.name() : name;
        return scope.isEmpty() ? label : scope + "/" + label;
    }

    /** Labels this tensor, for messages and drawings, and returns it. */
    public final Tensor named(String label) {
        this.name = label;
        return this;
    }

    /** Whether it was given a label of its own. */
    public final boolean isNamed() {
        return name != null;
    }

    /** Where in the user's code it was made, as {@code Model.java:12}. */
    public final String sourceLine() {
        return SourceLine.describe(line);
    }

    /** Counts tensors in the order of their making. */
    public final long id() {
        return id;
    }

    // ---- arithmetic ----

    /** a + b, broadcasting. */
    public final Tensor add(Tensor b) {
        return Arithmetic.add(this, b);
    }

    /** a + b. */
    public final Tensor add(double b) {
        return Arithmetic.add(this, Tensors.like(this, b));
    }

    /** a - b, broadcasting. */
    public final Tensor sub(Tensor b) {
        return Arithmetic.sub(this, b);
    }

    /** a - b. */
    public final Tensor sub(double b) {
        return Arithmetic.sub(this, Tensors.like(this, b));
    }

    /** a * b element by element, broadcasting; for the matrix product see {@link #matmul}. */
    public final Tensor mul(Tensor b) {
        return Arithmetic.mul(this, b);
    }

    /** a * b. */
    public final Tensor mul(double b) {
        return Arithmetic.mul(this, Tensors.like(this, b));
    }

    /** a / b, broadcasting; integers are rounded towards 0. */
    public final Tensor div(Tensor b) {
        return Arithmetic.div(this, b);
    }

    /** a / b. */
    public final Tensor div(double b) {
        return Arithmetic.div(this, Tensors.like(this, b));
    }

    /** -x. */
    public final Tensor neg() {
        return Arithmetic.neg(this);
    }

    /** a to the power of b, broadcasting. */
    public final Tensor pow(Tensor b) {
        return Arithmetic.pow(this, b);
    }

    /** x to the power of p; the square is computed as such. */
    public final Tensor pow(double p) {
        return p == 2 ? square() : Arithmetic.pow(this, Tensors.like(this, p));
    }

    /** x * x. */
    public final Tensor square() {
        return Arithmetic.square(this);
    }

    /** Square root. */
    public final Tensor sqrt() {
        return Arithmetic.sqrt(this);
    }

    /** e^x. */
    public final Tensor exp() {
        return Arithmetic.exp(this);
    }

    /** Natural logarithm. */
    public final Tensor log() {
        return Arithmetic.log(this);
    }

    /** Absolute value; its derivative at 0 is taken to be 0. */
    public final Tensor abs() {
        return Arithmetic.abs(this);
    }

    // ---- matrices and shapes ----

    /** Matrix product, see {@link LinearAlgebra#matmul(Tensor, Tensor)}. */
    public final Tensor matmul(Tensor b) {
        return LinearAlgebra.matmul(this, b);
    }

    /** The matrix transposed: the last two axes exchanged. */
    public final Tensor transpose() {
        return Shaping.transpose(this);
    }

    /** Axes in another order: axis i of the result is axis {@code axes[i]} of this. */
    public final Tensor transpose(int... axes) {
        return Shaping.transpose(this, axes);
    }

    /** The same elements in another shape; one dimension may be -1 and is worked out. */
    public final Tensor reshape(int... dims) {
        return Shaping.reshape(this, dims);
    }

    /** A new axis of length 1 before the given one; -1 for a new last axis. */
    public final Tensor expandDims(int axis) {
        return Shaping.expandDims(this, axis);
    }

    /** Without the given axes, which have length 1; without any given, without all of length 1. */
    public final Tensor squeeze(int... axes) {
        return Shaping.squeeze(this, axes);
    }

    // ---- reductions ----

    /** The sum over the given axes, which disappear; over all if none is given. */
    public final Tensor sum(int... axes) {
        return Reductions.sum(this, false, axes);
    }

    /** The mean over the given axes, which disappear; over all if none is given. */
    public final Tensor mean(int... axes) {
        return Reductions.mean(this, false, axes);
    }

    /** The largest element over the given axes, which disappear; over all if none is given. */
    public final Tensor max(int... axes) {
        return Reductions.max(this, false, axes);
    }

    /** The smallest element over the given axes, which disappear; over all if none is given. */
    public final Tensor min(int... axes) {
        return Reductions.min(this, false, axes);
    }

    /** The position of the first largest element along an axis, which disappears; INT32. */
    public final Tensor argmax(int axis) {
        return Reductions.argmax(this, axis);
    }

    // ---- activations ----

    /** max(x, 0); its derivative at 0 is taken to be 0. */
    public final Tensor relu() {
        return Activations.relu(this);
    }

    /** 1 / (1 + e^-x). */
    public final Tensor sigmoid() {
        return Activations.sigmoid(this);
    }

    /** Hyperbolic tangent. */
    public final Tensor tanh() {
        return Activations.tanh(this);
    }

    /** Probabilities along the last axis: e^x / sum(e^x). */
    public final Tensor softmax() {
        return Activations.softmax(this, -1);
    }

    // ---- the rest of the daily bread ----

    /** 1 where the elements are equal, else 0, broadcasting; in the operands' type. */
    public final Tensor eq(Tensor b) {
        return Comparisons.eq(this, b);
    }

    /** 1 where a > b, else 0. */
    public final Tensor greater(double b) {
        return Comparisons.greater(this, Tensors.like(this, b));
    }

    /** 1 where a &lt; b, else 0. */
    public final Tensor less(double b) {
        return Comparisons.less(this, Tensors.like(this, b));
    }

    /** Class numbers (INT32) to rows of 0 with a 1 at the class; FLOAT32. */
    public final Tensor oneHot(int classes) {
        return Indexing.oneHot(this, classes, DType.FLOAT32);
    }

    /** The same values in another type. */
    public final Tensor cast(DType dtype) {
        return Shaping.cast(this, dtype);
    }

    /** The same value, through which no gradient flows. */
    public final Tensor stopGradient() {
        return Shaping.stopGradient(this);
    }

    // ---- immediate use ----

    /**
     * The value, computed now.
     *
     * @throws GraphException if it depends on a placeholder, whose value only a session can be given
     * @throws IllegalStateException if it depends on a variable without a value
     */
    public final NDArray eval() {
        return Immediate.eval(this);
    }

    /**
     * Backpropagation from this scalar: computes its gradient with respect to every tensor that it depends on, for
     * {@link #grad()} to show. Replaces what earlier calls left, so calling it twice changes nothing.
     *
     * @throws GraphException if this is not a scalar
     */
    public final void backward() {
        Immediate.backward(this);
    }

    /**
     * The gradient with respect to this tensor, of the last tensor whose {@link #backward()} reached it.
     *
     * @throws IllegalStateException if there is none
     */
    public final NDArray grad() {
        NDArray latest = grad;
        if (!dtype().isFloating()) {
            throw new IllegalStateException(
                    describe() + " has no gradient, as it holds whole numbers. Write the numbers"
                            + " as constant(1f, 2), or convert it with cast(DType.FLOAT32)");
        }
        if (latest == null) {
            throw new IllegalStateException("There is no gradient with respect to " + describe()
                    + " yet: call backward() on a scalar that is computed from it, such as a loss");
        }
        return latest;
    }

    final void setGrad(@Nullable NDArray value) {
        this.grad = value;
    }

    /** Name, type and shape, as messages show it: {@code weights FLOAT32 [784, 10]}. */
    public final String describe() {
        return name() + " " + type;
    }

    /**
     * Returns operation, name, type and place, as {@code sum axes=[0] z FLOAT32 [10] (Model.java:12)}; with value and gradient
     * where they are known and short, as in {@code constant a FLOAT32 [] = 2.0, gradient 5.0}.
     */
    @Override
    public final String toString() {
        String label = name == null ? (scope.isEmpty() ? "" : scope + "/") + op : op + " " + name();
        String value = Leaves.shortValue(this).map(known -> " = " + known).orElse("");
        NDArray latest = grad;
        String gradient = latest == null || !Leaves.isShort(latest.shape()) ? "" : ", gradient " + latest;
        String place = sourceLine();
        return label + " " + type + value + gradient + (place.equals(SourceLine.PROMPT) ? "" : " (" + place + ")");
    }
}
