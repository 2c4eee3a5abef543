package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.config.Config;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** The operations that may stand between layers in a description, under the names of their types. */
final class Operations {
    private static final String TYPE = "type";

    /** The most elements of a constant that is written into a description. */
    private static final int MOST_ELEMENTS = 100_000;

    /** Makes a tensor of its operands, with the attributes that a description has. */
    private interface Maker {
        Tensor make(Config config, List<Tensor> in);
    }

    private static final Set<OpType> TYPES = new HashSet<>();
    private static final Map<String, Maker> MAKERS = new HashMap<>();

    private Operations() {}

    static {
        unary(Arithmetic.NEG, Arithmetic::neg);
        unary(Arithmetic.ABS, Arithmetic::abs);
        unary(Arithmetic.SIGN, Arithmetic::sign);
        unary(Arithmetic.SQUARE, Arithmetic::square);
        unary(Arithmetic.SQRT, Arithmetic::sqrt);
        unary(Arithmetic.CBRT, Arithmetic::cbrt);
        unary(Arithmetic.EXP, Arithmetic::exp);
        unary(Arithmetic.EXPM1, Arithmetic::expm1);
        unary(Arithmetic.LOG, Arithmetic::log);
        unary(Arithmetic.LOG1P, Arithmetic::log1p);
        unary(Arithmetic.ERF, Arithmetic::erf);
        unary(Arithmetic.GAUSSIAN, Arithmetic::gaussian);
        unary(Arithmetic.NORMAL_CDF, Arithmetic::normalCdf);
        unary(Activations.RELU, Activations::relu);
        unary(Activations.SIGMOID, Activations::sigmoid);
        unary(Activations.TANH, Activations::tanh);
        unary(Activations.SOFTPLUS, Activations::softplus);
        unary(Activations.SOFTSIGN, Activations::softsign);
        unary(Activations.MISH, Activations::mish);
        unary(Activations.GELU, Activations::gelu);
        unary(Activations.GELU_TANH, Activations::geluTanh);
        unary(Activations.SILU, Activations::silu);
        unary(Rounding.FLOOR, Rounding::floor);
        unary(Rounding.CEIL, Rounding::ceil);
        unary(Rounding.ROUND, Rounding::round);
        unary(Trigonometry.SIN, Trigonometry::sin);
        unary(Trigonometry.COS, Trigonometry::cos);
        unary(Shaping.STOP_GRADIENT, Shaping::stopGradient);
        unary(Tensors.RANDOM_UNIFORM, Tensors::randomUniformLike);
        binary(Arithmetic.ADD, Arithmetic::add);
        binary(Arithmetic.SUB, Arithmetic::sub);
        binary(Arithmetic.MUL, Arithmetic::mul);
        binary(Arithmetic.DIV, Arithmetic::div);
        binary(Arithmetic.POW, Arithmetic::pow);
        binary(Arithmetic.MINIMUM, Arithmetic::minimum);
        binary(Arithmetic.MAXIMUM, Arithmetic::maximum);
        binary(Comparisons.EQ, Comparisons::eq);
        binary(Comparisons.NE, Comparisons::ne);
        binary(Comparisons.GREATER, Comparisons::greater);
        binary(Comparisons.GREATER_EQUAL, Comparisons::greaterEqual);
        row(Comparisons.WHERE, (config, in) -> Comparisons.where(in.get(0), in.get(1), in.get(2)));
        binary(Attachments.ATTACHED, Attachments::masked);
        withAttributes();
    }

    private static void withAttributes() {
        row(Activations.LEAKY_RELU, (config, in) -> Activations.leakyRelu(in.get(0), config.number("slope")));
        row(Activations.ELU, (config, in) -> Activations.elu(in.get(0), config.number("alpha")));
        row(Activations.SOFTMAX, (config, in) -> Activations.softmax(in.get(0), config.integer("axis")));
        row(Activations.LOG_SOFTMAX, (config, in) -> Activations.logSoftmax(in.get(0), config.integer("axis")));
        row(Arithmetic.CLIP, (config, in) -> Arithmetic.clip(in.get(0), config.number("low"), config.number("high")));
        row(Reductions.SUM, (config, in) -> Reductions.sum(in.get(0), keepDims(config), axes(config)));
        row(Reductions.MEAN, (config, in) -> Reductions.mean(in.get(0), keepDims(config), axes(config)));
        row(Reductions.MAX, (config, in) -> Reductions.max(in.get(0), keepDims(config), axes(config)));
        row(Reductions.MIN, (config, in) -> Reductions.min(in.get(0), keepDims(config), axes(config)));
        row(Reductions.LOG_SUM_EXP, (config, in) -> Reductions.logSumExp(in.get(0), keepDims(config), axes(config)));
        row(Shaping.RESHAPE, (config, in) -> Shaping.reshape(in.get(0), config.integers("dims")));
        row(Shaping.TRANSPOSE, (config, in) -> Shaping.transpose(in.get(0), config.integers("permutation")));
        row(Shaping.EXPAND_DIMS, (config, in) -> Shaping.expandDims(in.get(0), config.integer("axis")));
        row(Shaping.SQUEEZE, (config, in) -> Shaping.squeeze(in.get(0), axes(config)));
        row(Shaping.BROADCAST_TO, (config, in) -> Shaping.broadcastTo(in.get(0), config.integers("dims")));
        row(Shaping.CAST, (config, in) -> Shaping.cast(in.get(0), DType.valueOf(config.text("dtype"))));
        row(
                Indexing.SLICE,
                (config, in) -> Indexing.slice(in.get(0), config.integers("starts"), config.integers("sizes")));
        row(Indexing.CONCAT, (config, in) -> Indexing.concat(config.integer("axis"), in.toArray(new Tensor[0])));
        row(Indexing.GATHER, (config, in) -> Indexing.gather(in.get(0), in.get(1), config.integer("axis")));
        row(Arrangement.FLIP, (config, in) -> Arrangement.flip(in.get(0), config.integer("axis")));
        row(
                LinearAlgebra.MATMUL,
                (config, in) -> LinearAlgebra.matmul(
                        in.get(0), in.get(1), config.flag("transposeA"), config.flag("transposeB")));
        row(Leaves.CONSTANT, (config, in) -> constant(config));
    }

    /**
     * Returns the operands that a description of a tensor has.
     *
     * @param tensor a tensor that no layer makes
     */
    static List<Tensor> operands(Tensor tensor) {
        Optional<Tensor> mask = tensor.op().attributes().find(Attachments.MASK);
        return mask.isEmpty() ? tensor.inputs() : List.of(tensor.inputs().get(0), mask.get());
    }

    /**
     * Describes what makes a tensor of its operands.
     *
     * @param tensor a tensor that no layer makes
     * @param empty the description without arguments
     * @throws UnsupportedOperationException if it is no operation that is known here
     */
    static Config describe(Tensor tensor, Config empty) {
        OpType type = tensor.op().type();
        Attributes attributes = tensor.op().attributes();
        Config config = empty.with(TYPE, type.name());
        if (type == Leaves.CONSTANT) {
            return constant(tensor, config);
        }
        boolean isMask = attributes.find(Attachments.MASK).isPresent();
        boolean isKnown = TYPES.contains(type) && isMask == (type == Attachments.ATTACHED);
        for (Attribute<?> key : isMask || !isKnown ? Set.<Attribute<?>>of() : attributes.keys()) {
            config = with(config, key.name(), attributes.get(key));
        }
        boolean isAlongAxis = type == Activations.SOFTMAX || type == Activations.LOG_SOFTMAX;
        if (!isKnown || (isAlongAxis && !config.has("axis"))) {
            throw new UnsupportedOperationException("between layers stands " + tensor.describe() + ", "
                    + (type == Leaves.VARIABLE
                            ? "a variable of no layer"
                            : type == Leaves.PLACEHOLDER
                                    ? "which is none of the inputs"
                                    : "made by " + tensor.op() + " at " + tensor.sourceLine())
                    + ", which cannot be described: put it into a class that extends Layer, with describe()");
        }
        return config;
    }

    private static Config with(Config config, String name, Object value) {
        if (value instanceof Integer number) {
            return config.with(name, number.intValue());
        }
        if (value instanceof Double number) {
            return config.with(name, number.doubleValue());
        }
        if (value instanceof Boolean truth) {
            return config.with(name, truth.booleanValue());
        }
        if (value instanceof DType dtype) {
            return config.with(name, dtype.name());
        }
        // the lists of the operations above are of whole numbers
        return config.with(
                name,
                ((List<?>) value)
                        .stream().mapToInt(element -> (Integer) element).toArray());
    }

    private static Config constant(Tensor tensor, Config config) {
        NDArray value = Leaves.constantValue(tensor).orElseThrow();
        if (value.size() > MOST_ELEMENTS) {
            throw new UnsupportedOperationException(
                    "between layers stands " + tensor.describe() + ", a constant of more" + " than " + MOST_ELEMENTS
                            + " numbers, which is no description: make it a variable of a layer");
        }
        return config.with("dtype", value.dtype().name())
                .with("shape", value.shape().dims())
                .with("values", value.toDoubles());
    }

    /**
     * Makes a tensor.
     *
     * @param config the description, as {@link #describe} returned it
     * @param in the operands
     * @throws IllegalArgumentException if there is no such operation, or it does not take these operands
     */
    static Tensor apply(Config config, List<Tensor> in) {
        Maker maker = MAKERS.get(config.text(TYPE));
        if (maker == null) {
            throw new IllegalArgumentException("There is no operation " + config.text(TYPE) + " between layers; known"
                    + " are " + new TreeSet<>(MAKERS.keySet()));
        }
        try {
            return maker.make(config, in);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "The operation " + config.text(TYPE) + " has more than " + in.size() + " operands", e);
        }
    }

    private static void unary(OpType type, UnaryOperator<Tensor> function) {
        row(type, (config, in) -> function.apply(in.get(0)));
    }

    private static void binary(OpType type, BinaryOperator<Tensor> function) {
        row(type, (config, in) -> function.apply(in.get(0), in.get(1)));
    }

    private static void row(OpType type, Maker maker) {
        TYPES.add(type);
        MAKERS.put(type.name(), maker);
    }

    private static boolean keepDims(Config config) {
        return config.flag("keepDims");
    }

    private static int[] axes(Config config) {
        return config.integers("axes");
    }

    private static Tensor constant(Config config) {
        double[] values = config.numbers("values");
        DType dtype = DType.valueOf(config.text("dtype"));
        return Tensors.constant(NDArray.wrap(values, config.integers("shape")).cast(dtype));
    }
}
