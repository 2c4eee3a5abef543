package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The graph of one step of a loop over time: from leaves, which differ from step to step, to the states after it. */
final class RecurrenceBody {
    /** The slices of the sequences; any tensors, at which the graph of the step begins. */
    final List<Tensor> inputs;
    /** The states before the step. */
    final List<Tensor> states;
    /** The states after the step. */
    final List<Tensor> next;
    /** What the step uses that does not depend on a leaf, in the order of making. */
    final List<Tensor> captured;
    /** The leaves and what depends on them. */
    private final Set<Tensor> inside;

    /**
     * Walks through the graph of a step.
     *
     * @param roots all results of a step
     * @param oldest the number of the last tensor that was made before the step, which no such tensor depends on
     */
    RecurrenceBody(List<Tensor> inputs, List<Tensor> states, List<Tensor> next, Collection<Tensor> roots, long oldest) {
        this.inputs = List.copyOf(inputs);
        this.states = List.copyOf(states);
        this.next = List.copyOf(next);
        this.inside = new HashSet<>(inputs);
        inside.addAll(states);
        Set<Tensor> outside = new LinkedHashSet<>();
        List<Tensor> order = Topology.orderOfMaking(roots, node -> inside.contains(node) || node.id() <= oldest);
        for (Tensor node : order) {
            if (node.inputs().stream().anyMatch(inside::contains)) {
                inside.add(node);
            }
        }
        for (Tensor node : order) {
            if (inside.contains(node) && !isLeaf(node)) {
                node.inputs().stream().filter(input -> !inside.contains(input)).forEach(outside::add);
            }
        }
        roots.stream().filter(root -> !inside.contains(root)).forEach(outside::add);
        this.captured = new ArrayList<>(outside);
    }

    private boolean isLeaf(Tensor node) {
        return inputs.contains(node) || states.contains(node);
    }

    /** Tells whether a tensor is a leaf, or depends on one. */
    boolean contains(Tensor tensor) {
        return inside.contains(tensor);
    }

    /** Returns the tensors at which the step begins. */
    Set<Tensor> boundary() {
        Set<Tensor> leaves = new LinkedHashSet<>(inputs);
        leaves.addAll(states);
        leaves.addAll(captured);
        return leaves;
    }

    /** Returns the shape of a slice along the first axis. */
    static Shape slice(Shape sequence) {
        return Shape.of(Arrays.copyOfRange(sequence.dims(), 1, sequence.rank()));
    }

    /** Returns the shape with a first axis of steps. */
    static Shape stacked(int steps, Shape slice) {
        int[] dims = new int[slice.rank() + 1];
        dims[0] = steps;
        System.arraycopy(slice.dims(), 0, dims, 1, slice.rank());
        return Shape.of(dims);
    }
}
