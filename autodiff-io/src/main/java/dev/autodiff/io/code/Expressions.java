package dev.autodiff.io.code;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Einsum;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.LikeOps;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Statistics;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Triangles;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Losses;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The expressions for all types of operations that the public functions make. Where a function makes several nodes of
 * which some have no function of their own, the last one stands for the function, and its operands are those of it.
 */
final class Expressions {
    private static final Map<OpType, Function<Tensor, Expression>> RULES = new HashMap<>();

    private Expressions() {}

    static {
        elementwise();
        reductions();
        shaping();
        indexing();
        sorting();
        WindowExpressions.addTo(RULES);
    }

    /** Returns the expression of a tensor, if there is one. */
    static Optional<Expression> of(Tensor tensor) {
        return Optional.ofNullable(RULES.get(tensor.op().type()))
                .map(rule -> rule.apply(tensor))
                .filter(expression -> !expression.text().isEmpty());
    }

    /** Returns the types of operations that have expressions. */
    static Set<OpType> types() {
        return Collections.unmodifiableSet(RULES.keySet());
    }

    /** Returns what a rule says of a node that none of the public functions makes. */
    static Expression none() {
        return Expression.of("");
    }

    static <T> T get(Tensor tensor, Attribute<T> key) {
        return tensor.op().attributes().get(key);
    }

    private static void methods(OpType... types) {
        for (OpType type : types) {
            RULES.put(type, y -> Expression.method(type.name(), y.inputs()));
        }
    }

    private static void functions(String family, OpType... types) {
        for (OpType type : types) {
            RULES.put(type, y -> Expression.function(family + "." + type.name(), y.inputs()));
        }
    }

    private static void elementwise() {
        methods(Arithmetic.NEG, Arithmetic.ABS, Arithmetic.SQUARE, Arithmetic.SQRT, Arithmetic.EXP, Arithmetic.LOG);
        methods(Activations.RELU, Activations.SIGMOID, Activations.TANH);
        functions("Arithmetic", Arithmetic.MINIMUM, Arithmetic.MAXIMUM, Arithmetic.SIGN, Arithmetic.EXPM1);
        functions("Arithmetic", Arithmetic.LOG1P, Arithmetic.ERF, Arithmetic.GAUSSIAN, Arithmetic.NORMAL_CDF);
        functions("Arithmetic", Arithmetic.CBRT, Arithmetic.REMAINDER);
        functions("Activations", Activations.GELU_TANH, Activations.SILU);
        functions("Activations", Activations.MISH, Activations.SOFTPLUS, Activations.GELU, Activations.SOFTSIGN);
        functions("Comparisons", Comparisons.NE, Comparisons.GREATER_EQUAL, Comparisons.WHERE);
        functions("Rounding", Rounding.FLOOR, Rounding.CEIL, Rounding.ROUND);
        functions("Trigonometry", Trigonometry.SIN, Trigonometry.COS, Trigonometry.TAN, Trigonometry.ASIN);
        functions("Trigonometry", Trigonometry.ACOS, Trigonometry.ATAN, Trigonometry.SINH, Trigonometry.COSH);
        functions("Trigonometry", Trigonometry.ASINH, Trigonometry.ACOSH, Trigonometry.ATANH, Trigonometry.ATAN2);
        for (OpType type : List.of(Arithmetic.ADD, Arithmetic.SUB, Arithmetic.MUL, Arithmetic.DIV)) {
            RULES.put(type, y -> withNumber(type.name(), y));
        }
        RULES.put(Losses.DIFFERENCE, y -> Expression.method("sub", y.inputs()));
        RULES.put(Comparisons.EQ, y -> withNumber("eq", y));
        RULES.put(Comparisons.GREATER, y -> withNumber("greater", y));
        RULES.put(Arithmetic.POW, y -> {
            boolean isSquare = number(y.inputs().get(1)).filter("2"::equals).isPresent(); // x.pow(2) is x.square()
            return isSquare ? Expression.function("Arithmetic.pow", y.inputs()) : withNumber("pow", y);
        });
        RULES.put(
                Arithmetic.CLIP,
                y -> Expression.function(
                        "Arithmetic.clip",
                        y.inputs(),
                        Literals.number(get(y, Arithmetic.LOW)),
                        Literals.number(get(y, Arithmetic.HIGH))));
        RULES.put(
                Activations.LEAKY_RELU,
                y -> Expression.function(
                        "Activations.leakyRelu", y.inputs(), Literals.number(get(y, Activations.SLOPE))));
        RULES.put(
                Activations.ELU,
                y -> Expression.function("Activations.elu", y.inputs(), Literals.number(get(y, Activations.ALPHA))));
        RULES.put(Activations.SOFTMAX, y -> alongAxis("softmax", y));
        RULES.put(Activations.LOG_SOFTMAX, y -> alongAxis("Activations.logSoftmax", y));
        RULES.put(CrossEntropy.SOFTMAX, y -> Expression.function("CrossEntropy.softmax", y.inputs()));
        RULES.put(CrossEntropy.SPARSE_SOFTMAX, y -> Expression.function("CrossEntropy.softmax", y.inputs()));
        RULES.put(CrossEntropy.SIGMOID, y -> Expression.function("CrossEntropy.sigmoid", y.inputs()));
    }

    /** Returns the call of a method whose second operand, a number without a name, is written as one. */
    private static Expression withNumber(String method, Tensor y) {
        Tensor a = y.inputs().get(0);
        Tensor b = y.inputs().get(1);
        return number(b)
                .filter(text -> a.dtype() == b.dtype())
                .map(text -> Expression.method(method, List.of(a), text))
                .orElseGet(() -> Expression.method(method, y.inputs()));
    }

    private static Optional<String> number(Tensor tensor) {
        if (tensor.isNamed() || tensor.shape().rank() > 0) {
            return Optional.empty();
        }
        return Leaves.constantValue(tensor).map(Expressions::number);
    }

    private static String number(NDArray scalar) {
        double value = scalar.item();
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e6 && Double.compare(value, -0.0) != 0;
        return whole
                ? Integer.toString((int) value)
                : switch (scalar.dtype()) {
                    case FLOAT32 -> Literals.number((float) value);
                    case FLOAT64 -> Literals.number(value);
                    case INT32 -> Integer.toString((int) value);
                };
    }

    private static Expression alongAxis(String name, Tensor y) {
        Attributes attributes = y.op().attributes();
        Optional<Integer> axis = attributes.find(Activations.AXIS);
        if (axis.isEmpty()) {
            return none();
        }
        return name.contains(".")
                ? Expression.function(name, y.inputs(), "" + axis.get())
                : Expression.method(name, y.inputs(), axis.get() == -1 ? "" : "" + axis.get());
    }

    private static void reductions() {
        for (OpType type : List.of(Reductions.SUM, Reductions.MEAN, Reductions.MAX, Reductions.MIN)) {
            RULES.put(type, y -> {
                String axes = Literals.ints(get(y, Reductions.AXES));
                return get(y, Reductions.KEEP_DIMS)
                        ? Expression.function("Reductions." + type.name(), y.inputs(), "true", axes)
                        : Expression.method(type.name(), y.inputs(), axes);
            });
        }
        RULES.put(Reductions.LOG_SUM_EXP, y -> reduction("Reductions.logSumExp", y));
        RULES.put(Statistics.NORM, y -> reduction("Statistics.norm", y));
        RULES.put(Reductions.ARGMAX, y -> Expression.method("argmax", y.inputs(), "" + get(y, Reductions.AXIS)));
        RULES.put(
                Reductions.ARGMIN,
                y -> Expression.function("Reductions.argmin", y.inputs(), "" + get(y, Reductions.AXIS)));
        RULES.put(
                LikeOps.COUNT,
                y -> get(y, LikeOps.LEAST) > 0
                        ? none()
                        : Expression.function("Reductions.count", y.inputs(), Literals.ints(get(y, Reductions.AXES))));
        RULES.put(
                Scans.CUMSUM,
                y -> get(y, Scans.REVERSE)
                        ? none()
                        : Expression.function("Scans.cumsum", y.inputs(), "" + get(y, Scans.AXIS)));
        RULES.put(Scans.PROD, y -> Expression.function("Scans.prod", y.inputs(), "false", "" + get(y, Scans.AXIS)));
        RULES.put(Scans.RECURRENCE, Expressions::cumprod);
    }

    private static Expression reduction(String name, Tensor y) {
        return Expression.function(
                name, y.inputs(), "" + get(y, Reductions.KEEP_DIMS), Literals.ints(get(y, Reductions.AXES)));
    }

    private static Expression cumprod(Tensor y) {
        Tensor first = y.inputs().get(0);
        Tensor x = y.inputs().get(1);
        boolean product = !get(y, Scans.REVERSE)
                && first.op().type() == Comparisons.WHERE
                && first.inputs().get(1).equals(x);
        return product ? Expression.function("Scans.cumprod", List.of(x), "" + get(y, Scans.AXIS)) : none();
    }

    private static void shaping() {
        RULES.put(Shaping.RESHAPE, y -> Expression.method("reshape", y.inputs(), Literals.ints(get(y, Shaping.DIMS))));
        RULES.put(
                Shaping.TRANSPOSE,
                y -> Expression.method("transpose", y.inputs(), Literals.ints(get(y, Shaping.PERMUTATION))));
        RULES.put(Shaping.EXPAND_DIMS, y -> Expression.method("expandDims", y.inputs(), "" + get(y, Shaping.AXIS)));
        RULES.put(Shaping.SQUEEZE, y -> Expression.method("squeeze", y.inputs(), Literals.ints(get(y, Shaping.AXES))));
        RULES.put(
                Shaping.BROADCAST_TO,
                y -> Expression.function("Shaping.broadcastTo", y.inputs(), Literals.ints(get(y, Shaping.DIMS))));
        RULES.put(Shaping.CAST, y -> Expression.method("cast", y.inputs(), Literals.dtype(get(y, Shaping.DTYPE))));
        methods(Shaping.STOP_GRADIENT);
        RULES.put(Attachments.ATTACHED, y -> Expression.of("$0", y.inputs().get(0)));
        RULES.put(
                Arrangement.TILE,
                y -> Expression.function("Arrangement.tile", y.inputs(), Literals.ints(get(y, Arrangement.REPEATS))));
        RULES.put(
                Arrangement.PAD,
                y -> Expression.function(
                        "Arrangement.pad",
                        y.inputs(),
                        Literals.intArray(get(y, Arrangement.BEFORE)),
                        Literals.intArray(get(y, Arrangement.AFTER)),
                        Literals.number(get(y, Arrangement.VALUE))));
        RULES.put(
                Arrangement.PAD_MODE,
                y -> Expression.function(
                        "Arrangement.pad",
                        y.inputs(),
                        Literals.intArray(get(y, Arrangement.BEFORE)),
                        Literals.intArray(get(y, Arrangement.AFTER)),
                        "PadMode." + get(y, Arrangement.MODE)));
        RULES.put(
                Arrangement.FLIP,
                y -> Expression.function("Arrangement.flip", y.inputs(), "" + get(y, Arrangement.AXIS)));
        RULES.put(
                Triangles.TRIL,
                y -> Expression.function("Triangles.tril", y.inputs(), "" + get(y, Triangles.DIAGONAL)));
        RULES.put(
                Triangles.TRIU,
                y -> Expression.function("Triangles.triu", y.inputs(), "" + get(y, Triangles.DIAGONAL)));
    }

    private static void indexing() {
        RULES.put(LinearAlgebra.MATMUL, y -> {
            boolean a = get(y, LinearAlgebra.TRANSPOSE_A);
            boolean b = get(y, LinearAlgebra.TRANSPOSE_B);
            return a || b
                    ? Expression.function("LinearAlgebra.matmul", y.inputs(), "" + a, "" + b)
                    : Expression.method("matmul", y.inputs());
        });
        RULES.put(Einsum.CONTRACT, y -> {
            String subscripts = Literals.text(letters(get(y, Einsum.SUBSCRIPTS)));
            return Expression.of(
                    "Einsum.einsum(" + subscripts + ", $0, $1)", y.inputs().toArray(Tensor[]::new));
        });
        RULES.put(
                Indexing.SLICE,
                y -> Expression.function(
                        "Indexing.slice",
                        y.inputs(),
                        Literals.intArray(get(y, Indexing.STARTS)),
                        Literals.intArray(get(y, Indexing.SIZES))));
        RULES.put(Indexing.CONCAT, y -> {
            StringBuilder text = new StringBuilder("Indexing.concat(" + get(y, Indexing.AXIS));
            for (int i = 0; i < y.inputs().size(); i++) {
                text.append(", $").append(i);
            }
            return new Expression(text + ")", y.inputs());
        });
        RULES.put(Indexing.GATHER, y -> Expression.function("Indexing.gather", y.inputs(), "" + get(y, Indexing.AXIS)));
        RULES.put(
                Indexing.ONE_HOT,
                y -> Expression.function(
                        "Indexing.oneHot",
                        y.inputs(),
                        "" + get(y, Indexing.CLASSES),
                        Literals.dtype(get(y, Indexing.DTYPE))));
        functions("Recurrence", Recurrence.STEP_NUMBERS);
        RULES.put(
                Recurrence.ZERO_STATE,
                y -> Expression.function("Recurrence.zeroState", y.inputs(), "" + get(y, Recurrence.UNITS)));
        RULES.put(Tensors.RANDOM_UNIFORM, y -> Expression.function("Tensors.randomUniformLike", y.inputs()));
    }

    /** Returns subscripts with letters for the digits by which the axes of an ellipsis are known. */
    private static String letters(String subscripts) {
        StringBuilder text = new StringBuilder(subscripts);
        for (int i = 0; i < text.length(); i++) {
            char label = text.charAt(i);
            if (Character.isDigit(label)) {
                char letter = 'A';
                while (text.indexOf(String.valueOf(letter)) >= 0) {
                    letter++;
                }
                for (int k = i; k < text.length(); k++) {
                    if (text.charAt(k) == label) {
                        text.setCharAt(k, letter);
                    }
                }
            }
        }
        return text.toString();
    }

    private static void sorting() {
        RULES.put(
                Sorting.ARGSORT,
                y -> Expression.function(
                        "Sorting.argsort", y.inputs(), "" + get(y, Sorting.AXIS), "" + get(y, Sorting.DESCENDING)));
        RULES.put(Sorting.TAKE_ALONG, y -> {
            if (get(y, Sorting.CHECKED)) {
                return Expression.function("Sorting.takeAlong", y.inputs(), "" + get(y, Sorting.AXIS));
            }
            Tensor x = y.inputs().get(0);
            Tensor places = y.inputs().get(1);
            boolean isTop = places.op().type() == Indexing.SLICE;
            Tensor order = isTop ? places.inputs().get(0) : places;
            if (order.op().type() != Sorting.ARGSORT || !order.inputs().get(0).equals(x)) {
                return none();
            }
            int axis = get(y, Sorting.AXIS);
            return isTop
                    ? Expression.function(
                            "Sorting.topK", List.of(x), "" + places.shape().dim(axis), "" + axis)
                    : Expression.function("Sorting.sort", List.of(x), "" + axis, "" + get(order, Sorting.DESCENDING));
        });
    }
}
