package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Attention;
import dev.autodiff.graph.OpType;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Attention as the products and the softmax that it stands for, which all versions of ONNX have. */
final class AttentionRules {
    private AttentionRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Attention.ATTENTION, AttentionRules::attention);
    }

    private static String attention(Emission e) {
        boolean packed = e.get(Attention.PACKED);
        int masked = packed ? 1 : 3;
        int width = e.shape(0).dim(-1);
        int rank = e.rank(0);
        String[] parts = new String[3];
        for (int i = 0; i < 3; i++) {
            int part = packed ? width / 3 : e.shape(i).dim(-1);
            String rows = packed ? third(e, i, part) : e.in(i);
            parts[i] = heads(e, rows, rank, part);
        }
        double scale = 1 / Math.sqrt((packed ? width / 3 : width) / (double) e.get(Attention.HEADS));
        String turned = e.transpose(parts[1], swapped(rank + 1, rank - 1, rank));
        String scores = e.op("Mul", e.op("MatMul", parts[0], turned), e.number(scale));
        if (e.get(Attention.CAUSAL)) {
            String places =
                    e.op("Concat", List.of(AttributeProto.of("axis", 0)), e.dim(0, -2), e.dim(packed ? 0 : 1, -2));
            String ones = e.op("Add", e.zeros(places), e.number(1));
            scores = visible(e, e.op("Trilu", List.of(AttributeProto.of("upper", 0)), ones), scores);
        }
        boolean hasMask = e.inputs().length > masked;
        if (hasMask) {
            scores = e.dtype(masked) == DType.INT32
                    ? visible(e, e.in(masked), scores)
                    : e.op("Add", scores, e.in(masked));
        }
        String weights = e.op("Softmax", List.of(AttributeProto.of("axis", -1)), scores);
        if (hasMask) { // a query that sees nothing gets 0
            String largest = e.reduce("ReduceMax", scores, true, rank);
            String blind = e.op("Equal", largest, e.number(Double.NEGATIVE_INFINITY));
            weights = e.op("Where", blind, e.number(0), weights);
        }
        String means = e.transpose(e.op("MatMul", weights, parts[2]), swapped(rank + 1, rank - 2, rank - 1));
        long[] rows = new long[rank];
        rows[rank - 1] = e.shape().dim(-1);
        return e.op("Reshape", means, e.vector(rows));
    }

    private static String visible(Emission e, String mask, String scores) {
        String seen = e.cast(mask, ElementType.BOOL);
        return e.op("Where", seen, scores, e.number(Double.NEGATIVE_INFINITY));
    }

    private static String third(Emission e, int part, int width) {
        String axis = e.vector(e.rank(0) - 1L);
        return e.op("Slice", e.in(0), e.vector((long) part * width), e.vector((part + 1L) * width), axis);
    }

    /** Returns rows {@code [..., t, heads * d]} as {@code [..., heads, t, d]}; 0 keeps a dimension. */
    private static String heads(Emission e, String rows, int rank, int width) {
        long[] dims = new long[rank + 1];
        dims[rank - 1] = e.get(Attention.HEADS);
        dims[rank] = width / e.get(Attention.HEADS);
        return e.transpose(e.op("Reshape", rows, e.vector(dims)), swapped(rank + 1, rank - 2, rank - 1));
    }

    /** Returns the numbers of all axes with two of them exchanged. */
    private static int[] swapped(int rank, int a, int b) {
        int[] order = IntStream.range(0, rank).toArray();
        order[a] = b;
        order[b] = a;
        return order;
    }
}
