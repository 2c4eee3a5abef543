package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A node of the computation graph: an operation applied to other tensors. Making one computes nothing; it checks types
 * and shapes and records what to compute.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2}, {3, 4}});
 * Tensor w = Tensors.constant(0.5, -1.0);
 * Tensor y = x.matmul(w).relu().add(1);          // [1.0, 1.0]
 * Tensor loss = x.mul(w).square().sum();         // 22.5
 * Tensor dw = Tensors.gradients(loss, w).get(0); // [10.0, -40.0]
 * }</pre>
 *
 * <p>The methods here are the operations that people write all day. The rest are static functions by family:
 * {@link Tensors} (constants), {@link Arithmetic}, {@link Comparisons}, {@link Activations}, {@link Reductions},
 * {@link LinearAlgebra}, {@link Shaping}, {@link Indexing}, {@link CrossEntropy}; {@link Trigonometry},
 * {@link Rounding}, {@link Statistics}, {@link Scans}, {@link Arrangement}, {@link Triangles}, {@link Sorting},
 * {@link Einsum}. They follow these rules:
 *
 * <ul>
 *   <li>Operands broadcast as in NumPy: shapes are aligned at their last axes, and dimensions are equal or 1.
 *   <li>Methods and functions of two operands take a tensor or a number, which gets this tensor's type; the comparisons
 *       that are rarer than {@link #eq}, {@link #greater} and {@link #less} are functions only.
 *   <li>Negative axes count from the end. As methods, reductions drop the reduced axes; as functions of
 *       {@link Reductions} they have a parameter {@code keepDims}. {@link #softmax()} works along the last axis,
 *       {@link #softmax(int)} along any.
 *   <li>Operands whose types or shapes do not fit are refused with a {@link GraphException} when the graph is written.
 * </ul>
 *
 * <p>There are two ways to numbers. A session feeds placeholders and runs compiled programs. And where nothing has to
 * be fed, {@link #eval()} gives the value at once, {@link #backward()} runs backpropagation, and {@link #grad()} shows
 * the result.
 *
 * <p>Tensors are immutable but for the label of {@link #named} and the last result of {@link #backward()}, and compare
 * by identity.
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

    /** Returns the {@link #id} of the tensor that was made last. */
    static long latest() {
        return COUNTER.get();
    }

    /** Makes a node that applies an operation; use {@link Op#apply}. */
    Tensor(Op op, List<Tensor> inputs) {
        this.op = op;
        this.inputs = inputs;
        this.scope = NameScope.current();
        this.line = SourceLine.find();
        try {
            this.type = Checks.size(op.infer(inputs));
        } catch (IllegalArgumentException e) {
            throw new GraphException(GraphErrors.ofMistake(op, inputs, String.valueOf(e.getMessage()), line));
        }
    }

    /**
     * Makes a leaf, such as a placeholder or a variable.
     *
     * @param op the operation, one of {@link Leaves}
     * @param name the label, to which the open {@link NameScope}s are added in front
     */
    protected Tensor(Op op, TensorType type, String name) {
        this.op = op;
        this.inputs = List.of();
        this.scope = NameScope.current();
        this.line = SourceLine.find();
        this.type = type;
        this.name = Objects.requireNonNull(name, "name is null");
    }

    // ---- properties ----

    /** Returns the operation that this node applies. */
    public final Op op() {
        return op;
    }

    /** Returns the operands, in their order; none for a leaf. */
    public final List<Tensor> inputs() {
        return inputs;
    }

    /** Returns type and shape. */
    public final TensorType type() {
        return type;
    }

    /** Returns the type of the elements. */
    public final DType dtype() {
        return type.dtype();
    }

    /** Returns the shape; dimensions that depend on what is fed are unknown. */
    public final Shape shape() {
        return type.shape();
    }

    /** Returns the label with its name scopes, {@code layer1/weights}; the operation's name if none was given. */
    public final String name() {
        String label = name == null ? op.name() : name;
        return scope.isEmpty() ? label : scope + "/" + label;
    }

    /** Labels this tensor, for messages and drawings, and returns it. */
    public final Tensor named(String label) {
        this.name = Objects.requireNonNull(label, "label is null");
        return this;
    }

    /** Tells whether this tensor was given a label of its own. */
    public final boolean isNamed() {
        return name != null;
    }

    /** Returns the place in the user's code where this tensor was made, as {@code Model.java:12}. */
    public final String sourceLine() {
        return SourceLine.describe(line);
    }

    /** Returns a number that is higher for tensors that were made later. */
    public final long id() {
        return id;
    }

    // ---- arithmetic ----

    /** Returns a + b, broadcasting. */
    public final Tensor add(Tensor b) {
        return Arithmetic.add(this, b);
    }

    /** Returns a + b for a number b. */
    public final Tensor add(double b) {
        return Arithmetic.add(this, Tensors.like(this, b));
    }

    /** Returns a - b, broadcasting. */
    public final Tensor sub(Tensor b) {
        return Arithmetic.sub(this, b);
    }

    /** Returns a - b for a number b. */
    public final Tensor sub(double b) {
        return Arithmetic.sub(this, Tensors.like(this, b));
    }

    /** Returns a * b element by element, broadcasting; the matrix product is {@link #matmul}. */
    public final Tensor mul(Tensor b) {
        return Arithmetic.mul(this, b);
    }

    /** Returns a * b for a number b. */
    public final Tensor mul(double b) {
        return Arithmetic.mul(this, Tensors.like(this, b));
    }

    /** Returns a / b, broadcasting; integers are rounded towards 0. */
    public final Tensor div(Tensor b) {
        return Arithmetic.div(this, b);
    }

    /** Returns a / b for a number b. */
    public final Tensor div(double b) {
        return Arithmetic.div(this, Tensors.like(this, b));
    }

    /** Returns -x. */
    public final Tensor neg() {
        return Arithmetic.neg(this);
    }

    /** Returns a^b element by element, broadcasting. */
    public final Tensor pow(Tensor b) {
        return Arithmetic.pow(this, b);
    }

    /** Returns x^p for a number p; the square is computed as such. */
    public final Tensor pow(double p) {
        return p == 2 ? square() : Arithmetic.pow(this, Tensors.like(this, p));
    }

    /** Returns x². */
    public final Tensor square() {
        return Arithmetic.square(this);
    }

    /** Returns √x; NaN for negative numbers. */
    public final Tensor sqrt() {
        return Arithmetic.sqrt(this);
    }

    /** Returns e^x. */
    public final Tensor exp() {
        return Arithmetic.exp(this);
    }

    /** Returns the natural logarithm; NaN for negative numbers, minus infinity for 0. */
    public final Tensor log() {
        return Arithmetic.log(this);
    }

    /** Returns |x|; the derivative at 0 is taken to be 0. */
    public final Tensor abs() {
        return Arithmetic.abs(this);
    }

    // ---- matrices and shapes ----

    /**
     * Returns the matrix product {@code [m, k] · [k, n] -> [m, n]}; see {@link LinearAlgebra#matmul(Tensor, Tensor)}.
     */
    public final Tensor matmul(Tensor b) {
        return LinearAlgebra.matmul(this, b);
    }

    /** Returns the matrix transposed: {@code [..., m, n] -> [..., n, m]}. */
    public final Tensor transpose() {
        return Shaping.transpose(this);
    }

    /** Returns the axes in another order: axis i of the result is axis {@code axes[i]} of this tensor. */
    public final Tensor transpose(int... axes) {
        return Shaping.transpose(this, axes);
    }

    /** Returns the same elements in another shape; one dimension may be -1 and follows from the others. */
    public final Tensor reshape(int... dims) {
        return Shaping.reshape(this, dims);
    }

    /** Adds an axis of length 1 before the given one; -1 adds a last axis. */
    public final Tensor expandDims(int axis) {
        return Shaping.expandDims(this, axis);
    }

    /** Drops the given axes, which have length 1; without any given, all axes of length 1. */
    public final Tensor squeeze(int... axes) {
        return Shaping.squeeze(this, axes);
    }

    // ---- reductions ----

    /** Returns the sum over the given axes, which are dropped; over all if none is given. */
    public final Tensor sum(int... axes) {
        return Reductions.sum(this, false, axes);
    }

    /** Returns the mean over the given axes, which are dropped; over all if none is given. */
    public final Tensor mean(int... axes) {
        return Reductions.mean(this, false, axes);
    }

    /** Returns the largest element over the given axes, which are dropped; over all if none is given. */
    public final Tensor max(int... axes) {
        return Reductions.max(this, false, axes);
    }

    /** Returns the smallest element over the given axes, which are dropped; over all if none is given. */
    public final Tensor min(int... axes) {
        return Reductions.min(this, false, axes);
    }

    /** Returns the position (INT32) of the first largest element along an axis, which is dropped. */
    public final Tensor argmax(int axis) {
        return Reductions.argmax(this, axis);
    }

    // ---- activations ----

    /** Returns max(x, 0); the derivative at 0 is taken to be 0. */
    public final Tensor relu() {
        return Activations.relu(this);
    }

    /** Returns 1 / (1 + e^-x). */
    public final Tensor sigmoid() {
        return Activations.sigmoid(this);
    }

    /** Returns the hyperbolic tangent. */
    public final Tensor tanh() {
        return Activations.tanh(this);
    }

    /** Returns probabilities along the last axis: e^x / Σ e^x. */
    public final Tensor softmax() {
        return Activations.softmax(this, -1);
    }

    /** Returns probabilities along an axis: e^x / Σ e^x. */
    public final Tensor softmax(int axis) {
        return Activations.softmax(this, axis);
    }

    // ---- comparisons, types, gradients ----

    /** Returns 1 where a = b, else 0, broadcasting; in the type of the operands. */
    public final Tensor eq(Tensor b) {
        return Comparisons.eq(this, b);
    }

    /** Returns 1 where a = b for a number b, else 0. */
    public final Tensor eq(double b) {
        return Comparisons.eq(this, b);
    }

    /** Returns 1 where a > b, else 0, broadcasting; in the type of the operands. */
    public final Tensor greater(Tensor b) {
        return Comparisons.greater(this, b);
    }

    /** Returns 1 where a > b for a number b, else 0. */
    public final Tensor greater(double b) {
        return Comparisons.greater(this, b);
    }

    /** Returns 1 where a &lt; b, else 0, broadcasting; in the type of the operands. */
    public final Tensor less(Tensor b) {
        return Comparisons.less(this, b);
    }

    /** Returns 1 where a &lt; b for a number b, else 0. */
    public final Tensor less(double b) {
        return Comparisons.less(this, b);
    }

    /** Returns FLOAT32 rows of 0 with a 1 at the class: INT32 class numbers {@code [...] -> [..., classes]}. */
    public final Tensor oneHot(int classes) {
        return Indexing.oneHot(this, classes, DType.FLOAT32);
    }

    /** Returns the same values in another type; fractions are cut off on the way to INT32. */
    public final Tensor cast(DType dtype) {
        return Shaping.cast(this, dtype);
    }

    /** Returns the same value, through which no gradient flows. */
    public final Tensor stopGradient() {
        return Shaping.stopGradient(this);
    }

    // ---- immediate use ----

    /**
     * Computes the value now. Where random numbers are drawn, a tensor keeps its value: computed again, it is the same;
     * another tensor, made by the same code, has another one.
     *
     * @throws GraphException if it depends on a placeholder, which only a session can give a value
     * @throws IllegalStateException if it depends on a variable without a value
     */
    public final NDArray eval() {
        return Immediate.eval(this);
    }

    /**
     * Runs backpropagation from this scalar: computes its gradient with respect to every tensor that it depends on,
     * which {@link #grad()} then returns. Replaces what earlier calls left, so calling it twice changes nothing.
     *
     * <pre>{@code
     * Tensor x = Tensors.constant(1.0, -3.0);
     * x.square().sum().backward();
     * NDArray dx = x.grad();   // [2.0, -6.0]
     * }</pre>
     *
     * @throws GraphException if this is not a scalar
     */
    public final void backward() {
        Immediate.backward(this);
    }

    /**
     * Returns the gradient with respect to this tensor, of the last tensor whose {@link #backward()} reached it.
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
            throw new IllegalStateException(GraphErrors.noGradientYet(this));
        }
        return latest;
    }

    final void setGrad(@Nullable NDArray value) {
        this.grad = value;
    }

    /** Returns name, type and shape, as messages show them: {@code weights FLOAT32 [784, 10]}. */
    public final String describe() {
        return name() + " " + type;
    }

    /**
     * Returns operation, name, type and place, as {@code sum axes=[0] z FLOAT32 [10] (Model.java:12)}; with value and
     * gradient where they are known and short, as in {@code constant a FLOAT32 [] = 2.0, gradient 5.0}.
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
