package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.function;
import static dev.autodiff.graph.ElementwiseOp.unary;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
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
            (y, x, dy) -> Comparisons.where(y.greater(0), dy, Tensors.like(dy, 0)));
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

    public static final OpType SOFTMAX = new OpType("softmax");
    public static final OpType LOG_SOFTMAX = new OpType("logSoftmax");

    /** The axis along which a softmax adds up to 1; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis", -1);

    private Activations() {}

    /** Returns max(x, 0); the derivative at 0 is taken to be 0. */
    public static Tensor relu(Tensor x) {
        return RELU.apply(x);
    }

    /** Returns x where positive, else slope * x (Maas, Hannun and Ng 2013). */
    public static Tensor leakyRelu(Tensor x, double slope) {
        return Comparisons.where(x.greater(0), x, x.mul(slope));
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

    /** Returns x where positive, else alpha * (e^x - 1) (Clevert, Unterthiner and Hochreiter 2015). */
    public static Tensor elu(Tensor x, double alpha) {
        // The exponential of a large x overflows, and its gradient would be infinity times 0, which is NaN.
        Tensor negative = Arithmetic.expm1(Arithmetic.minimum(x, Tensors.like(x, 0)));
        return Comparisons.where(x.greater(0), x, negative.mul(alpha));
    }

    /**
     * Returns x * Φ(x) with the normal distribution function Φ(x) = (1 + erf(x/√2)) / 2 (Hendrycks and Gimpel 2016):
     * the exact form, not the one with tanh.
     */
    public static Tensor gelu(Tensor x) {
        return x.mul(0.5).mul(Arithmetic.erf(x.mul(1 / Math.sqrt(2))).add(1));
    }

    /** Returns probabilities along an axis: e^x / Σ e^x, without overflow. */
    public static Tensor softmax(Tensor x, int axis) {
        return new Softmax(false, axis).apply(x);
    }

    /** Returns log softmax(x) along an axis as x - log Σ e^x, which keeps the digits of small probabilities. */
    public static Tensor logSoftmax(Tensor x, int axis) {
        return new Softmax(true, axis).apply(x);
    }

    private static final class Softmax extends Op {
        private final boolean log;
        private final int axis;

        Softmax(boolean log, int axis) {
            super(log ? LOG_SOFTMAX : SOFTMAX);
            this.log = log;
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
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
            Checks.axis(in.get(0).shape(), axis);
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return log
                    ? dy.sub(y.exp().mul(Reductions.sum(dy, true, axis)))
                    : y.mul(dy.sub(Reductions.sum(dy.mul(y), true, axis)));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            Shape shape = x.shape();
            int chosen = shape.axis(axis);
            int last = shape.rank() - 1;
            if (chosen == last) {
                return ir.softmax(x, log);
            }
            int[] swapped = IntStream.range(0, shape.rank())
                    .map(i -> i == chosen ? last : i == last ? chosen : i)
                    .toArray();
            return ir.transpose(ir.softmax(ir.transpose(x, swapped), log), swapped);
        }
    }
}
