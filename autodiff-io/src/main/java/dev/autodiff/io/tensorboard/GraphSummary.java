package dev.autodiff.io.tensorboard;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A graph as TensorFlow's {@code GraphDef}: a node for each tensor, under its name. The scopes of names, which layers
 * open, are the boxes that TensorBoard opens and closes.
 */
final class GraphSummary {
    private final ProtoWriter graph = new ProtoWriter();
    private final Map<Tensor, String> names = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    private GraphSummary() {}

    static ProtoWriter of(List<Tensor> outputs) {
        GraphSummary summary = new GraphSummary();
        for (Tensor tensor : Topology.orderOfMaking(outputs)) {
            summary.add(tensor);
        }
        return summary.graph.message(4, new ProtoWriter().number(1, 22)); // the first version with _output_shapes
    }

    private void add(Tensor tensor) {
        String name = fresh(tensor.name().replaceAll("[^A-Za-z0-9_.\\-/]", "_"));
        names.put(tensor, name);
        ProtoWriter node = new ProtoWriter().text(1, name).text(2, operation(tensor));
        tensor.inputs().forEach(input -> node.text(3, String.valueOf(names.get(input))));
        node.message(5, attribute("_output_shapes", new ProtoWriter().message(1, shapes(tensor.shape()))));
        node.message(5, attribute("dtype", new ProtoWriter().number(6, type(tensor.dtype()))));
        text(node, "attributes", tensor.op().attributes().toString());
        if (!tensor.inputs().isEmpty()) {
            text(node, "formula", tensor.op().formula(tensor.inputs().size()));
        }
        text(node, "source", tensor.sourceLine());
        graph.message(1, node);
    }

    private String fresh(String name) {
        String candidate = name;
        for (int i = 1; !taken.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /** Returns the name of the operation; TensorFlow's for leaves, which TensorBoard draws in ways of their own. */
    private static String operation(Tensor tensor) {
        if (Leaves.constantValue(tensor).isPresent()) {
            return "Const";
        }
        return tensor.op().type() == Leaves.PLACEHOLDER
                ? "Placeholder"
                : Leaves.isState(tensor) ? "VariableV2" : tensor.op().name();
    }

    private static ProtoWriter shapes(Shape shape) {
        ProtoWriter written = new ProtoWriter();
        for (int dim : shape.dims()) {
            written.message(2, new ProtoWriter().number(1, dim));
        }
        return new ProtoWriter().message(7, written);
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> 1;
            case FLOAT64 -> 2;
            case INT32 -> 3;
        };
    }

    private static void text(ProtoWriter node, String key, String value) {
        if (!value.isEmpty()) {
            node.message(5, attribute(key, new ProtoWriter().text(2, value)));
        }
    }

    private static ProtoWriter attribute(String key, ProtoWriter value) {
        return new ProtoWriter().text(1, key).message(2, value);
    }
}
