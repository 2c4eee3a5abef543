package dev.autodiff.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The node of a differentiated graph that a tensor of the gradient graph belongs to. To a node belong the tensors that
 * its gradient rule makes, and the sums of these and of other contributions.
 */
public final class Provenance {
    private Provenance() {}

    /**
     * Returns the node to whose gradient rule a tensor belongs; nothing for tensors that the user or an optimizer made.
     * In a second derivative that node may belong to a gradient rule itself.
     */
    public static Optional<Tensor> ruleOf(Tensor tensor) {
        return Optional.ofNullable(tensor.ruleOf);
    }

    /** Marks a tensor and all that it is computed from as belonging to a node, except tensors that are older. */
    static Tensor mark(Tensor made, Tensor node, long after) {
        Deque<Tensor> left = new ArrayDeque<>();
        left.push(made);
        while (!left.isEmpty()) {
            Tensor tensor = left.pop();
            if (tensor.id() > after && tensor.ruleOf == null) {
                tensor.ruleOf = node;
                tensor.inputs().forEach(left::push);
            }
        }
        return made;
    }
}
