package dev.autodiff.trace;

import dev.autodiff.formula.Names;
import dev.autodiff.formula.ReaderGraph;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Trace.Kind;
import dev.autodiff.trace.Trace.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The nodes of a trace, made from tensors, each with a label of its own. */
final class TraceNodes {
    private TraceNodes() {}

    /**
     * Returns the nodes of a graph.
     *
     * @param ids the place of each tensor among its nodes
     */
    static List<Node> of(ReaderGraph graph, Names names, Map<Tensor, Integer> ids) {
        List<Node> nodes = new ArrayList<>();
        for (Tensor tensor : graph.nodes()) {
            nodes.add(new Node(
                    nodes.size(),
                    tensor.name(),
                    names.label(tensor),
                    names.symbol(tensor),
                    kind(tensor),
                    tensor.op().toString(),
                    names.formula(tensor),
                    graph.inputs(tensor).stream().map(ids::get).toList(),
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
