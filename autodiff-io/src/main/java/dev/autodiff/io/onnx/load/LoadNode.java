package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A node with its operands.
 *
 * @param node the node
 * @param items the operands; nothing for those that are left out
 * @param context the model around it
 */
record LoadNode(NodeProto node, List<Optional<Item>> items, LoadContext context) {

    int opset() {
        return context.opset();
    }

    ExternalData external() {
        return context.external();
    }

    boolean has(int i) {
        return i < items.size() && items.get(i).isPresent();
    }

    Item item(int i) {
        if (!has(i)) {
            throw new CannotLoad("lacks its operand " + (i + 1));
        }
        return items.get(i).orElseThrow();
    }

    Tensor in(int i) {
        return item(i).tensor();
    }

    Shape shape(int i) {
        return in(i).shape();
    }

    int rank(int i) {
        return shape(i).rank();
    }

    /** Returns an operand in the type of another one. Truth values and small numbers may be of either. */
    Tensor likeOther(int i, int other) {
        Tensor a = in(i);
        Tensor b = in(other);
        return a.dtype() == DType.INT32 && b.dtype().isFloating() ? a.cast(b.dtype()) : a;
    }

    /** Returns whole numbers that must be known while the graph is built. */
    Longs longs(int i) {
        return item(i).longs()
                .orElseThrow(() -> new CannotLoad("has the operand " + (i + 1)
                        + ", which is computed when the model is run, where a constant is needed"));
    }

    int[] ints(int i) {
        return longs(i).ints();
    }

    /** Returns a number that must be known while the graph is built. */
    double number(int i) {
        NDArray array = item(i).array()
                .orElseThrow(() -> new CannotLoad("has the operand " + (i + 1)
                        + ", which is computed when the model is run, where a constant is needed"));
        if (array.size() != 1) {
            throw new CannotLoad(
                    "has the operand " + (i + 1) + " of shape " + array.shape() + ", where one number is needed");
        }
        return array.at(0);
    }

    /** Returns numbers that must be known while the graph is built. */
    double[] numbers(int i) {
        return item(i).array()
                .orElseThrow(() -> new CannotLoad("has the operand " + (i + 1)
                        + ", which is computed when the model is run, where a constant is needed"))
                .toDoubles();
    }

    /** Returns the type that an operand has in the file. */
    ElementType typeInFile(int i) {
        return context.typeInFile(node.inputs().get(i));
    }

    /** Returns a number in the type of an operand. */
    Tensor constant(double value, Tensor like) {
        return Tensors.scalar(value, like.dtype());
    }

    // ---- attributes ----

    private Optional<AttributeProto> find(String name) {
        return Optional.ofNullable(node.attributes().get(name));
    }

    boolean hasAttribute(String name) {
        return node.attributes().containsKey(name);
    }

    int whole(String name, int otherwise) {
        return find(name).map(attribute -> Longs.clamped(attribute.whole())).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        return whole(name, otherwise ? 1 : 0) != 0;
    }

    double number(String name, double otherwise) {
        return find(name).map(attribute -> (double) attribute.number()).orElse(otherwise);
    }

    String text(String name, String otherwise) {
        return find(name).map(AttributeProto::text).orElse(otherwise);
    }

    List<String> texts(String name) {
        return find(name).map(AttributeProto::texts).orElse(List.of());
    }

    float[] numbers(String name) {
        return find(name).map(AttributeProto::numbers).orElse(new float[0]);
    }

    GraphProto graph(String name) {
        return find(name).map(AttributeProto::graph).orElseThrow(() -> new CannotLoad("lacks its attribute " + name));
    }

    Optional<int[]> wholes(String name) {
        return find(name).map(attribute -> Arrays.stream(attribute.wholes())
                .mapToInt(Longs::clamped)
                .toArray());
    }

    TensorProto tensor(String name) {
        return find(name).map(AttributeProto::tensor).orElseThrow(() -> new CannotLoad("lacks its attribute " + name));
    }

    AttributeProto attribute(String name) {
        return find(name).orElseThrow(() -> new CannotLoad("lacks its attribute " + name));
    }

    /** Returns true if there are graphs within the node, which see more than its operands. */
    boolean hasBody() {
        return node.attributes().values().stream().anyMatch(attribute -> attribute.graph() != null);
    }

    // ---- axes ----

    /** Returns an axis of the first operand counted from the first one. */
    int axis(int axis) {
        return shape(0).axis(axis);
    }

    /** Returns axes as an attribute or an operand gives them, whichever the version has; nothing if neither does. */
    Optional<int[]> axes(int operand) {
        return has(operand) ? Optional.of(ints(operand)) : wholes("axes");
    }

    /** Returns the numbers from 0 to the number of axes of the first operand. */
    int[] allAxes() {
        return IntStream.range(0, rank(0)).toArray();
    }
}
