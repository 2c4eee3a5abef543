package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Parts of tensors by their places. */
final class IndexLoads {
    private IndexLoads() {}

    static void addTo(Map<String, LoadRule> rules) {
        rules.put("Slice", LoadRule.one(IndexLoads::slice));
        rules.put("Gather", LoadRule.one(n -> {
            int axis = n.axis(n.whole("axis", 0));
            return Indexing.gather(n.in(0), places(n, axis), axis);
        }));
        rules.put("GatherElements", LoadRule.one(IndexLoads::gatherElements));
        rules.put("OneHot", LoadRule.one(IndexLoads::oneHot));
        rules.put("Range", n -> List.of(range(n)));
    }

    /** Returns the places in operand 2, in which negative ones count from the end of an axis of operand 1. */
    private static Tensor places(LoadNode n, int axis) {
        int length = n.shape(0).dim(axis);
        Longs known = n.item(1).longs().filter(Longs::isClosed).orElse(null);
        if (known != null) {
            long[] places = known.values().clone();
            for (int i = 0; i < places.length; i++) {
                if (places[i] < 0 && length == Shape.UNKNOWN) {
                    throw new CannotLoad("counts from the end of an axis whose length is open");
                }
                places[i] = places[i] < 0 ? places[i] + length : places[i];
            }
            return Tensors.constant(Longs.of(places, known.dims()).array());
        }
        Tensor places = n.in(1).cast(DType.INT32);
        return length == Shape.UNKNOWN ? places : Comparisons.where(places.less(0), places.add(length), places);
    }

    private static Tensor gatherElements(LoadNode n) {
        int axis = n.axis(n.whole("axis", 0));
        Tensor places = places(n, axis);
        if (!n.shape(0).isKnown() || !places.shape().isKnown()) {
            throw new CannotLoad("takes elements at places of an open shape: " + n.shape(0) + " at " + places.shape());
        }
        int[] dims = places.shape().dims();
        int[] from = n.shape(0).dims();
        int[] strides = new int[from.length];
        int stride = 1;
        for (int i = from.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= from[i];
        }
        NDArray base = NDArray.zeros(DType.INT32, dims);
        int[] flat = (int[]) base.storage();
        for (int i = 0; i < flat.length; i++) {
            int rest = i;
            for (int k = dims.length - 1; k >= 0; k--) {
                flat[i] += k == axis ? 0 : rest % dims[k] * strides[k];
                rest /= dims[k];
            }
        }
        Tensor all = places.mul(strides[axis]).add(Tensors.constant(base));
        return Indexing.gather(n.in(0).reshape(stride), all, 0);
    }

    /** Takes blocks where steps are 1, and single places along axes with other steps. */
    private static Tensor slice(LoadNode n) {
        int[] starts = n.ints(1);
        int[] ends = n.ints(2);
        int[] axes = n.has(3) ? n.ints(3) : Arrays.copyOf(n.allAxes(), starts.length);
        Tensor result = n.in(0);
        for (int i = 0; i < starts.length; i++) {
            int step = n.has(4) ? n.ints(4)[i] : 1;
            result = slice(result, result.shape().axis(axes[i]), starts[i], ends[i], step);
        }
        return result;
    }

    private static Tensor slice(Tensor x, int axis, int start, int end, int step) {
        int length = x.shape().dim(axis);
        int[] first = new int[x.shape().rank()];
        int[] sizes = new int[first.length];
        Arrays.fill(sizes, -1);
        if (length == Shape.UNKNOWN) {
            if (step != 1 || start < 0 || (end < 0 && end != Integer.MIN_VALUE)) {
                throw new CannotLoad("cuts an axis whose length is open, from " + start + " to " + end + " by " + step);
            }
            first[axis] = start;
            sizes[axis] = end == Integer.MAX_VALUE ? -1 : end - start;
            return start == 0 && sizes[axis] == -1 ? x : Indexing.slice(x, first, sizes);
        }
        long from = Folding.bound(start, length, step);
        long to = Folding.boundEnd(end, length, step);
        int count = (int) Math.max(0, (to - from + step - (step > 0 ? 1 : -1)) / step);
        if (step == 1) {
            first[axis] = (int) Math.min(from, length);
            sizes[axis] = count;
            return count == length ? x : Indexing.slice(x, first, sizes);
        }
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = (int) (from + (long) i * step);
        }
        return Indexing.gather(x, Tensors.constant(places), axis);
    }

    private static Tensor oneHot(LoadNode n) {
        int classes = (int) n.number(1);
        NDArray values = n.item(2)
                .array()
                .orElseThrow(() -> new CannotLoad("has values that are computed when the model is run"));
        DType dtype = n.in(2).dtype();
        Tensor labels = n.in(0).cast(DType.INT32);
        Tensor from0 = Comparisons.where(labels.less(0), labels.add(classes), labels);
        Tensor inside = Comparisons.greaterEqual(from0, 0).mul(from0.less(classes));
        Tensor rows = from0.mul(inside)
                .oneHot(classes)
                .cast(dtype)
                .mul(inside.expandDims(-1).cast(dtype));
        double off = values.at(0);
        Tensor valued = rows.mul(values.at(1) - off).add(off);
        int axis = n.whole("axis", -1);
        int rank = rows.shape().rank();
        return NormLoads.lastTo(valued, axis < 0 ? axis + rank : axis);
    }

    private static Item range(LoadNode n) {
        double start = n.number(0);
        double limit = n.number(1);
        double step = n.number(2);
        int count = Folding.checked((long) Math.max(0, Math.ceil((limit - start) / step)));
        if (n.in(0).dtype() == DType.INT32) {
            long[] values = new long[count];
            Arrays.setAll(values, i -> (long) (start + i * step));
            return Item.of(Longs.of(values, count));
        }
        double[] values = new double[count];
        Arrays.setAll(values, i -> start + i * step);
        return Item.of(Tensors.constant(NDArray.of(values).cast(n.in(0).dtype())));
    }
}
