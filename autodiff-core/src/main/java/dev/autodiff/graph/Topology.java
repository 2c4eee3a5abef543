package dev.autodiff.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The orders of a graph's nodes. The walks are iterative, so that deep graphs do not overflow the stack. */
public final class Topology {
    private static final Comparator<Tensor> BY_ID = (a, b) -> Long.compare(a.id(), b.id());

    private Topology() {}

    /** A node whose operands are being visited. */
    private static final class Visit {
        final Tensor node;
        int next;

        Visit(Tensor node) {
            this.node = node;
        }
    }

    /**
     * Returns the same nodes as {@link #order}, in the order in which they were made. Operands come before results, and
     * the order of two tensors does not depend on the other results.
     */
    public static List<Tensor> orderOfMaking(Collection<? extends Tensor> results) {
        return orderOfMaking(results, node -> false);
    }

    /** Returns the same nodes as {@link #order(Collection, Predicate)}, in the order in which they were made. */
    static List<Tensor> orderOfMaking(Collection<? extends Tensor> results, Predicate<Tensor> isBoundary) {
        List<Tensor> order = order(results, isBoundary);
        order.sort(BY_ID);
        return order;
    }

    /** Returns the given tensors and everything that they are computed from, operands before results. */
    public static List<Tensor> order(Collection<? extends Tensor> results) {
        return order(results, node -> false);
    }

    /** Returns the given tensors and what they are computed from, down to a boundary that is not looked behind. */
    static List<Tensor> order(Collection<? extends Tensor> results, Predicate<Tensor> isBoundary) {
        List<Tensor> order = new ArrayList<>();
        Set<Tensor> seen = new HashSet<>();
        Deque<Visit> path = new ArrayDeque<>();
        for (Tensor result : results) {
            if (seen.add(result)) {
                path.push(new Visit(result));
            }
            while (!path.isEmpty()) {
                Visit visit = path.peek();
                if (visit.next == visit.node.inputs().size() || isBoundary.test(visit.node)) {
                    order.add(path.pop().node);
                } else {
                    Tensor input = visit.node.inputs().get(visit.next++);
                    if (seen.add(input)) {
                        path.push(new Visit(input));
                    }
                }
            }
        }
        return order;
    }
}
