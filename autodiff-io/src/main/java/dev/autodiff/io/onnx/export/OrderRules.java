package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Scans;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Sums, recurrences and orders along an axis, and random numbers. */
final class OrderRules {
    private OrderRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(
                Scans.CUMSUM,
                e -> e.op(
                        "CumSum",
                        List.of(AttributeProto.of("reverse", e.get(Scans.REVERSE) ? 1 : 0)),
                        e.in(0),
                        e.index(e.axis(0, e.get(Scans.AXIS)))));
        rules.put(Scans.RECURRENCE, OrderRules::recurrence);
        rules.put(Scans.SHIFT, OrderRules::shift);
        rules.put(Sorting.ARGSORT, OrderRules::argsort);
        rules.put(Sorting.TAKE_ALONG, e -> e.op("GatherElements", along(e), e.in(0), e.in(1)));
        rules.put(
                Sorting.SCATTER_ALONG,
                e -> e.op(
                        "ScatterElements",
                        List.of(along(e).get(0), AttributeProto.of("reduction", "add")),
                        e.zeros(e.dims(2)),
                        e.in(1),
                        e.in(0)));
        rules.put(Tensors.RANDOM_UNIFORM, Rule.same("RandomUniformLike"));
    }

    private static List<AttributeProto> along(Emission e) {
        return List.of(AttributeProto.of(
                "axis", Math.floorMod(e.get(Sorting.AXIS), e.shape().rank())));
    }

    private static String argsort(Emission e) {
        List<String> sorted = e.op(
                "TopK",
                List.of(
                        along(e).get(0),
                        AttributeProto.of("largest", e.get(Sorting.DESCENDING) ? 1 : 0),
                        AttributeProto.of("sorted", 1)),
                2,
                e.in(0),
                e.dim(0, e.get(Sorting.AXIS)));
        return e.cast(sorted.get(1), DType.INT32);
    }

    /** Cuts off the end that leaves and adds a 0 at the other. */
    private static String shift(Emission e) {
        int rank = e.rank(0);
        int axis = e.axis(0, e.get(Scans.AXIS));
        if (e.shape(0).dim(axis) == 0) {
            return e.op("Identity", e.in(0));
        }
        boolean forward = e.get(Scans.PLACES) > 0;
        String rest = e.op(
                "Slice", e.in(0), e.vector(forward ? 0 : 1), e.vector(forward ? -1 : Long.MAX_VALUE), e.vector(axis));
        long[] pads = new long[2 * rank];
        pads[forward ? axis : rank + axis] = 1;
        return e.op("Pad", rest, e.vector(pads));
    }

    /** Writes a Scan whose body is y = a + b * the last y. */
    private static String recurrence(Emission e) {
        Shape shape = e.shape();
        int axis = shape.axis(e.get(Scans.AXIS));
        long reverse = e.get(Scans.REVERSE) ? 1 : 0;
        String a = e.op("Expand", e.in(0), e.dims(1));
        String b = e.op("Expand", e.in(1), e.dims(0));
        int[] others =
                IntStream.range(0, shape.rank()).filter(other -> other != axis).toArray();
        String first = e.zeros(e.op("Gather", e.op("Shape", a), e.vector(others)));
        GraphProto body = step(e);
        return e.op(
                        "Scan",
                        List.of(
                                AttributeProto.of("body", body),
                                AttributeProto.of("num_scan_inputs", 2),
                                AttributeProto.of("scan_input_axes", new long[] {axis, axis}),
                                AttributeProto.of("scan_input_directions", new long[] {reverse, reverse}),
                                AttributeProto.of("scan_output_axes", new long[] {axis}),
                                AttributeProto.of("scan_output_directions", new long[] {reverse})),
                        2,
                        first,
                        a,
                        b)
                .get(1);
    }

    /** Returns the graph of one step, whose names differ from all others. */
    private static GraphProto step(Emission e) {
        String last = e.fresh("last");
        String a = e.fresh("a");
        String b = e.fresh("b");
        String product = e.fresh("product");
        String next = e.fresh("next");
        String y = e.fresh("y");
        List<NodeProto> nodes = List.of(
                new NodeProto(product, "", "Mul", List.of(b, last), List.of(product), Map.of()),
                new NodeProto(next, "", "Add", List.of(a, product), List.of(next), Map.of()),
                new NodeProto(y, "", "Identity", List.of(next), List.of(y), Map.of()));
        int type = Weights.type(e.dtype()).code();
        return new GraphProto("step", "", nodes, List.of(), values(type, last, a, b), values(type, next, y), false);
    }

    private static List<ValueInfoProto> values(int type, String... names) {
        return Arrays.stream(names)
                .map(name -> new ValueInfoProto(name, type, null))
                .toList();
    }
}
