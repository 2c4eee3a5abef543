package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Einsum;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Statistics;
import dev.autodiff.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reductions, what goes along an axis, and products of matrices. */
final class ReductionLoads {
    private ReductionLoads() {}

    private interface OverAxes {
        Tensor apply(Tensor x, boolean keepDims, int... axes);
    }

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("ReduceSum", over(Reductions::sum));
        rules.put("ReduceMean", over(ReductionLoads::mean));
        rules.put("ReduceMax", over(ReductionLoads::largest));
        rules.put(
                "ReduceMin",
                over((x, keep, axes) ->
                        x.dtype().isFloating() ? largest(x.neg(), keep, axes).neg() : Reductions.min(x, keep, axes)));
        rules.put("ReduceProd", over(Scans::prod));
        rules.put("ReduceL1", over((x, keep, axes) -> Reductions.sum(x.abs(), keep, axes)));
        rules.put("ReduceL2", over(Statistics::norm));
        rules.put("ReduceLogSum", over((x, keep, axes) -> Reductions.sum(x, keep, axes)
                .log()));
        rules.put("ReduceLogSumExp", over(Reductions::logSumExp));
        rules.put("ReduceSumSquare", over((x, keep, axes) -> Reductions.sum(x.square(), keep, axes)));
        rules.put("ArgMax", LoadRule.one(n -> position(n, true)));
        rules.put("ArgMin", LoadRule.one(n -> position(n, false)));
        rules.put("Softmax", LoadRule.one(n -> Activations.softmax(n.in(0), n.whole("axis", -1))));
        rules.put("LogSoftmax", LoadRule.one(n -> Activations.logSoftmax(n.in(0), n.whole("axis", -1))));
        rules.put("Hardmax", LoadRule.one(ReductionLoads::hardmax));
        rules.put("CumSum", LoadRule.one(ReductionLoads::cumSum));
        rules.put("CumProd", LoadRule.one(ReductionLoads::cumProd));
        rules.put("TopK", ReductionLoads::topK);
        rules.put("MatMul", LoadRule.binary(LinearAlgebra::matmul));
        rules.put("Gemm", LoadRule.one(ReductionLoads::gemm));
        rules.put("Einsum", LoadRule.one(n -> {
            Tensor[] operands = new Tensor[n.items().size()];
            for (int i = 0; i < operands.length; i++) {
                operands[i] = n.in(i);
            }
            return Einsum.einsum(n.text("equation", "").replace(" ", ""), operands);
        }));
    }

    private static Tensor mean(Tensor x, boolean keepDims, int... axes) {
        return x.dtype().isFloating()
                ? Reductions.mean(x, keepDims, axes)
                : Reductions.mean(x.cast(DType.FLOAT64), keepDims, axes).cast(DType.INT32);
    }

    /** Returns the largest elements; of none, minus infinity. */
    private static Tensor largest(Tensor x, boolean keepDims, int... axes) {
        Tensor sum = Reductions.sum(x, keepDims, axes);
        boolean none =
                x.dtype().isFloating() && x.shape().isKnown() && x.shape().size() == 0;
        return none && sum.shape().size() > 0 ? sum.add(Double.NEGATIVE_INFINITY) : Reductions.max(x, keepDims, axes);
    }

    private static LoadRule over(OverAxes function) {
        return LoadRule.one(n -> {
            int[] axes = n.axes(1).orElse(new int[0]);
            if (axes.length == 0 && n.flag("noop_with_empty_axes", false)) {
                return noAxes(function, n.in(0));
            }
            return function.apply(n.in(0), n.flag("keepdims", true), axes);
        });
    }

    /** Reduces over no axis, which is over one of length 1. */
    private static Tensor noAxes(OverAxes function, Tensor x) {
        return function.apply(x.expandDims(0), false, 0);
    }

    private static Tensor position(LoadNode n, boolean largest) {
        Tensor x = n.in(0);
        int axis = n.axis(n.whole("axis", 0));
        boolean keep = n.flag("keepdims", true);
        boolean last = n.flag("select_last_index", false);
        Tensor searched = last ? Arrangement.flip(x, axis) : x;
        Tensor found = largest ? Reductions.argmax(searched, keep, axis) : Reductions.argmin(searched, keep, axis);
        if (!last) {
            return found;
        }
        int length = x.shape().dim(axis);
        if (length == Shape.UNKNOWN) {
            throw new CannotLoad("counts from the end along an axis whose length is open");
        }
        return found.neg().add(length - 1);
    }

    private static Tensor hardmax(LoadNode n) {
        Tensor x = n.in(0);
        int axis = n.axis(n.whole("axis", -1));
        int length = x.shape().dim(axis);
        if (length == Shape.UNKNOWN) {
            throw new CannotLoad("goes along an axis whose length is open");
        }
        Tensor rows = Reductions.argmax(x, axis).oneHot(length).cast(x.dtype());
        return NormLoads.lastTo(rows, axis);
    }

    private static Tensor cumSum(LoadNode n) {
        Tensor x = n.in(0);
        int axis = n.axis(n.ints(1)[0]);
        boolean reverse = n.flag("reverse", false);
        Tensor turned = reverse ? Arrangement.flip(x, axis) : x;
        Tensor sums = Scans.cumsum(turned, axis);
        Tensor result = n.flag("exclusive", false) ? sums.sub(turned) : sums;
        return reverse ? Arrangement.flip(result, axis) : result;
    }

    private static Tensor cumProd(LoadNode n) {
        Tensor x = n.in(0);
        int axis = n.axis(n.ints(1)[0]);
        boolean reverse = n.flag("reverse", false);
        Tensor turned = reverse ? Arrangement.flip(x, axis) : x;
        Tensor products = Scans.cumprod(turned, axis);
        if (n.flag("exclusive", false)) {
            int length = x.shape().dim(axis);
            if (length == Shape.UNKNOWN) {
                throw new CannotLoad("leaves the last element out along an axis whose length is open");
            }
            int[] before = new int[n.rank(0)];
            before[axis] = 1;
            int[] sizes = new int[n.rank(0)];
            Arrays.fill(sizes, -1);
            sizes[axis] = length;
            Tensor moved = Arrangement.pad(products, before, new int[n.rank(0)], 1);
            products = Indexing.slice(moved, new int[n.rank(0)], sizes);
        }
        return reverse ? Arrangement.flip(products, axis) : products;
    }

    private static List<Item> topK(LoadNode n) {
        Tensor x = n.in(0);
        int axis = n.axis(n.whole("axis", -1));
        Longs count = n.longs(1);
        boolean all = count.isOpen(0) && count.values()[0] == 1 && x.shape().dim(axis) == Shape.UNKNOWN;
        if (all && x.shape().rank() > 0) { // the same open dimension
            Tensor order = Sorting.argsort(x, axis, n.flag("largest", true));
            return List.of(Item.of(Sorting.takeAlong(x, order, axis)), Item.of(order));
        }
        int k = count.ints()[0];
        Tensor searched = n.flag("largest", true) ? x : x.neg();
        Tensor values = Sorting.topK(searched, k, axis);
        return List.of(
                Item.of(n.flag("largest", true) ? values : values.neg()), Item.of(Sorting.argTopK(searched, k, axis)));
    }

    private static Tensor gemm(LoadNode n) {
        Tensor product = LinearAlgebra.matmul(n.in(0), n.in(1), n.flag("transA", false), n.flag("transB", false));
        double alpha = n.number("alpha", 1);
        double beta = n.number("beta", 1);
        Tensor scaled = alpha == 1 ? product : product.mul(alpha);
        if (!n.has(2) || beta == 0) {
            return scaled;
        }
        return scaled.add(beta == 1 ? n.in(2) : n.in(2).mul(beta));
    }
}
