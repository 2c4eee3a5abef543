package dev.autodiff.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Which tensors of a gradient graph belong to which node of the graph that was differentiated. To a node belongs what
 * its gradient rule makes, and the adding of what that contributes to what others have.
 */
public final class Provenance {
    private Provenance() {}

    /**
     * The node to whose gradient rule a tensor belongs; nothing for tensors that the user, or an optimizer, made. In a
     * second derivative that node may belong to a gradient rule itself.
     */
    public static Optional<Tensor> ruleOf(Tensor tensor) {
        return Optional.ofNullable(tensor.ruleOf);
    }

    /** Marks a tensor, and all that it is computed from, as belonging to a node, but for what is older. */
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
