package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.IndexingGradients;
import dev.autodiff.graph.LikeOps;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.PadMode;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The operations that gradients consist of, most of which take the shape of another tensor, known or not. */
final class GradientRules {
    private GradientRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(LikeOps.BROADCAST_LIKE, e -> e.op("Expand", e.in(0), e.dims(1)));
        rules.put(LikeOps.RESHAPE_LIKE, e -> e.reshape(e.in(0), e.dims(1)));
        rules.put(LikeOps.SUM_LIKE, GradientRules::sumLike);
        rules.put(LikeOps.NAN_OR_ZERO, GradientRules::nanOrZero);
        rules.put(IndexingGradients.PAD_LIKE, GradientRules::padLike);
        rules.put(IndexingGradients.SLICE_LIKE, GradientRules::sliceLike);
        rules.put(IndexingGradients.OFFSETS, GradientRules::offsets);
        rules.put(IndexingGradients.PART, GradientRules::part);
        rules.put(IndexingGradients.PAD_PART, GradientRules::padPart);
        rules.put(IndexingGradients.SCATTER_ADD, GradientRules::scatterAdd);
        rules.put(Arrangement.SUM_TILES, GradientRules::sumTiles);
        rules.put(Arrangement.SUM_PADDING, GradientRules::sumPadding);
    }

    /** Writes a sum over the axes along which the target has length 1, which are looked for at run time if need be. */
    private static String sumLike(Emission e) {
        int extra = e.rank(0) - e.rank(1);
        if (e.shape(1).isKnown()) {
            int[] axes = IntStream.range(0, e.rank(0))
                    .filter(axis -> axis < extra || e.shape(1).dim(axis - extra) == 1)
                    .toArray();
            return axes.length == 0
                    ? e.op("Identity", e.in(0))
                    : e.reshape(e.reduce("ReduceSum", e.in(0), true, axes), e.dims(1));
        }
        String leading = e.vector(IntStream.range(0, extra).toArray());
        String one = e.op("Equal", e.dims(1), e.vector(1));
        String found = e.op("Squeeze", e.op("NonZero", one), e.vector(0));
        String axes =
                e.op("Concat", List.of(AttributeProto.of("axis", 0)), leading, e.op("Add", found, e.vector(extra)));
        String sum = e.op(
                "ReduceSum",
                List.of(AttributeProto.of("keepdims", 1), AttributeProto.of("noop_with_empty_axes", 1)),
                e.in(0),
                axes);
        return e.reshape(sum, e.dims(1));
    }

    private static String nanOrZero(Emission e) {
        if (e.dtype() == DType.INT32) {
            return e.op("Mul", e.in(0), e.number(0));
        }
        return e.op("Where", e.op("IsNaN", e.in(0)), e.in(0), e.number(0));
    }

    // ---- blocks ----

    private static String padLike(Emission e) {
        String starts = e.vector(e.ints(Indexing.STARTS));
        String behind = e.op("Sub", e.op("Sub", e.dims(1), starts), e.dims(0));
        return padded(e, starts, behind);
    }

    private static String padded(Emission e, String before, String behind) {
        if (e.rank(0) == 0) {
            return e.op("Identity", e.in(0));
        }
        return e.op("Pad", e.in(0), e.op("Concat", List.of(AttributeProto.of("axis", 0)), before, behind));
    }

    private static String sliceLike(Emission e) {
        if (e.rank(0) == 0) {
            return e.op("Identity", e.in(0));
        }
        String starts = e.vector(e.ints(Indexing.STARTS));
        return e.op("Slice", e.in(0), starts, e.op("Add", e.dims(1), starts), e.vector(e.axes(0)));
    }

    /** Writes the sums of the lengths of those that come before each. */
    private static String offsets(Emission e) {
        int axis = e.get(Indexing.AXIS);
        String[] lengths = IntStream.range(0, e.inputs().length)
                .mapToObj(i -> e.dim(i, axis))
                .toArray(String[]::new);
        String all = e.op("Concat", List.of(AttributeProto.of("axis", 0)), lengths);
        return e.cast(e.op("CumSum", List.of(AttributeProto.of("exclusive", 1)), all, e.index(0)), DType.INT32);
    }

    private static String partStart(Emission e) {
        String start = e.op("Gather", e.in(2), e.vector(e.get(IndexingGradients.PART_NUMBER)));
        return e.cast(start, ElementType.INT64);
    }

    private static String part(Emission e) {
        int axis = e.axis(0, e.get(Indexing.AXIS));
        String start = partStart(e);
        return e.op("Slice", e.in(0), start, e.op("Add", start, e.dim(1, axis)), e.vector(axis));
    }

    private static String padPart(Emission e) {
        int axis = e.axis(0, e.get(Indexing.AXIS));
        String start = partStart(e);
        String rest = e.op("Sub", e.op("Sub", e.dim(1, axis), start), e.dim(0, axis));
        return padded(e, among(e, axis, start), among(e, axis, rest));
    }

    /** Returns a vector with one number for each axis, all 0 but one. */
    private static String among(Emission e, int axis, String number) {
        String left = e.vector(new long[axis]);
        String right = e.vector(new long[e.rank(0) - axis - 1]);
        return e.op("Concat", List.of(AttributeProto.of("axis", 0)), left, number, right);
    }

    /** Moves the axes of the indices to the front, where ScatterND has them. */
    private static String scatterAdd(Emission e) {
        int axis = e.get(Indexing.AXIS);
        int rank = e.rank(2);
        int indexAxes = e.rank(1);
        int[] front = order(rank, axis, 1);
        String zeros = e.zeros(e.dims(2));
        String target = axis == 0 ? zeros : e.transpose(zeros, front);
        String updates = axis == 0 ? e.in(0) : e.transpose(e.in(0), order(e.rank(0), axis, indexAxes));
        String indices = e.cast(e.op("Unsqueeze", e.in(1), e.vector(indexAxes)), ElementType.INT64);
        String sum = e.op("ScatterND", List.of(AttributeProto.of("reduction", "add")), target, indices, updates);
        return axis == 0 ? sum : e.transpose(sum, inverse(front));
    }

    /** Returns the order in which some axes come first and the others follow. */
    private static int[] order(int rank, int first, int count) {
        return IntStream.concat(
                        IntStream.range(first, first + count),
                        IntStream.range(0, rank).filter(axis -> axis < first || axis >= first + count))
                .toArray();
    }

    private static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[order[i]] = i;
        }
        return inverse;
    }

    // ---- repetitions ----

    /** Splits each axis into repetitions and places, and sums over the repetitions. */
    private static String sumTiles(Emission e) {
        int[] repeats = e.ints(Arrangement.REPEATS);
        Shape shape = e.shape(1);
        int rank = Math.max(shape.rank(), repeats.length);
        int[] tiles = new int[2 * rank];
        for (int i = 1; i <= rank; i++) {
            tiles[2 * (rank - i)] = i <= repeats.length ? repeats[repeats.length - i] : 1;
            tiles[2 * (rank - i) + 1] = i <= shape.rank() ? shape.dim(-i) : 1;
        }
        if (Arrays.stream(tiles).filter(dim -> dim == Shape.UNKNOWN).count() > 1) {
            throw new CannotWrite("more than one unknown dimension, of which only one can be worked out");
        }
        int[] axes = IntStream.range(0, rank).map(i -> 2 * i).toArray();
        return e.reshape(e.reduce("ReduceSum", e.reshape(e.in(0), tiles), false, axes), e.dims(1));
    }

    /** Multiplies, along each padded axis, by the matrix that has a 1 where a place is a copy of an element. */
    private static String sumPadding(Emission e) {
        int[] before = e.ints(Arrangement.BEFORE);
        int[] after = e.ints(Arrangement.AFTER);
        String x = e.in(0);
        int rank = e.rank(0);
        for (int axis = 0; axis < rank; axis++) {
            if (before[axis] == 0 && after[axis] == 0) {
                continue;
            }
            int n = e.shape(1).dim(axis);
            if (n == Shape.UNKNOWN) {
                throw new CannotWrite("an unknown length along axis " + axis + ", which is padded");
            }
            NDArray copies = copies(n, before[axis], after[axis], e.get(Arrangement.MODE));
            int[] order = order(rank, axis, 1);
            int[] last = IntStream.concat(IntStream.of(order).skip(1), IntStream.of(axis))
                    .toArray();
            String product = e.op("MatMul", e.transpose(x, last), e.constant(copies.cast(e.dtype())));
            x = e.transpose(product, inverse(last));
        }
        return x.equals(e.in(0)) ? e.op("Identity", x) : x;
    }

    private static NDArray copies(int n, int before, int after, PadMode mode) {
        int length = before + n + after;
        float[] copies = new float[length * n];
        for (int i = 0; i < length; i++) {
            int place = i - before;
            if (mode == PadMode.REFLECT) {
                place = Math.abs(place);
                place = place > n - 1 ? 2 * (n - 1) - place : place;
            } else {
                place = Math.max(0, Math.min(place, n - 1));
            }
            copies[i * n + place] = 1;
        }
        return NDArray.wrap(copies, length, n);
    }
}
