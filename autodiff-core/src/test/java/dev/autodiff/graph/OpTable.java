package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The gradient-check table. For every public function that makes a tensor from tensors, a row draws inputs and calls
 * it. Rows are named {@code Class.method}, and {@code Class.method/n} for the overload with n parameters.
 */
public final class OpTable {
    /** Inputs and a function of them. */
    public record Case(Function<List<Tensor>, Tensor> function, NDArray... inputs) {}

    /** A source of cases. */
    public interface Row {
        Case draw(Draw draw);
    }

    /** Functions whose result does not change with its operands, or only in steps. */
    static final List<String> NOT_DIFFERENTIABLE = List.of(
            "Arithmetic.sign",
            "Rounding.floor",
            "Rounding.ceil",
            "Rounding.round",
            "Statistics.any",
            "Statistics.all",
            "Sorting.argsort",
            "Sorting.argTopK",
            "Recurrence.stepNumbers",
            "Recurrence.zeroState",
            "Comparisons.eq",
            "Comparisons.ne",
            "Comparisons.greater",
            "Comparisons.greaterEqual",
            "Comparisons.less",
            "Comparisons.lessEqual",
            "Reductions.argmax",
            "Reductions.count",
            "Reductions.argmin",
            "Indexing.oneHot",
            "Shaping.stopGradient",
            "Tensors.assign",
            "Tensors.zerosLike",
            "Tensors.onesLike",
            "Tensors.randomNormalLike",
            "Tensors.randomUniformLike");

    public static final Map<String, Row> ROWS = new LinkedHashMap<>();

    private OpTable() {}

    static {
        arithmetic();
        trigonometry();
        activations();
        reductions();
        products();
        shaping();
        indexing();
        crossEntropies();
        FunctionTable.addTo(ROWS);
        ImageTable.addTo(ROWS);
        AttentionTable.addTo(ROWS);
    }

    private static void unary(String name, double low, double high, UnaryOperator<Tensor> function) {
        ROWS.put(name, draw -> new Case(in -> function.apply(in.get(0)), draw.values(low, high, draw.dims(0, 3))));
    }

    /** For functions with kinks, at 0 or where elements are equal. */
    private static void bent(String name, UnaryOperator<Tensor> function) {
        ROWS.put(name, draw -> new Case(in -> function.apply(in.get(0)), draw.distinct(draw.dims(0, 3))));
    }

    private interface Parametric {
        Tensor apply(Tensor x, double parameter);
    }

    /** For functions with kinks and a number, which is from 0.7 to 1. */
    private static void parametric(String name, Parametric function) {
        ROWS.put(name, draw -> {
            NDArray x = draw.distinct(draw.dims(0, 3));
            double parameter = 0.7 + 0.1 * draw.below(4);
            return new Case(in -> function.apply(in.get(0), parameter), x);
        });
    }

    private static void binary(String name, BinaryOperator<Tensor> function) {
        ROWS.put(name, draw -> {
            int[] dims = draw.dims(0, 3);
            boolean swap = draw.chance(0.5);
            NDArray wide = draw.positive(dims);
            NDArray narrow = draw.positive(draw.broadcastable(dims));
            return new Case(in -> function.apply(in.get(0), in.get(1)), swap ? narrow : wide, swap ? wide : narrow);
        });
    }

    private static void arithmetic() {
        binary("Arithmetic.add", Arithmetic::add);
        binary("Arithmetic.sub", Arithmetic::sub);
        binary("Arithmetic.mul", Arithmetic::mul);
        binary("Arithmetic.div", Arithmetic::div);
        binary("Arithmetic.pow", Arithmetic::pow);
        // away from the steps of the quotient
        binary(
                "Arithmetic.remainder",
                (a, b) -> Arithmetic.remainder(a.mul(0.3).add(0.1), b.mul(0.1).add(2)));
        binary("Arithmetic.minimum", (a, b) -> Arithmetic.minimum(a, b.mul(0.9).add(0.01)));
        binary("Arithmetic.maximum", (a, b) -> Arithmetic.maximum(a, b.mul(0.9).add(0.01)));
        unary("Arithmetic.neg", -2, 2, Arithmetic::neg);
        unary("Arithmetic.square", -2, 2, Arithmetic::square);
        unary("Arithmetic.sqrt", 0.3, 3, Arithmetic::sqrt);
        bent("Arithmetic.cbrt", Arithmetic::cbrt);
        unary("Arithmetic.exp", -2, 2, Arithmetic::exp);
        unary("Arithmetic.expm1", -2, 2, Arithmetic::expm1);
        unary("Arithmetic.log", 0.3, 3, Arithmetic::log);
        unary("Arithmetic.log1p", -0.5, 3, Arithmetic::log1p);
        unary("Arithmetic.erf", -2, 2, Arithmetic::erf);
        unary("Arithmetic.normalCdf", -2, 2, Arithmetic::normalCdf);
        unary("Arithmetic.gaussian", -2, 2, Arithmetic::gaussian);
        bent("Arithmetic.abs", Arithmetic::abs);
        parametric("Arithmetic.clip", (x, c) -> Arithmetic.clip(x, -0.311 * c, 0.713));
        ROWS.put("Comparisons.where", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(
                    in -> Comparisons.where(in.get(0), in.get(1), in.get(2)),
                    draw.integers(2, draw.broadcastable(dims)),
                    draw.real(dims),
                    draw.real(draw.broadcastable(dims)));
        });
    }

    private static void trigonometry() {
        unary("Trigonometry.sin", -4, 4, Trigonometry::sin);
        unary("Trigonometry.cos", -4, 4, Trigonometry::cos);
        unary("Trigonometry.tan", -1, 1, Trigonometry::tan);
        unary("Trigonometry.asin", -0.8, 0.8, Trigonometry::asin);
        unary("Trigonometry.acos", -0.8, 0.8, Trigonometry::acos);
        unary("Trigonometry.atan", -3, 3, Trigonometry::atan);
        binary(
                "Trigonometry.atan2",
                (a, b) -> Trigonometry.atan2(a.sub(1.2), b.mul(0.9).add(-2)));
        unary("Trigonometry.sinh", -2, 2, Trigonometry::sinh);
        unary("Trigonometry.cosh", -2, 2, Trigonometry::cosh);
        unary("Trigonometry.asinh", -3, 3, Trigonometry::asinh);
        unary("Trigonometry.acosh", 1.3, 3, Trigonometry::acosh);
        unary("Trigonometry.atanh", -0.8, 0.8, Trigonometry::atanh);
    }

    private static void activations() {
        bent("Activations.softsign", Activations::softsign);
        bent("Activations.relu", Activations::relu);
        parametric("Activations.leakyRelu", (x, c) -> Activations.leakyRelu(x, 0.1 * c));
        parametric("Activations.elu", (x, c) -> Activations.elu(x, 1.5 * c));
        unary("Activations.sigmoid", -2, 2, Activations::sigmoid);
        unary("Activations.tanh", -2, 2, Activations::tanh);
        unary("Activations.softplus", -2, 2, Activations::softplus);
        unary("Activations.gelu", -2, 2, Activations::gelu);
        unary("Activations.geluTanh", -2, 2, Activations::geluTanh);
        unary("Activations.silu", -2, 2, Activations::silu);
        bent("Activations.selu", Activations::selu);
        unary("Activations.mish", -2, 2, Activations::mish);
        alongAxis("Activations.softmax", Activations::softmax);
        alongAxis("Activations.logSoftmax", Activations::logSoftmax);
    }

    private interface AlongAxis {
        Tensor apply(Tensor x, int axis);
    }

    private static void alongAxis(String name, AlongAxis function) {
        ROWS.put(name, draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            dims[Math.floorMod(axis, dims.length)] = 2 + draw.below(3); // over one element it is constant
            return new Case(in -> function.apply(in.get(0), axis), draw.real(dims));
        });
    }

    private interface OverAxes {
        Tensor apply(Tensor x, boolean keepDims, int... axes);
    }

    private static void reduction(String name, OverAxes function) {
        ROWS.put(name, draw -> {
            int[] dims = draw.dims(0, 4);
            int[] axes = draw.axes(dims.length);
            boolean keep = draw.chance(0.5);
            return new Case(in -> function.apply(in.get(0), keep, axes), draw.distinct(dims));
        });
    }

    /** For reductions that need an element at least. */
    private static void extremum(String name, OverAxes function) {
        ROWS.put(name, draw -> {
            int[] dims = draw.dims(0, 4);
            int[] axes = draw.axes(dims.length);
            boolean keep = draw.chance(0.5);
            for (int axis : Checks.axes(Shape.of(dims), axes)) {
                dims[axis] = Math.max(1, dims[axis]);
            }
            return new Case(in -> function.apply(in.get(0), keep, axes), draw.distinct(dims));
        });
    }

    private static void reductions() {
        reduction("Reductions.sum", Reductions::sum);
        reduction("Reductions.mean", Reductions::mean);
        extremum("Reductions.max", Reductions::max);
        extremum("Reductions.min", Reductions::min);
        reduction("Reductions.logSumExp", Reductions::logSumExp);
        unary("Reductions.l2Loss", -2, 2, Reductions::l2Loss);
    }

    private static void products() {
        ROWS.put("LinearAlgebra.matmul/2", draw -> {
            int k = draw.dim();
            boolean row = draw.chance(0.2);
            boolean column = draw.chance(0.2);
            int[] stack = row || column ? new int[0] : draw.dims(0, 2);
            NDArray a = draw.real(row ? new int[] {k} : join(stack, draw.dim(), k));
            NDArray b = draw.real(column ? new int[] {k} : join(draw.broadcastable(stack), k, draw.dim()));
            return new Case(in -> LinearAlgebra.matmul(in.get(0), in.get(1)), a, b);
        });
        ROWS.put("LinearAlgebra.matmul/4", draw -> {
            int m = draw.dim();
            int k = draw.dim();
            int n = draw.dim();
            boolean ta = draw.chance(0.5);
            boolean tb = draw.chance(0.5);
            int[] stack = draw.dims(0, 2);
            boolean one = draw.chance(0.4); // matrix on the right, for all of a stack
            int[] left = one ? stack : draw.broadcastable(stack);
            int[] right = one ? new int[0] : stack;
            NDArray a = draw.real(ta ? join(left, k, m) : join(left, m, k));
            NDArray b = draw.real(tb ? join(right, n, k) : join(right, k, n));
            return new Case(in -> LinearAlgebra.matmul(in.get(0), in.get(1), ta, tb), a, b);
        });
    }

    static int[] join(int[] first, int... more) {
        int[] joined = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, joined, first.length, more.length);
        return joined;
    }

    private static void shaping() {
        ROWS.put("Shaping.reshape", draw -> {
            int[] dims = draw.dims(0, 3);
            int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            int[] target = draw.chance(0.5) && size > 0 ? new int[] {1, -1} : new int[] {size, 1};
            return new Case(in -> Shaping.reshape(in.get(0), target), draw.real(dims));
        });
        ROWS.put(
                "Shaping.transpose/1",
                draw -> new Case(in -> Shaping.transpose(in.get(0)), draw.real(draw.dims(2, 4))));
        ROWS.put("Shaping.transpose/2", draw -> {
            int[] dims = draw.dims(1, 4);
            int[] order = draw.permutation(dims.length);
            return new Case(in -> Shaping.transpose(in.get(0), order), draw.real(dims));
        });
        ROWS.put("Shaping.expandDims", draw -> {
            int[] dims = draw.dims(0, 3);
            int axis = draw.axis(dims.length + 1);
            return new Case(in -> Shaping.expandDims(in.get(0), axis), draw.real(dims));
        });
        ROWS.put("Shaping.squeeze", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            dims[Math.floorMod(axis, dims.length)] = 1;
            boolean all = draw.chance(0.3);
            return new Case(in -> all ? Shaping.squeeze(in.get(0)) : Shaping.squeeze(in.get(0), axis), draw.real(dims));
        });
        ROWS.put("Shaping.broadcastTo", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(in -> Shaping.broadcastTo(in.get(0), dims), draw.real(draw.broadcastable(dims)));
        });
        ROWS.put(
                "Shaping.cast",
                draw -> new Case(
                        in -> in.get(0).add(Shaping.cast(in.get(1), DType.FLOAT64)),
                        draw.real(draw.dims(0, 3)),
                        draw.integers(3)));
    }

    private static void indexing() {
        ROWS.put("Indexing.slice", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] starts = Arrays.stream(dims).map(dim -> draw.below(dim + 1)).toArray();
            int[] sizes = new int[dims.length];
            for (int i = 0; i < sizes.length; i++) {
                starts[i] = dims[i] > 0 && draw.chance(0.8) ? Math.min(starts[i], dims[i] - 1) : starts[i];
                sizes[i] = draw.chance(0.4) ? -1 : draw.below(dims[i] - starts[i] + 1);
            }
            return new Case(in -> Indexing.slice(in.get(0), starts, sizes), draw.real(dims));
        });
        ROWS.put("Indexing.concat", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            NDArray[] parts = new NDArray[1 + draw.below(3)];
            for (int i = 0; i < parts.length; i++) {
                int[] part = dims.clone();
                part[Math.floorMod(axis, dims.length)] = draw.dim();
                parts[i] = draw.real(part);
            }
            return new Case(in -> Indexing.concat(axis, in.toArray(Tensor[]::new)), parts);
        });
        ROWS.put("Indexing.stack", draw -> {
            int[] dims = draw.dims(0, 2);
            int axis = draw.axis(dims.length + 1);
            return new Case(in -> Indexing.stack(axis, in.toArray(Tensor[]::new)), draw.real(dims), draw.real(dims));
        });
        ROWS.put("Indexing.gather", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            int length = draw.length();
            dims[Math.floorMod(axis, dims.length)] = length;
            return new Case(
                    in -> Indexing.gather(in.get(0), in.get(1), axis),
                    draw.real(dims),
                    draw.integers(length, draw.dims(0, 2)));
        });
        ROWS.put("Indexing.addAt", draw -> {
            int[] dims = draw.dims(1, 2);
            int axis = draw.axis(dims.length);
            int length = draw.length();
            dims[Math.floorMod(axis, dims.length)] = length;
            int[] updates = dims.clone();
            updates[Math.floorMod(axis, dims.length)] = 1 + draw.below(4);
            return new Case(
                    in -> Indexing.addAt(in.get(0), in.get(1), in.get(2), axis),
                    draw.real(dims),
                    draw.integers(length, updates[Math.floorMod(axis, dims.length)]),
                    draw.real(updates));
        });
    }

    private static void crossEntropies() {
        ROWS.put("CrossEntropy.softmax", draw -> {
            int[] rows = draw.dims(0, 2);
            int classes = 2 + draw.below(3);
            NDArray logits = draw.real(join(rows, classes));
            NDArray labels =
                    draw.chance(0.5) ? draw.integers(classes, rows) : draw.values(0.1, 0.9, join(rows, classes));
            if (labels.dtype() == DType.INT32) {
                return new Case(in -> CrossEntropy.softmax(in.get(0), in.get(1)), logits, labels);
            }
            // to vary each label, they do not sum to 1, of which the function would warn
            return new Case(in -> CrossEntropy.SOFTMAX.apply(in.get(0), in.get(1)), logits, labels);
        });
        ROWS.put("CrossEntropy.sigmoid", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(
                    in -> CrossEntropy.sigmoid(in.get(0), in.get(1)), draw.distinct(dims), draw.values(0, 1, dims));
        });
    }
}
