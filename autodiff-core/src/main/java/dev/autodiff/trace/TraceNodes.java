package dev.autodiff.trace;

import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace.Kind;
import dev.autodiff.trace.Trace.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes of a trace, made from tensors, each with a label of its own. */
final class TraceNodes {
    private TraceNodes() {}

    /**
     * Returns the nodes of tensors.
     *
     * @param order the tensors, operands before results
     * @param ids the place of each tensor in the order
     */
    static List<Node> of(List<Tensor> order, Map<Tensor, Integer> ids) {
        Map<String, Integer> uses = new HashMap<>();
        order.forEach(tensor -> uses.merge(tensor.name(), 1, Integer::sum));
        Map<String, Integer> seen = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Tensor tensor : order) {
            String name = tensor.name();
            int number = seen.merge(name, 1, Integer::sum);
            nodes.add(new Node(
                    nodes.size(),
                    name,
                    uses.getOrDefault(name, 1) == 1 ? name : name + "#" + number,
                    kind(tensor),
                    tensor.op().toString(),
                    tensor.op().formula(),
                    tensor.inputs().stream().map(ids::get).toList(),
                    tensor.dtype(),
                    tensor.shape(),
                    tensor.sourceLine()));
        }
        return nodes;
    }

    private static Kind kind(Tensor tensor) {
        if (tensor.op().type() == Leaves.PLACEHOLDER) {
            return Kind.PLACEHOLDER;
        }
        return Leaves.isState(tensor)
                ? Kind.VARIABLE
                : Leaves.constantValue(tensor).isPresent() ? Kind.CONSTANT : Kind.OPERATION;
    }
}
