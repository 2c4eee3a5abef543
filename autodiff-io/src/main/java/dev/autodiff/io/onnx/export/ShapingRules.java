package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.PadMode;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Triangles;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.layer.Dropout;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The same elements in another arrangement. */
final class ShapingRules {
    private ShapingRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Shaping.RESHAPE, e -> e.reshape(e.in(0), e.ints(Shaping.DIMS)));
        rules.put(Shaping.TRANSPOSE, ShapingRules::transpose);
        rules.put(Shaping.EXPAND_DIMS, ShapingRules::expandDims);
        rules.put(Shaping.SQUEEZE, e -> e.op("Squeeze", e.in(0), e.vector(e.axes(0, e.ints(Shaping.AXES)))));
        rules.put(Shaping.BROADCAST_TO, e -> e.op("Expand", e.in(0), e.vector(e.ints(Shaping.DIMS))));
        rules.put(Shaping.CAST, e -> e.casted(0));
        rules.put(Shaping.STOP_GRADIENT, Rule.same("Identity"));
        rules.put(Attachments.ATTACHED, Rule.same("Identity"));
        rules.put(Dropout.PROBABILITY, Rule.same("Identity"));
        rules.put(Arrangement.TILE, ShapingRules::tile);
        rules.put(Arrangement.PAD, ShapingRules::pad);
        rules.put(Arrangement.PAD_MODE, ShapingRules::padMode);
        rules.put(Arrangement.FLIP, ShapingRules::flip);
        rules.put(Triangles.TRIL, e -> triangle(e, 0));
        rules.put(Triangles.TRIU, e -> triangle(e, 1));
    }

    private static String transpose(Emission e) {
        int[] order = e.ints(Shaping.PERMUTATION);
        return e.transpose(
                e.in(0), IntStream.of(order).map(axis -> e.axis(0, axis)).toArray());
    }

    private static String expandDims(Emission e) {
        int axis = e.get(Shaping.AXIS);
        return e.op("Unsqueeze", e.in(0), e.vector(axis < 0 ? axis + e.rank(0) + 1 : axis));
    }

    /** Writes a Tile, which takes one number for each axis: missing ones are 1, and axes are added for more. */
    private static String tile(Emission e) {
        int[] repeats = e.ints(Arrangement.REPEATS);
        int more = repeats.length - e.rank(0);
        String x = more > 0
                ? e.op("Unsqueeze", e.in(0), e.vector(IntStream.range(0, more).toArray()))
                : e.in(0);
        int[] all = IntStream.concat(IntStream.generate(() -> 1).limit(Math.max(0, -more)), IntStream.of(repeats))
                .toArray();
        return all.length == 0 ? e.op("Identity", x) : e.op("Tile", x, e.vector(all));
    }

    static int[] pads(Emission e) {
        return IntStream.concat(IntStream.of(e.ints(Arrangement.BEFORE)), IntStream.of(e.ints(Arrangement.AFTER)))
                .toArray();
    }

    private static String pad(Emission e) {
        return e.rank(0) == 0
                ? e.op("Identity", e.in(0))
                : e.op("Pad", e.in(0), e.vector(pads(e)), e.number(e.get(Arrangement.VALUE)));
    }

    private static String padMode(Emission e) {
        String mode = e.get(Arrangement.MODE) == PadMode.REFLECT ? "reflect" : "edge";
        return e.rank(0) == 0
                ? e.op("Identity", e.in(0))
                : e.op("Pad", List.of(AttributeProto.of("mode", mode)), e.in(0), e.vector(pads(e)));
    }

    private static String flip(Emission e) {
        int axis = e.axis(0, e.get(Arrangement.AXIS));
        return e.op("Slice", e.in(0), e.vector(-1), e.vector(Long.MIN_VALUE), e.vector(axis), e.vector(-1));
    }

    private static String triangle(Emission e, long upper) {
        List<AttributeProto> attributes = List.of(AttributeProto.of("upper", upper));
        String k = e.index(e.get(Triangles.DIAGONAL));
        if (e.dtype() != DType.INT32) {
            return e.op("Trilu", attributes, e.in(0), k);
        }
        // ONNX Runtime has no such kernel for 32 bits
        String wide = e.cast(e.in(0), ElementType.INT64);
        return e.cast(e.op("Trilu", attributes, wide, k), DType.INT32);
    }

    /** Returns whether all dimensions of the operands are known. */
    static boolean known(Emission e, int... operands) {
        return IntStream.of(operands).mapToObj(e::shape).allMatch(Shape::isKnown);
    }
}
