package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.function;
import static dev.autodiff.graph.ElementwiseOp.unary;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The functions that follow the linear part of a layer. They keep type and shape.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(-2.0, 0.0, 2.0);
 * Tensor rectified = Activations.relu(x);            // [0.0, 0.0, 2.0]
 * Tensor leaky = Activations.leakyRelu(x, 0.1);      // [-0.2, 0.0, 2.0]
 * Tensor even = Activations.softmax(x.mul(0), -1);   // [0.333333, 0.333333, 0.333333]
 * }</pre>
 */
public final class Activations {
    public static final OpType RELU = unary(
            "relu",
            "max(x, 0)",
            Elementwise.RELU,
            "dy where x > 0, else 0",
            (y, x, dy) -> Comparisons.where(y.greater(0), dy, y.stopGradient())); // y is 0 there, or NaN
    public static final OpType SIGMOID =
            function("sigmoid", "1 / (1 + e^(-x))", Elementwise.SIGMOID, "y * (1 - y) * dy", (y, x, dy) -> dy.mul(y)
                    .mul(Tensors.like(y, 1).sub(y)));
    public static final OpType TANH = function(
            "tanh",
            "tanh(x)",
            Elementwise.TANH,
            "(1 - y²) * dy",
            (y, x, dy) -> dy.mul(Tensors.like(y, 1).sub(y.square())));
    public static final OpType SOFTPLUS = function(
            "softplus", "log(1 + e^x)", Elementwise.SOFTPLUS, "sigmoid(x) * dy", (y, x, dy) -> dy.mul(x.sigmoid()));

    public static final OpType LEAKY_RELU = new OpType("leakyRelu");
    public static final OpType ELU = new OpType("elu");
    public static final OpType GELU = function(
            "gelu",
            "x * (1 + erf(x / √2)) / 2",
            Activations::lowerGelu,
            "((1 + erf(x / √2)) / 2 + x * e^(-x² / 2) / √(2 * π)) * dy",
            (y, x, dy) ->
                    dy.mul(Arithmetic.normalCdf(x).add(Arithmetic.withinTails(x).mul(Arithmetic.normalDensity(x)))));
    public static final OpType GELU_TANH = function(
            "geluTanh",
            "x * (1 + tanh(√(2 / π) * (x + 0.044715 * x³))) / 2",
            Activations::lowerGeluTanh,
            "(1 + x * √(8 / π) * (1 + 0.134145 * x²) * sigmoid(-√(8 / π) * (x + 0.044715 * x³)))"
                    + " * sigmoid(√(8 / π) * (x + 0.044715 * x³)) * dy",
            (y, x, dy) -> dy.mul(geluTanhSlope(x)));
    public static final OpType SILU = function(
            "silu",
            "x * sigmoid(x)",
            Activations::lowerSilu,
            "sigmoid(x) * (1 + x * (1 - sigmoid(x))) * dy",
            (y, x, dy) -> dy.mul(siluSlope(x)));
    public static final OpType SOFTSIGN =
            function("softsign", "x / (1 + |x|)", Activations::lowerSoftsign, "dy / (1 + |x|)²", (y, x, dy) -> dy.div(
                            x.abs().add(1))
                    .div(x.abs().add(1))); // the square of a large number is infinite

    public static final OpType MISH = function(
            "mish",
            "x * tanh(log(1 + e^x))",
            Activations::lowerMish,
            "(tanh(softplus(x)) + x * (1 - tanh(softplus(x))²) * sigmoid(x)) * dy",
            (y, x, dy) -> dy.mul(mishSlope(x)));

    /** The slope of {@link #LEAKY_RELU} for negative numbers. */
    public static final Attribute<Double> SLOPE = new Attribute<>("slope");

    /** The factor of {@link #ELU} for negative numbers. */
    public static final Attribute<Double> ALPHA = new Attribute<>("alpha");

    /** The size from which on the derivatives of {@link #MISH} and {@link #SILU} are 0 or 1, in both floating types. */
    private static final double TAILS = 1024;

    /** The argument of the sigmoid in {@link #GELU_TANH} is x * (LINEAR + CUBIC * x²). */
    private static final double LINEAR = Math.sqrt(8 / Math.PI);

    private static final double CUBIC = LINEAR * 0.044715;

    /** Scale and alpha of {@link #selu}, to the digits of FLOAT64. */
    private static final double SELU_SCALE = 1.0507009873554805;

    private static final double SELU_ALPHA = 1.6732632423543772;

    public static final OpType SOFTMAX = new OpType("softmax");
    public static final OpType LOG_SOFTMAX = new OpType("logSoftmax");

    /** The axis along which a softmax adds up to 1; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis", -1);

    private Activations() {}

    /** Returns max(x, 0); the derivative at 0 is taken to be 0. */
    public static Tensor relu(Tensor x) {
        return RELU.apply(x);
    }

    /**
     * Returns x where positive, else slope * x (Maas, Hannun and Ng 2013); the derivative at 0 is taken to be the
     * slope.
     */
    public static Tensor leakyRelu(Tensor x, double slope) {
        return new LeakyRelu(slope).apply(x);
    }

    private static Value wherePositive(ProgramBuilder ir, Value x, Value otherwise) {
        return ir.map(Elementwise.SELECT, ir.map(Elementwise.GREATER, x, ir.number(x.dtype(), 0)), x, otherwise);
    }

    /** Returns 1 / (1 + e^-x). */
    public static Tensor sigmoid(Tensor x) {
        return SIGMOID.apply(x);
    }

    /** Returns the hyperbolic tangent. */
    public static Tensor tanh(Tensor x) {
        return TANH.apply(x);
    }

    /** Returns log(1 + e^x), without overflow for large x. */
    public static Tensor softplus(Tensor x) {
        return SOFTPLUS.apply(x);
    }

    /** Returns x / (1 + |x|) (Bergstra and others 2009). */
    public static Tensor softsign(Tensor x) {
        return SOFTSIGN.apply(x);
    }

    /** Returns x * tanh(softplus(x)) (Misra 2019), and its limit 0 for minus infinity. */
    public static Tensor mish(Tensor x) {
        return MISH.apply(x);
    }

    private static Value lowerMish(ProgramBuilder ir, List<Value> in) {
        return scaled(ir, in.get(0), ir.map(Elementwise.TANH, ir.map(Elementwise.SOFTPLUS, in.get(0))));
    }

    /**
     * Returns t + x (1 - t²) sigmoid(x) with t = tanh(softplus(x)), where 1 - t² is (2s / (1 + s²))² with s =
     * sigmoid(-x), which keeps its digits where t is near 1. The factor x is clipped, as what it is multiplied by is 0
     * for large numbers: infinity times 0 is NaN.
     */
    private static Tensor mishSlope(Tensor x) {
        Tensor s = x.neg().sigmoid();
        Tensor bend = s.mul(2).div(s.square().add(1)).square().mul(x.sigmoid());
        return softplus(x).tanh().add(Arithmetic.clip(x, -TAILS, TAILS).mul(bend));
    }

    /**
     * Returns x where positive, else alpha * (e^x - 1) (Clevert, Unterthiner and Hochreiter 2015); the derivative at 0
     * is taken to be alpha, the second derivative 0, as in PyTorch.
     */
    public static Tensor elu(Tensor x, double alpha) {
        return new Elu(alpha).apply(x);
    }

    /**
     * Returns x * Φ(x) with the normal distribution function Φ(x) = (1 + erf(x/√2)) / 2 (Hendrycks and Gimpel 2016):
     * the exact form, not {@link #geluTanh}, accurate also where it is small.
     */
    public static Tensor gelu(Tensor x) {
        return GELU.apply(x);
    }

    private static Value lowerGelu(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value finite =
                ir.map(Elementwise.MAXIMUM, x, ir.number(x.dtype(), -Arithmetic.TAILS)); // as the derivative does
        return ir.map(Elementwise.MUL, finite, ir.map(Elementwise.NORMAL_CDF, x));
    }

    /** Multiplies x by a factor that is 0 at minus infinity, where the product would be NaN and not the limit 0. */
    private static Value scaled(ProgramBuilder ir, Value x, Value factor) {
        Value finite = ir.map(Elementwise.MAXIMUM, x, ir.number(x.dtype(), -Float.MAX_VALUE));
        return ir.map(Elementwise.MUL, finite, factor);
    }

    /**
     * Returns the approximation of {@link #gelu} with tanh, that of BERT and GPT-2: PyTorch's {@code
     * GELU(approximate='tanh')}, Keras's {@code gelu(approximate=True)}. It differs from the exact form by at most
     * 0.0005. As (1 + tanh z) / 2 is sigmoid(2z), it is accurate also where it is small.
     */
    public static Tensor geluTanh(Tensor x) {
        return GELU_TANH.apply(x);
    }

    private static Value lowerGeluTanh(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value square = ir.map(Elementwise.MUL, x, x);
        Value cubic = ir.map(Elementwise.MUL, square, ir.number(x.dtype(), CUBIC));
        Value slope = ir.map(Elementwise.ADD, cubic, ir.number(x.dtype(), LINEAR));
        return scaled(ir, x, ir.map(Elementwise.SIGMOID, ir.map(Elementwise.MUL, x, slope)));
    }

    private static Tensor geluTanhSlope(Tensor x) {
        Tensor u = Arithmetic.withinTails(x);
        Tensor square = u.square();
        Tensor z = u.mul(square.mul(CUBIC).add(LINEAR));
        Tensor steepness = square.mul(3 * CUBIC).add(LINEAR);
        return z.sigmoid().mul(u.mul(steepness).mul(z.neg().sigmoid()).add(1));
    }

    /**
     * Returns x * sigmoid(x), also called swish (Ramachandran, Zoph and Le 2017), and its limit 0 for minus infinity.
     */
    public static Tensor silu(Tensor x) {
        return SILU.apply(x);
    }

    private static Value lowerSilu(ProgramBuilder ir, List<Value> in) {
        return scaled(ir, in.get(0), ir.map(Elementwise.SIGMOID, in.get(0)));
    }

    /** Returns sigmoid(x) (1 + x sigmoid(-x)), which keeps its digits where sigmoid(x) is near 1. */
    private static Tensor siluSlope(Tensor x) {
        Tensor rest = Arithmetic.clip(x, -TAILS, TAILS).mul(x.neg().sigmoid());
        return x.sigmoid().mul(rest.add(1));
    }

    /**
     * Returns 1.0507 * elu(x, 1.6733), which keeps mean 0 and variance 1 from layer to layer (Klambauer, Unterthiner,
     * Mayr and Hochreiter 2017); weights start with {@code Initializers.lecunNormal()}.
     */
    public static Tensor selu(Tensor x) {
        return elu(x, SELU_ALPHA).mul(SELU_SCALE);
    }

    /** Returns probabilities along an axis: e^x / Σ e^x, without overflow. */
    public static Tensor softmax(Tensor x, int axis) {
        return new Softmax(false, axis).apply(x);
    }

    /** Returns log softmax(x) along an axis as x - log Σ e^x, which keeps the digits of small probabilities. */
    public static Tensor logSoftmax(Tensor x, int axis) {
        return new Softmax(true, axis).apply(x);
    }

    private static final class LeakyRelu extends ParametricOp {
        private final double slope;

        LeakyRelu(double slope) {
            super(LEAKY_RELU);
            this.slope = slope;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(SLOPE, slope);
        }

        @Override
        public String formula() {
            return "x where x > 0, else " + text(slope) + " * x";
        }

        @Override
        public String rule(int input) {
            return "dy where x > 0, else " + text(slope) + " * dy";
        }

        @Override
        Tensor gradient(Tensor x, Tensor dy) {
            Tensor otherwise = dy.mul(slope).add(LikeOps.NAN_OR_ZERO.apply(x));
            return Comparisons.where(x.greater(0), dy, otherwise);
        }

        @Override
        Value lower(ProgramBuilder ir, Value x) {
            return wherePositive(ir, x, ir.map(Elementwise.MUL, x, ir.number(x.dtype(), slope)));
        }
    }

    private static final class Elu extends ParametricOp {
        private final double alpha;

        Elu(double alpha) {
            super(ELU);
            this.alpha = alpha;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(ALPHA, alpha);
        }

        @Override
        public String formula() {
            return "x where x > 0, else " + text(alpha) + " * (e^x - 1)";
        }

        @Override
        public String rule(int input) {
            return "dy where x > 0, else " + text(alpha) + " * e^x * dy";
        }

        @Override
        Tensor gradient(Tensor x, Tensor dy) {
            // -max(-x, 0): where x is positive, e^x may be infinite, and that times 0 is NaN in the second derivative
            Tensor exponential = x.neg().relu().neg().exp();
            return Comparisons.where(x.greater(0), dy, dy.mul(exponential.mul(alpha)));
        }

        @Override
        Value lower(ProgramBuilder ir, Value x) {
            Value negative = ir.map(Elementwise.MINIMUM, x, ir.number(x.dtype(), 0));
            Value curve = ir.map(Elementwise.MUL, ir.map(Elementwise.EXPM1, negative), ir.number(x.dtype(), alpha));
            return wherePositive(ir, x, curve);
        }
    }

    /** Returns the softmax over several axes at once. */
    static Tensor softmaxOver(Tensor x, int... axes) {
        return new Softmax(false, axes).apply(x);
    }

    private static Value lowerSoftsign(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value one = ir.number(x.dtype(), 1);
        return ir.map(Elementwise.DIV, x, ir.map(Elementwise.ADD, ir.map(Elementwise.ABS, x), one));
    }

    private static final class Softmax extends Op {
        private final boolean log;
        private final int[] axes;

        Softmax(boolean log, int... axes) {
            super(log ? LOG_SOFTMAX : SOFTMAX);
            this.log = log;
            this.axes = axes.clone();
        }

        @Override
        public Attributes attributes() {
            return axes.length == 1 ? Attributes.of(AXIS, axes[0]) : Attributes.of(Reductions.AXES, axes);
        }

        @Override
        public String formula() {
            return log ? "x - log Σ e^x" : "e^x / Σ e^x";
        }

        @Override
        public String rule(int input) {
            return log ? "dy - softmax(x) * Σ dy" : "y * (dy - Σ (y * dy))";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            Checks.axes(in.get(0).shape(), axes);
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return log
                    ? dy.sub(y.exp().mul(Reductions.sum(dy, true, axes)))
                    : y.mul(dy.sub(Reductions.sum(dy.mul(y), true, axes)));
        }

        /** Moves the axes to the end, where they are one. */
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int[] chosen = Checks.axes(x.shape(), axes);
            int others = x.shape().rank() - chosen.length;
            int[] order = IntStream.concat(
                            IntStream.range(0, x.shape().rank()).filter(axis -> Arrays.binarySearch(chosen, axis) < 0),
                            Arrays.stream(chosen))
                    .toArray();
            Value moved = ir.transpose(x, order);
            int[] dims = moved.shape().dims();
            int[] merged = Arrays.copyOf(dims, others + 1);
            merged[others] = Arrays.stream(dims, others, dims.length).reduce(1, (a, b) -> a * b);
            Value result = ir.softmax(ir.reshape(moved, Shape.of(merged)), log);
            int[] back = new int[order.length];
            for (int i = 0; i < order.length; i++) {
                back[order[i]] = i;
            }
            return ir.transpose(ir.reshape(result, moved.shape()), back);
        }
    }
}
