package dev.autodiff.check;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Topology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A copy of a graph in FLOAT64, with inputs that can be fed in place of some of its tensors. */
final class DoublePrecision {
    /** A leaf that stands for a tensor whose value is varied. */
    static final class Variation extends Tensor {
        Variation(String name, DType dtype, Shape shape) {
            super(Leaves.input(), new TensorType(dtype, shape), name);
        }
    }

    private final Map<Tensor, Tensor> copies = new HashMap<>();

    private DoublePrecision() {}

    /** Returns a copy of y in which the inputs stand in the places of xs. */
    static Tensor copy(Tensor y, List<Tensor> xs, List<Tensor> inputs) {
        DoublePrecision graph = new DoublePrecision();
        for (int i = 0; i < xs.size(); i++) {
            graph.copies.put(xs.get(i), inputs.get(i));
        }
        for (Tensor node : Topology.order(List.of(y))) {
            if (!graph.copies.containsKey(node)) {
                graph.copies.put(node, graph.copyNode(node));
            }
        }
        return graph.of(y);
    }

    private Tensor of(Tensor original) {
        Tensor copy = copies.get(original);
        if (copy == null) {
            throw new IllegalStateException("Not copied: " + original);
        }
        return copy;
    }

    private Tensor copyNode(Tensor node) {
        if (node.inputs().isEmpty()) {
            return node.dtype().isFloating() ? node.cast(DType.FLOAT64) : node;
        }
        Tensor[] inputs = node.inputs().stream().map(this::of).toArray(Tensor[]::new);
        boolean same = List.of(inputs).equals(node.inputs());
        if (same && node.dtype() != DType.FLOAT32) {
            return node;
        }
        if (node.op().type() == Shaping.CAST
                && inputs[0].dtype() == DType.FLOAT64
                && node.dtype().isFloating()) {
            return inputs[0];
        }
        Tensor copy;
        try {
            copy = node.op().apply(inputs);
        } catch (GraphException e) {
            throw new GraphException("The check needs the graph in FLOAT64, but " + node
                    + " cannot be made of FLOAT64 operands. Build the graph in FLOAT64 and check that.\n"
                    + e.getMessage());
        }
        if (node.isNamed()) {
            copy.named(node.name());
        }
        return copy.dtype() == DType.FLOAT32 ? copy.cast(DType.FLOAT64) : copy;
    }
}
