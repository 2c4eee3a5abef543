package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

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
        rules.put("GatherND", LoadRule.one(IndexLoads::gatherBlocks));
        rules.put("Compress", LoadRule.one(IndexLoads::compress));
        rules.put("ReverseSequence", LoadRule.one(IndexLoads::reverseSequence));
        rules.put("OneHot", LoadRule.one(IndexLoads::oneHot));
        rules.put("RandomUniformLike", LoadRule.one(n -> {
            double low = n.number("low", 0);
            return Tensors.randomUniformLike(n.in(0))
                    .mul(n.number("high", 1) - low)
                    .add(low);
        }));
        rules.put("NonZero", n -> {
            throw new CannotLoad("looks for elements that are not 0 when the model is run, of which nobody knows how"
                    + " many there are");
        });
        rules.put("Range", n -> List.of(range(n)));
    }

    /** Returns the places in operand 2, in which negative ones count from the end of an axis of operand 1. */
    static Tensor places(LoadNode n, int axis) {
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
        if (places.shape().with(axis, 1).equals(n.shape(0).with(axis, 1))) {
            return Sorting.takeAlong(n.in(0), places, axis);
        }
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

    /** Takes the blocks whose places along the first axes stand along the last axis of operand 2. */
    private static Tensor gatherBlocks(LoadNode n) {
        int batch = n.whole("batch_dims", 0);
        int[] of = n.shape(1).dims();
        int[] dims = n.shape(0).dims();
        int depth = of.length == 0 ? -1 : of[of.length - 1];
        if (depth < 1 || batch < 0 || batch >= of.length || batch + depth > dims.length) {
            throw new CannotLoad("takes blocks of " + n.shape(0) + " at places of " + n.shape(1));
        }
        Tensor places = n.in(1).cast(DType.INT32);
        Tensor flat = null;
        int count = 1;
        for (int k = 0; k < batch + depth; k++) {
            if (dims[k] == Shape.UNKNOWN || (k < batch && of[k] != dims[k])) {
                throw new CannotLoad("takes blocks of " + n.shape(0) + " at places of " + n.shape(1));
            }
            Tensor own = k < batch ? along(k, of.length - 1, dims[k]) : column(places, k - batch, of.length, dims[k]);
            flat = flat == null ? own : flat.mul(dims[k]).add(own);
            count = Math.multiplyExact(count, dims[k]);
        }
        int[] rest = Arrays.copyOfRange(dims, batch + depth, dims.length);
        int[] blocks = new int[1 + rest.length];
        blocks[0] = count;
        System.arraycopy(rest, 0, blocks, 1, rest.length);
        return Indexing.gather(n.in(0).reshape(blocks), Objects.requireNonNull(flat), 0);
    }

    /** Returns the numbers 0, 1, 2, ... along an axis. */
    private static Tensor along(int axis, int rank, int length) {
        int[] numbers = new int[length];
        Arrays.setAll(numbers, i -> i);
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[axis] = length;
        return Tensors.constant(numbers).reshape(dims);
    }

    /** Returns one of the numbers along the last axis; negative ones count from the end. */
    private static Tensor column(Tensor places, int k, int rank, int length) {
        int[] start = new int[rank];
        int[] sizes = new int[rank];
        Arrays.fill(sizes, -1);
        start[rank - 1] = k;
        sizes[rank - 1] = 1;
        Tensor own = Indexing.slice(places, start, sizes).squeeze(-1);
        return Comparisons.where(own.less(0), own.add(length), own);
    }

    private static Tensor compress(LoadNode n) {
        double[] condition = n.numbers(1);
        int[] places = IntStream.range(0, condition.length)
                .filter(i -> condition[i] != 0)
                .toArray();
        return n.hasAttribute("axis")
                ? Indexing.gather(n.in(0), Tensors.constant(places), n.axis(n.whole("axis", 0)))
                : Indexing.gather(n.in(0).reshape(-1), Tensors.constant(places), 0);
    }

    /** Turns the first elements of each sequence around, as many as operand 2 says. */
    private static Tensor reverseSequence(LoadNode n) {
        int timeAxis = n.axis(n.whole("time_axis", 0));
        int[] dims = n.shape(0).dims();
        if (dims.length < 2 || timeAxis > 1 || n.axis(n.whole("batch_axis", 1)) != 1 - timeAxis) {
            throw new CannotLoad("turns sequences along axis " + timeAxis + " of " + n.shape(0));
        }
        int steps = dims[timeAxis];
        int count = dims[1 - timeAxis];
        if (steps == Shape.UNKNOWN || count == Shape.UNKNOWN) {
            throw new CannotLoad("turns sequences of an open shape: " + n.shape(0));
        }
        Tensor lengths = n.in(1).cast(DType.INT32).expandDims(timeAxis);
        Tensor time = along(timeAxis, 2, steps);
        Tensor place = Comparisons.where(
                Comparisons.less(time, lengths), lengths.sub(time).sub(1), time);
        Tensor example = along(1 - timeAxis, 2, count);
        Tensor flat = timeAxis == 0
                ? place.mul(count).add(example)
                : example.mul(steps).add(place);
        int[] rows = Arrays.copyOfRange(dims, 1, dims.length);
        rows[0] = Math.multiplyExact(steps, count);
        return Indexing.gather(n.in(0).reshape(rows), flat, 0);
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
            if (step == -1 && start == -1 && end == Integer.MIN_VALUE) {
                return Arrangement.flip(x, axis);
            }
            if (step == 1 && start >= 0 && end < 0 && end != Integer.MIN_VALUE) { // cuts off the end
                Tensor turned = Arrangement.flip(slice(x, axis, start, Integer.MAX_VALUE, 1), axis);
                return Arrangement.flip(slice(turned, axis, -end, Integer.MAX_VALUE, 1), axis);
            }
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
