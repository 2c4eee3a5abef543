package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.OpType;
import dev.autodiff.io.onnx.schema.AttributeProto;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Parts of tensors, and tensors put together from parts. */
final class IndexingRules {
    private static final NDArray OFF_AND_ON = NDArray.of(0f, 1f);

    private IndexingRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        rules.put(Indexing.SLICE, IndexingRules::slice);
        rules.put(
                Indexing.CONCAT,
                e -> e.op("Concat", List.of(AttributeProto.of("axis", e.axis(0, e.get(Indexing.AXIS)))), e.inputs()));
        rules.put(
                Indexing.GATHER,
                e -> e.op(
                        "Gather",
                        List.of(AttributeProto.of("axis", e.axis(0, e.get(Indexing.AXIS)))),
                        e.in(0),
                        e.in(1)));
        rules.put(Indexing.ONE_HOT, e -> oneHot(e, e.number(DType.INT32, e.get(Indexing.CLASSES))));
        rules.put(CrossEntropy.ONE_HOT_LIKE, e -> oneHot(e, e.cast(e.dim(1, -1), DType.INT32)));
    }

    private static String slice(Emission e) {
        int[] starts = e.ints(Indexing.STARTS);
        int[] sizes = e.ints(Indexing.SIZES);
        if (starts.length == 0) {
            return e.op("Identity", e.in(0));
        }
        long[] ends = IntStream.range(0, sizes.length)
                .mapToLong(i -> sizes[i] == -1 ? Long.MAX_VALUE : (long) starts[i] + sizes[i])
                .toArray();
        return e.op("Slice", e.in(0), e.vector(starts), e.vector(ends), e.vector(e.axes(0)));
    }

    /** Writes a OneHot of FLOAT32, of which ONNX Runtime has a kernel for 32-bit numbers, of one axis at least. */
    private static String oneHot(Emission e, String classes) {
        boolean single = e.rank(0) == 0;
        String labels = single ? e.op("Unsqueeze", e.in(0), e.vector(0)) : e.in(0);
        String rows = e.op("OneHot", List.of(AttributeProto.of("axis", -1)), labels, classes, e.constant(OFF_AND_ON));
        String shaped = single ? e.op("Squeeze", rows, e.vector(0)) : rows;
        return e.dtype() == DType.FLOAT32 ? shaped : e.cast(shaped, e.dtype());
    }
}
