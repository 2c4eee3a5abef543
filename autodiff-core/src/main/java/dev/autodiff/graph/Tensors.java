package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Constants, gradients, assignments and random numbers. The methods are named so that they can be imported statically.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(1.0, 2.0, 3.0);
 * Tensor y = x.mul(Tensors.scalar(2, DType.FLOAT64)).square().sum();   // 56.0
 * Tensor dx = Tensors.gradients(y, x).get(0);                          // [8.0, 16.0, 24.0]
 * }</pre>
 */
public final class Tensors {
    public static final OpType ASSIGN = new OpType("assign");
    public static final OpType RANDOM_UNIFORM = new OpType("randomUniform", RandomUniformLike::new);

    /** The variable that {@link #ASSIGN} writes. */
    public static final Attribute<Tensor> TARGET = new Attribute<>("target");

    private Tensors() {}

    /**
     * Returns a FLOAT32 scalar.
     *
     * @throws GraphException if the number is finite but too large for FLOAT32
     */
    public static Tensor scalar(double value) {
        return scalar(value, DType.FLOAT32);
    }

    /**
     * Returns a scalar of the given type.
     *
     * @throws GraphException if the number is finite but too large for the type
     */
    public static Tensor scalar(double value, DType dtype) {
        return constant(number(value, dtype));
    }

    private static NDArray number(double value, DType dtype) {
        if (dtype == DType.FLOAT32 && Float.isInfinite((float) value) && Double.isFinite(value)) {
            throw GraphErrors.mistake(
                    "constant",
                    value + " is too large for FLOAT32, whose numbers reach 3.4e38: it would become infinite. Use"
                            + " FLOAT64, or another unit");
        }
        return NDArray.full(dtype, Shape.scalar(), value);
    }

    /** Returns a constant with a copy of an array. */
    public static Tensor constant(NDArray value) {
        return Leaves.constant(value.copy()).apply();
    }

    // The methods of one number are for code that imports Initializers statically as well: without them, Java would
    // prefer Initializers.constant(double) to constant(float...) for constant(2f), without a word.

    /** Returns a FLOAT32 vector of one number, {@code [1]}; {@link #scalar(double)} has no axes. */
    public static Tensor constant(float value) {
        return constant(NDArray.of(value));
    }

    /** Returns a FLOAT64 vector of one number, {@code [1]}. */
    public static Tensor constant(double value) {
        return constant(NDArray.of(value));
    }

    /** Returns an INT32 vector of one number, {@code [1]}. */
    public static Tensor constant(int value) {
        return constant(NDArray.of(value));
    }

    /** Returns a FLOAT32 vector. */
    public static Tensor constant(float... values) {
        return constant(NDArray.of(values));
    }

    /**
     * Returns a FLOAT32 matrix.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Tensor constant(float[][] rows) {
        return constant(NDArray.of(rows));
    }

    /** Returns a FLOAT64 vector. */
    public static Tensor constant(double... values) {
        return constant(NDArray.of(values));
    }

    /**
     * Returns a FLOAT64 matrix.
     *
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Tensor constant(double[][] rows) {
        return constant(NDArray.of(rows));
    }

    /** Returns an INT32 vector. */
    public static Tensor constant(int... values) {
        return constant(NDArray.of(values));
    }

    /** Returns FLOAT32 zeros of a shape. */
    public static Tensor zeros(int... dims) {
        return constant(NDArray.zeros(DType.FLOAT32, dims));
    }

    /** Returns FLOAT32 ones of a shape. */
    public static Tensor ones(int... dims) {
        return constant(NDArray.full(DType.FLOAT32, Shape.of(dims), 1));
    }

    /** Returns the identity matrix, FLOAT32 {@code [n, n]}. */
    public static Tensor eye(int n) {
        NDArray ones = NDArray.zeros(DType.FLOAT32, n, n);
        for (int i = 0; i < n; i++) {
            ((float[]) ones.storage())[i * (n + 1)] = 1;
        }
        return constant(ones);
    }

    /** Returns the numbers from 0 to n - 1, INT32 {@code [n]}: PyTorch's {@code arange}. */
    public static Tensor range(int n) {
        NDArray numbers = NDArray.zeros(DType.INT32, n);
        Arrays.setAll((int[]) numbers.storage(), i -> i);
        return constant(numbers);
    }

    /**
     * Returns zeros in the type and shape of a tensor, whose dimensions may be unknown until the graph is run.
     *
     * <pre>{@code
     * Tensor fake = Tensors.zerosLike(x.sum(1)); // labels for as many examples as are fed
     * fake.shape(); // [?]
     * }</pre>
     */
    public static Tensor zerosLike(Tensor x) {
        return LikeOps.broadcastLike(like(x, 0), x);
    }

    /** Returns ones in the type and shape of a tensor, whose dimensions may be unknown until the graph is run. */
    public static Tensor onesLike(Tensor x) {
        return LikeOps.broadcastLike(like(x, 1), x);
    }

    /** Returns a number as a scalar of the tensor's type. */
    static Tensor like(Tensor tensor, double value) {
        if (!tensor.dtype().isFloating() && value != (int) value) {
            throw GraphErrors.mistake(
                    "constant",
                    "the number " + value + " is not an INT32, the type of the tensor that it is combined with;"
                            + " convert that first with cast(DType.FLOAT32)",
                    tensor);
        }
        return Leaves.constant(number(value, tensor.dtype())).apply();
    }

    /**
     * Returns the gradients of a scalar with respect to some tensors, as tensors of their shapes;
     * see {@link Gradients}.
     *
     * @throws GraphException if y is not a floating-point scalar, or does not depend on one of the tensors
     */
    public static List<Tensor> gradients(Tensor y, Tensor... xs) {
        for (int i = 0; i < xs.length; i++) {
            int number = i + 1;
            Objects.requireNonNull(xs[i], () -> "tensor " + number + " that gradients are asked for is null");
        }
        Gradients gradients = Gradients.of(Objects.requireNonNull(y, "y is null"), List.of(xs));
        List<Tensor> found = new ArrayList<>(xs.length);
        for (Tensor x : xs) {
            found.add(gradients.of(x));
        }
        return Collections.unmodifiableList(found);
    }

    /**
     * Returns a node that, when run, writes a value into a variable after everything else in the run has read it. Its
     * own value is the value written.
     *
     * @throws GraphException if the target is not a variable or the value does not fit
     */
    public static Tensor assign(Tensor variable, Tensor value) {
        return new Assign(variable).apply(value);
    }

    /** Returns the variable that a node writes, if it was made with {@link #assign}. */
    public static Optional<Tensor> assignedBy(Tensor node) {
        return node.op() instanceof Assign assign ? Optional.of(assign.variable) : Optional.empty();
    }

    /**
     * Returns uniform random numbers in [0, 1) in the type and shape of a floating-point tensor, other ones in each run
     * of a session.
     */
    public static Tensor randomUniformLike(Tensor x) {
        return RANDOM_UNIFORM.apply(x);
    }

    /**
     * Returns normally distributed random numbers of mean 0 and standard deviation 1 in the type and shape of a
     * floating-point tensor, other ones in each run of a session, by the method of Box and Muller (1958): PyTorch's
     * {@code randn_like}.
     *
     * <pre>{@code
     * Tensor mean = Tensors.ones(2, 3);
     * Tensor deviation = Tensors.ones(2, 3).mul(0.5);
     * Tensor sample = mean.add(deviation.mul(Tensors.randomNormalLike(mean)));
     * sample.shape(); // [2, 3]
     * }</pre>
     */
    public static Tensor randomNormalLike(Tensor x) {
        // 1 - u is never 0
        Tensor radius = Arithmetic.log1p(randomUniformLike(x).neg()).mul(-2).sqrt();
        Tensor angle = randomUniformLike(x).mul(2 * Math.PI);
        return radius.mul(Trigonometry.cos(angle));
    }

    private static final class Assign extends Op {
        private final Tensor variable;

        Assign(Tensor variable) {
            super(ASSIGN);
            this.variable = variable;
            Leaves.stateOf(variable);
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(TARGET, variable);
        }

        @Override
        public String formula() {
            return "← x";
        }

        @Override
        public String rule(int input) {
            return "";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Tensor value = in.get(0);
            if (value.dtype() != variable.dtype() || !variable.shape().accepts(value.shape())) {
                throw new GraphException(
                        "a value of " + value.type() + " cannot be assigned to variable " + variable.describe());
            }
            return variable.type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("An assignment is not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            ir.assign(Leaves.stateOf(variable), in.get(0));
            return in.get(0);
        }
    }

    private static final class RandomUniformLike extends Op {
        RandomUniformLike(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "u ~ U[0, 1)";
        }

        @Override
        public String rule(int input) {
            return "none: random numbers do not depend on the operand's values";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Random numbers are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.uniform(in.get(0).dtype(), in.get(0).shape());
        }
    }
}
