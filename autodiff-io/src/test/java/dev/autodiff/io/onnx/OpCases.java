package dev.autodiff.io.onnx;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Einsum;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.PadMode;
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
import dev.autodiff.nn.layer.Dropout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A table of functions, each with random operands; together with their gradients they have all operations. */
public final class OpCases {
    /**
     * Inputs and a function of them.
     *
     * @param open whether the function can be written for operands of unknown dimensions
     */
    public record Case(Function<List<Tensor>, Tensor> function, boolean open, NDArray... inputs) {}

    public interface Row {
        Case draw(Draws draw);
    }

    public static final Map<String, Row> ROWS = new LinkedHashMap<>();

    private OpCases() {}

    static {
        elementwise();
        reductions();
        shaping();
        indexing();
        others();
    }

    private static void row(String name, Row row) {
        ROWS.put(name, row);
    }

    private static void unary(String name, double low, double high, UnaryOperator<Tensor> function) {
        row(name, draw -> new Case(in -> function.apply(in.get(0)), true, draw.floats(low, high, draw.dims(0, 3))));
    }

    private static void binary(String name, BinaryOperator<Tensor> function) {
        row(name, draw -> {
            int[] dims = draw.dims(0, 3);
            NDArray wide = draw.floats(0.3, 2, dims);
            NDArray narrow = draw.floats(0.3, 2, draw.broadcastable(dims));
            boolean swap = draw.chance();
            return new Case(
                    in -> function.apply(in.get(0), in.get(1)), true, swap ? narrow : wide, swap ? wide : narrow);
        });
    }

    private static void integers(String name, BinaryOperator<Tensor> function) {
        row(name, draw -> {
            int[] dims = draw.dims(0, 2);
            return new Case(
                    in -> function.apply(in.get(0).sub(3), in.get(1).add(1)),
                    true,
                    draw.ints(9, dims),
                    draw.ints(4, dims));
        });
    }

    private static void elementwise() {
        binary("add", Arithmetic::add);
        binary("sub", Arithmetic::sub);
        binary("mul", Arithmetic::mul);
        binary("div", Arithmetic::div);
        binary("pow", Arithmetic::pow);
        binary(
                "remainder",
                (a, b) -> Arithmetic.remainder(
                        a.mul(0.3).sub(0.1), b.mul(0.1).add(2).neg()));
        integers("integer remainder", (a, b) -> Arithmetic.remainder(a, b.add(1)));
        binary("atan2", (a, b) -> Trigonometry.atan2(a.sub(1.2), b.mul(0.9).sub(1)));
        binary("minimum", Arithmetic::minimum);
        binary("maximum", Arithmetic::maximum);
        integers(
                "integer arithmetic",
                (a, b) -> a.mul(b).div(b.sub(a.neg().abs().add(9))).add(Arithmetic.sign(a)));
        integers("integer comparisons", (a, b) -> Comparisons.where(a.greater(b), a.relu(), Arithmetic.maximum(a, b)));
        unary("neg", -2, 2, Arithmetic::neg);
        unary("abs", -2, 2, Arithmetic::abs);
        unary("sign", -2, 2, Arithmetic::sign);
        unary("square", -2, 2, Arithmetic::square);
        unary("sqrt", 0.3, 3, Arithmetic::sqrt);
        unary("cbrt", -3, -0.3, Arithmetic::cbrt);
        unary("exp", -2, 2, Arithmetic::exp);
        unary("expm1", -2, 2, Arithmetic::expm1);
        unary("expm1 near 0", -1e-3, 1e-3, x -> Arithmetic.expm1(x).mul(1000));
        unary("log", 0.3, 3, Arithmetic::log);
        unary("log1p", -0.9, 3, Arithmetic::log1p);
        unary("log1p near 0", -1e-3, 1e-3, x -> Arithmetic.log1p(x).mul(1000));
        unary("erf", -2, 2, Arithmetic::erf);
        unary("gaussian", -2, 2, Arithmetic::gaussian);
        unary("normalCdf", -2, 2, Arithmetic::normalCdf);
        unary("clip", -2, 2, x -> Arithmetic.clip(x, -0.7, 1.1));
        unary("floor", -3, 3, Rounding::floor);
        unary("ceil", -3, 3, Rounding::ceil);
        unary("round", -3, 3, x -> Rounding.round(x.mul(2)).div(2));
        unary("sin", -4, 4, Trigonometry::sin);
        unary("cos", -4, 4, Trigonometry::cos);
        unary("tan", -1, 1, Trigonometry::tan);
        unary("asin", -0.8, 0.8, Trigonometry::asin);
        unary("acos", -0.8, 0.8, Trigonometry::acos);
        unary("atan", -3, 3, Trigonometry::atan);
        unary("sinh", -2, 2, Trigonometry::sinh);
        unary("cosh", -2, 2, Trigonometry::cosh);
        unary("asinh", -3, 3, Trigonometry::asinh);
        unary("acosh", 1.3, 3, Trigonometry::acosh);
        unary("atanh", -0.8, 0.8, Trigonometry::atanh);
        unary("relu", -2, 2, Activations::relu);
        unary("leakyRelu", -2, 2, x -> Activations.leakyRelu(x, 0.2));
        unary("elu", -2, 2, x -> Activations.elu(x, 1.3));
        unary("sigmoid", -3, 3, Activations::sigmoid);
        unary("tanh", -3, 3, Activations::tanh);
        unary("softplus", -3, 3, Activations::softplus);
        unary("softsign", -3, 3, Activations::softsign);
        unary("gelu", -3, 3, Activations::gelu);
        unary("geluTanh", -3, 3, Activations::geluTanh);
        unary("silu", -3, 3, Activations::silu);
        unary("mish", -3, 3, Activations::mish);
        unary("comparisons", -1, 1, x -> x.greater(0.2)
                .add(x.less(0.1).mul(2))
                .add(Comparisons.greaterEqual(x, 0.5).mul(4))
                .add(x.eq(x).mul(8))
                .add(Comparisons.ne(x, 0).mul(16)));
        row("where", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(
                    in -> Comparisons.where(in.get(0), in.get(1), in.get(2)),
                    true,
                    draw.ints(2, draw.broadcastable(dims)),
                    draw.floats(-1, 1, dims),
                    draw.floats(-1, 1, draw.broadcastable(dims)));
        });
        unary("where of a comparison", -1, 1, x -> Comparisons.where(x.greater(0), x.exp(), x.mul(0.5)));
        unary("NaN where a function is constant", -1, 1, x -> Arithmetic.clip(x.log(), 0.5, 0.6));
        unary("cast", -3, 3, x -> x.cast(DType.INT32).cast(DType.FLOAT32).add(x.stopGradient()));
    }

    private interface OverAxes {
        Tensor apply(Tensor x, boolean keepDims, int... axes);
    }

    private static void reduction(String name, OverAxes function) {
        row(name, draw -> {
            int[] dims = draw.dims(0, 4);
            int[] axes = draw.axes(dims.length);
            boolean keep = draw.chance();
            return new Case(in -> function.apply(in.get(0), keep, axes), true, draw.distinct(dims));
        });
    }

    private interface AlongAxis {
        Tensor apply(Tensor x, int axis);
    }

    private static void along(String name, boolean open, AlongAxis function) {
        row(name, draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            return new Case(in -> function.apply(in.get(0), axis), open, draw.distinct(dims));
        });
    }

    private static void reductions() {
        reduction("sum", Reductions::sum);
        reduction("mean", Reductions::mean);
        reduction("max", Reductions::max);
        reduction("min", Reductions::min);
        reduction("logSumExp", Reductions::logSumExp);
        reduction("norm", Statistics::norm);
        reduction("variance", (x, keep, axes) -> Statistics.variance(x, 0, keep, axes));
        reduction("any", Statistics::any);
        reduction("all", Statistics::all);
        reduction("prod", Scans::prod);
        reduction("count", (x, keep, axes) -> Reductions.count(x, axes));
        along("argmax", true, (x, axis) -> Reductions.argmax(x, axis).cast(DType.FLOAT32));
        along("argmin", true, (x, axis) -> Reductions.argmin(x, axis).cast(DType.FLOAT32));
        along("softmax", true, Activations::softmax);
        along("logSoftmax", true, Activations::logSoftmax);
        along("cumsum", true, Scans::cumsum);
        along("cumprod", true, Scans::cumprod);
        along("sort", true, (x, axis) -> Sorting.sort(x, axis, axis < 0));
        along("argsort", true, (x, axis) -> Sorting.argsort(x, axis, axis < 0).cast(DType.FLOAT32));
        along("topK", true, (x, axis) -> Sorting.topK(x, 1, axis));
        row("softmax cross-entropy", draw -> {
            int[] dims = draw.dims(1, 3);
            return new Case(
                    in -> CrossEntropy.softmax(in.get(0), in.get(1)),
                    true,
                    draw.floats(-2, 2, dims),
                    draw.floats(0, 1, dims));
        });
        row("sparse softmax cross-entropy", draw -> {
            int[] dims = draw.dims(1, 3);
            return new Case(
                    in -> CrossEntropy.softmax(in.get(0), in.get(1)),
                    true,
                    draw.floats(-2, 2, dims),
                    draw.ints(dims[dims.length - 1], Arrays.copyOf(dims, dims.length - 1)));
        });
        row("sigmoid cross-entropy", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(
                    in -> CrossEntropy.sigmoid(in.get(0), in.get(1)),
                    true,
                    draw.floats(-3, 3, dims),
                    draw.floats(0, 1, dims));
        });
        row("matmul", draw -> {
            boolean ta = draw.chance();
            boolean tb = draw.chance();
            int m = 1 + draw.below(3);
            int k = 1 + draw.below(3);
            int n = 1 + draw.below(3);
            int[] stack = draw.dims(0, 2);
            int[] a = draw.broadcastable(stack);
            return new Case(
                    in -> LinearAlgebra.matmul(in.get(0), in.get(1), ta, tb),
                    true,
                    draw.floats(-1, 1, joined(a, ta ? k : m, ta ? m : k)),
                    draw.floats(-1, 1, joined(stack, tb ? n : k, tb ? k : n)));
        });
        row("matmul of a stack", draw -> {
            NDArray stack = draw.floats(-1, 1, 2, 3, 4);
            return new Case(in -> in.get(0).matmul(in.get(1)), true, stack, draw.floats(-1, 1, 4, 2));
        });
        row("matmul of vectors", draw -> {
            boolean left = draw.chance();
            NDArray matrix = draw.floats(-1, 1, left ? new int[] {3, 2} : new int[] {2, 3});
            NDArray vector = draw.floats(-1, 1, 3);
            return new Case(
                    in -> left ? in.get(1).matmul(in.get(0)) : in.get(0).matmul(in.get(1)), true, matrix, vector);
        });
        row(
                "einsum",
                draw -> new Case(
                        in -> Einsum.einsum("bij,bjk->bki", in.get(0), in.get(1)),
                        true,
                        draw.floats(-1, 1, 2, 3, 4),
                        draw.floats(-1, 1, 2, 4, 2)));
        row(
                "einsum with an ellipsis",
                draw -> new Case(
                        in -> Einsum.einsum("...ij,...j->...i", in.get(0), in.get(1)),
                        true,
                        draw.floats(-1, 1, 2, 3, 4),
                        draw.floats(-1, 1, 2, 4)));
    }

    private static int[] joined(int[] first, int... more) {
        int[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static void shaping() {
        row("reshape", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(in -> Shaping.reshape(in.get(0), 1, -1), true, draw.floats(-1, 1, dims));
        });
        row("transpose", draw -> {
            int[] dims = draw.dims(1, 4);
            int[] order = draw.permutation(dims.length);
            return new Case(in -> Shaping.transpose(in.get(0), order), true, draw.floats(-1, 1, dims));
        });
        row("expandDims", draw -> {
            int[] dims = draw.dims(0, 3);
            int axis = draw.axis(dims.length + 1);
            return new Case(in -> Shaping.expandDims(in.get(0), axis), true, draw.floats(-1, 1, dims));
        });
        row("squeeze", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            dims[Math.floorMod(axis, dims.length)] = 1;
            return new Case(in -> Shaping.squeeze(in.get(0), axis), true, draw.floats(-1, 1, dims));
        });
        row("broadcastTo", draw -> {
            int[] dims = draw.dims(0, 3);
            return new Case(
                    in -> Shaping.broadcastTo(in.get(0), dims), true, draw.floats(-1, 1, draw.broadcastable(dims)));
        });
        row("tile", draw -> {
            int[] dims = draw.dims(0, 2);
            int[] repeats = draw.dims(0, 3);
            return new Case(in -> Arrangement.tile(in.get(0), repeats), dims.length < 2, draw.floats(-1, 1, dims));
        });
        row("pad", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] before = Arrays.stream(dims).map(dim -> draw.below(3)).toArray();
            int[] after = Arrays.stream(dims).map(dim -> draw.below(3)).toArray();
            return new Case(in -> Arrangement.pad(in.get(0), before, after, 1.5), true, draw.floats(-1, 1, dims));
        });
        row("pad with itself", draw -> {
            int[] dims = draw.dims(0, 2);
            int[] before = Arrays.stream(dims).map(dim -> draw.below(dim)).toArray();
            int[] after = Arrays.stream(dims).map(dim -> draw.below(dim)).toArray();
            PadMode mode = draw.chance() ? PadMode.REFLECT : PadMode.EDGE;
            return new Case(in -> Arrangement.pad(in.get(0), before, after, mode), false, draw.floats(-1, 1, dims));
        });
        along("flip", true, (x, axis) -> Arrangement.flip(x, axis));
        row(
                "tril",
                draw -> new Case(
                        in -> Triangles.tril(in.get(0), draw.below(3) - 1), true, draw.floats(-1, 1, draw.dims(2, 3))));
        row(
                "triu",
                draw -> new Case(
                        in -> Triangles.triu(in.get(0), draw.below(3) - 1), true, draw.floats(-1, 1, draw.dims(2, 3))));
        row(
                "triu of integers",
                draw -> new Case(
                        in -> Triangles.triu(in.get(0), 1).cast(DType.FLOAT32), true, draw.ints(9, draw.dims(2, 3))));
    }

    private static void indexing() {
        row("slice", draw -> {
            int[] dims = draw.dims(0, 3);
            int[] starts = Arrays.stream(dims).map(draw::below).toArray();
            int[] sizes = new int[dims.length];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = draw.chance() ? -1 : draw.below(dims[i] - starts[i] + 1);
            }
            return new Case(in -> Indexing.slice(in.get(0), starts, sizes), true, draw.floats(-1, 1, dims));
        });
        row("concat", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            NDArray[] parts = new NDArray[1 + draw.below(3)];
            for (int i = 0; i < parts.length; i++) {
                int[] part = dims.clone();
                part[Math.floorMod(axis, dims.length)] = 1 + draw.below(3);
                parts[i] = draw.floats(-1, 1, part);
            }
            // squares, so that the gradient of the gradient has the parts too
            return new Case(
                    in -> Indexing.concat(axis, in.toArray(Tensor[]::new)).square(), true, parts);
        });
        row("gather", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            return new Case(
                    in -> Indexing.gather(in.get(0), in.get(1), axis).square(),
                    true,
                    draw.floats(-1, 1, dims),
                    draw.ints(dims[Math.floorMod(axis, dims.length)], draw.dims(0, 2)));
        });
        row("takeAlong", draw -> {
            int[] dims = draw.dims(1, 3);
            int axis = draw.axis(dims.length);
            int along = Math.floorMod(axis, dims.length);
            int[] taken = dims.clone();
            taken[along] = 1 + draw.below(4);
            return new Case(
                    in -> Sorting.takeAlong(in.get(0), in.get(1), axis).square(),
                    true,
                    draw.floats(-1, 1, dims),
                    draw.ints(dims[along], taken));
        });
        row(
                "oneHot",
                draw -> new Case(
                        in -> in.get(0)
                                .oneHot(4)
                                .cast(draw.chance() ? DType.FLOAT64 : DType.FLOAT32)
                                .cast(DType.FLOAT32),
                        true,
                        draw.ints(4, draw.dims(0, 2))));
        row(
                "oneHot of integers",
                draw -> new Case(
                        in -> Indexing.oneHot(in.get(0), 4, DType.INT32).cast(DType.FLOAT32),
                        true,
                        draw.ints(4, draw.dims(0, 2))));
    }

    private static void others() {
        binary(
                "losses of regressions",
                (a, b) -> Losses.meanSquaredError(a.add(b), b.add(a).square()));
        unary("attachments", -1, 1, x -> Attachments.attach(x, List.of(), List.of(x.sum()))
                .mul(2));
        recurrences();
        row(
                "dropout that keeps all",
                draw -> new Case(
                        in -> Dropout.keep(in.get(0), in.get(1)),
                        true,
                        draw.floats(-1, 1, draw.dims(0, 2)),
                        NDArray.scalar(1f)));
        row(
                "parts of a second derivative",
                draw -> new Case(
                        in -> {
                            Tensor y = Indexing.concat(0, in.get(0), in.get(1))
                                    .pow(3)
                                    .sum();
                            Tensor first = Tensors.gradients(y, in.get(0)).get(0);
                            return Indexing.slice(first, new int[] {1}, new int[] {-1})
                                    .square();
                        },
                        true,
                        draw.floats(0.5, 1, 3),
                        draw.floats(0.5, 1, 2)));
    }

    private static void recurrences() {
        row(
                "scan",
                draw -> new Case(
                        in -> Recurrence.scan((x, h) -> h.mul(in.get(2)).add(x).tanh(), in.get(0), in.get(1)),
                        true,
                        draw.floats(-1, 1, 3, 2),
                        draw.floats(-1, 1, 2),
                        draw.floats(0.5, 1, 2)));
        row("scan of two states", draw -> {
            boolean reverse = draw.chance();
            Recurrence.Cell cell = (now, before) -> {
                Tensor a = now.get(0).mul(before.get(1)).add(0.5);
                Tensor b = before.get(0).add(now.get(1)).sigmoid();
                return new Recurrence.Step(List.of(a.mul(b), a), List.of(a, b));
            };
            return new Case(
                    in -> {
                        Recurrence.Step all = Recurrence.scan(cell, in.subList(0, 2), in.subList(2, 4), reverse);
                        return all.outputs()
                                .get(0)
                                .sum(0)
                                .add(all.outputs().get(1).square().sum(0))
                                .add(all.states().get(1));
                    },
                    true,
                    draw.floats(-1, 1, 4, 3),
                    draw.floats(-1, 1, 4, 3),
                    draw.floats(-1, 1, 3),
                    draw.floats(-1, 1, 3));
        });
        row(
                "zeroState",
                draw -> new Case(
                        in -> Recurrence.zeroState(in.get(0), 1 + draw.below(3)).add(in.get(1)),
                        true,
                        draw.floats(-1, 1, draw.dims(2, 3)),
                        draw.floats(-1, 1)));
        row(
                "stepNumbers",
                draw -> new Case(
                        in -> Recurrence.stepNumbers(in.get(0)).mul(in.get(1)),
                        true,
                        draw.floats(-1, 1, draw.dims(1, 3)),
                        draw.floats(-1, 1)));
    }
}
