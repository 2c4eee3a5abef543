package dev.autodiff.formula;

import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A graph as readers see it. A random mask, and the nodes that it is made of, are part of the operation that applies
 * them, so that dropout is one node rather than seven.
 */
public final class ReaderGraph {
    private final List<Tensor> nodes;
    private final Set<Tensor> hidden;

    /** Makes the graph that some results are computed from. */
    public ReaderGraph(List<Tensor> results) {
        List<Tensor> order = Topology.order(results);
        Set<Tensor> masks = masks(order);
        this.hidden = results.stream().anyMatch(masks::contains) ? Set.of() : withMakers(masks, order);
        this.nodes = order.stream().filter(node -> !hidden.contains(node)).toList();
    }

    /** Returns random numbers, and the nodes without names that turn them into something with numbers alone. */
    private static Set<Tensor> masks(List<Tensor> order) {
        Set<Tensor> masks = new HashSet<>();
        for (Tensor node : order) {
            boolean random = node.op().type() == Tensors.RANDOM_UNIFORM;
            boolean derived = node.inputs().stream().anyMatch(masks::contains)
                    && node.inputs().stream()
                            .allMatch(input ->
                                    masks.contains(input) || input.shape().rank() == 0);
            if (!node.isNamed() && (random || derived)) {
                masks.add(node);
            }
        }
        return masks;
    }

    /** Returns masks together with the nodes without names that serve for nothing else. */
    private static Set<Tensor> withMakers(Set<Tensor> masks, List<Tensor> order) {
        Map<Tensor, List<Tensor>> users = new HashMap<>();
        order.forEach(node -> node.inputs().forEach(input -> users.computeIfAbsent(input, key -> new ArrayList<>())
                .add(node)));
        Set<Tensor> hidden = new HashSet<>(masks);
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor node = order.get(i);
            boolean given =
                    node.inputs().isEmpty() && Leaves.constantValue(node).isEmpty();
            List<Tensor> uses = users.getOrDefault(node, List.of());
            if (!node.isNamed() && !given && !uses.isEmpty() && hidden.containsAll(uses)) {
                hidden.add(node);
            }
        }
        return hidden;
    }

    /** Returns the nodes that are shown, operands first. */
    public List<Tensor> nodes() {
        return nodes;
    }

    /** Returns the nodes that are not shown. */
    public Set<Tensor> hidden() {
        return hidden;
    }

    /** Returns the nodes from which a node is computed; behind a mask these are what the mask is made of. */
    public List<Tensor> inputs(Tensor node) {
        if (node.inputs().stream().noneMatch(hidden::contains)) {
            return node.inputs();
        }
        List<Tensor> inputs = new ArrayList<>();
        Set<Tensor> behind = new LinkedHashSet<>();
        for (Tensor input : node.inputs()) {
            if (hidden.contains(input)) {
                addBehind(input, behind);
            } else {
                inputs.add(input);
            }
        }
        behind.removeAll(inputs);
        inputs.addAll(behind);
        return inputs;
    }

    private void addBehind(Tensor mask, Set<Tensor> behind) {
        List<Tensor> open = new ArrayList<>(List.of(mask));
        while (!open.isEmpty()) {
            Tensor node = open.remove(open.size() - 1);
            if (!hidden.contains(node)) {
                behind.add(node);
            } else if (node.op().type() != Tensors.RANDOM_UNIFORM) {
                open.addAll(node.inputs());
            }
        }
    }

    /** Returns the place among {@link #inputs} of an operand that is shown. */
    public int place(Tensor node, int operand) {
        return (int) node.inputs().subList(0, operand).stream()
                .filter(input -> !hidden.contains(input))
                .count();
    }

    /**
     * Returns the leaves whose gradients readers ask for: variables; if there are none, placeholders and constants with
     * names; or else all constants. So targets and numbers in formulas get none.
     */
    public List<Tensor> leaves() {
        List<Tensor> leaves = nodes.stream()
                .filter(node -> node.inputs().isEmpty() && node.dtype().isFloating())
                .toList();
        Predicate<Tensor> named = leaf -> leaf.isNamed() || leaf.op().type() == Leaves.PLACEHOLDER;
        return Stream.<Predicate<Tensor>>of(Leaves::isState, named)
                .map(kind -> leaves.stream().filter(kind).toList())
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(leaves);
    }
}
