package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Attribute;
import dev.autodiff.graph.Attributes;
import dev.autodiff.graph.RecurrenceBody;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One tensor that is written: its operands and attributes, and the nodes and constants that a rule makes of them. */
final class Emission {
    private final GraphWriter graph;
    private final Tensor y;

    Emission(GraphWriter graph, Tensor y) {
        this.graph = graph;
        this.y = y;
    }

    // ---- the tensor ----

    /** Returns the name of an operand. */
    String in(int i) {
        return graph.result(y.inputs().get(i));
    }

    String[] inputs() {
        return y.inputs().stream().map(graph::result).toArray(String[]::new);
    }

    Shape shape(int i) {
        return y.inputs().get(i).shape();
    }

    int rank(int i) {
        return shape(i).rank();
    }

    DType dtype(int i) {
        return y.inputs().get(i).dtype();
    }

    DType dtype() {
        return y.dtype();
    }

    Shape shape() {
        return y.shape();
    }

    Attributes attributes() {
        return y.op().attributes();
    }

    <T> T get(Attribute<T> key) {
        return y.op().attributes().get(key);
    }

    int[] ints(Attribute<List<Integer>> key) {
        return get(key).stream().mapToInt(Integer::intValue).toArray();
    }

    int opset() {
        return graph.opset();
    }

    // ---- nodes ----

    /** Adds a node without attributes, and returns the name of its result. */
    String op(String opType, String... inputs) {
        return op(opType, List.of(), inputs);
    }

    /** Adds a node, and returns the name of its result. */
    String op(String opType, List<AttributeProto> attributes, String... inputs) {
        return op(opType, attributes, 1, inputs).get(0);
    }

    /** Adds a node with several results, and returns their names. */
    List<String> op(String opType, List<AttributeProto> attributes, int results, String... inputs) {
        Map<String, AttributeProto> byName = new LinkedHashMap<>();
        attributes.forEach(attribute -> byName.put(attribute.name(), attribute));
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < results; i++) {
            outputs.add(fresh(opType));
        }
        graph.add(opType, List.of(inputs), outputs, byName);
        return outputs;
    }

    /** Returns a name for a value inside of the tensor's nodes. */
    String fresh(String what) {
        return graph.fresh(y.name() + "/" + what);
    }

    /** Returns a vector of 64-bit numbers. */
    String vector(long... values) {
        return graph.constant(new long[] {values.length}, values);
    }

    String vector(int[] values) {
        return vector(Weights.longs(values));
    }

    /** Returns a 64-bit number without axes. */
    String index(long value) {
        return graph.constant(new long[0], value);
    }

    String constant(NDArray value) {
        return graph.constant(value);
    }

    /** Returns a number without axes, in the type of an operand or of the result. */
    String number(DType dtype, double value) {
        return graph.constant(NDArray.full(dtype, Shape.scalar(), value));
    }

    String number(double value) {
        return number(dtype(), value);
    }

    String cast(String x, ElementType type) {
        return op("Cast", List.of(AttributeProto.of("to", type.code())), x);
    }

    String cast(String x, DType dtype) {
        return cast(x, Weights.type(dtype));
    }

    // ---- loops over time ----

    /** Returns the results of this loop that are written. */
    List<Tensor> loopResults() {
        return graph.loopResults(y);
    }

    /** Returns the graph of the steps of this loop, whose operands from a place on are what the steps use besides. */
    GraphProto body(RecurrenceBody body, int captured, List<Tensor> roots) {
        return graph.body(
                y.name(), body, y.inputs().subList(captured, y.inputs().size()), roots);
    }

    void keepLoopResult(Tensor result, String name) {
        graph.keepLoopResult(result, name);
    }

    /** Returns the name that the loop gave this result. */
    String loopResult() {
        return graph.loopResult(y);
    }

    // ---- truth values ----

    /** Returns 1 and 0 in the type of the result for truth values, which are remembered for {@link #truth}. */
    String numbers(String truth) {
        String numbers = cast(truth, dtype());
        graph.truths().put(numbers, truth);
        return numbers;
    }

    /** Returns truth values for numbers: true where they are not 0. */
    String truth(int i) {
        String known = graph.truths().get(in(i));
        return known == null ? cast(in(i), ElementType.BOOL) : known;
    }

    /** Returns an operand in another type; 1 and 0 stay known as truth values. */
    String casted(int i) {
        String known = graph.truths().get(in(i));
        return known == null ? cast(in(i), dtype()) : numbers(known);
    }

    // ---- shapes ----

    int axis(int i, int axis) {
        return shape(i).axis(axis);
    }

    /** Returns axes counted from the first one; all if none are given. */
    int[] axes(int i, int... axes) {
        Shape shape = shape(i);
        return axes.length == 0
                ? IntStream.range(0, shape.rank()).toArray()
                : Arrays.stream(axes).map(shape::axis).sorted().toArray();
    }

    /** Returns the dimensions of an operand as a vector. */
    String dims(int i) {
        return shape(i).isKnown() ? vector(shape(i).dims()) : op("Shape", in(i));
    }

    /** Returns the dimension of an operand along an axis as a vector of one number. */
    String dim(int i, int axis) {
        int known = shape(i).dim(axis);
        return known == Shape.UNKNOWN ? op("Gather", op("Shape", in(i)), vector(axis(i, axis))) : vector(known);
    }

    String reshape(String x, String dims) {
        return op("Reshape", List.of(AttributeProto.of("allowzero", 1)), x, dims);
    }

    String reshape(String x, int... dims) {
        return reshape(x, vector(dims));
    }

    String transpose(String x, int... order) {
        return op("Transpose", List.of(AttributeProto.of("perm", Weights.longs(order))), x);
    }

    /** Returns zeros of dimensions, in the type of the result. */
    String zeros(String dims) {
        NDArray zero = NDArray.zeros(dtype(), 1);
        return op("ConstantOfShape", List.of(AttributeProto.of("value", Weights.of("value", zero))), dims);
    }

    /** Reduces over axes. Sums take them as an operand, and from version 18 on all reductions do. */
    String reduce(String opType, String x, boolean keepDims, int... axes) {
        AttributeProto keep = AttributeProto.of("keepdims", keepDims ? 1 : 0);
        if (axes.length == 0) { // of a scalar
            return op(opType, List.of(keep), x);
        }
        return opset() >= 18 || opType.equals("ReduceSum")
                ? op(opType, List.of(keep), x, vector(axes))
                : op(opType, List.of(AttributeProto.of("axes", Weights.longs(axes)), keep), x);
    }
}
