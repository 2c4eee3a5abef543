package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The graph of one step of a loop over time: from leaves, which differ from step to step, to the states after it. Other
 * tensors that the step uses are the same in all steps.
 */
public final class RecurrenceBody {
    private static final Set<OpType> OF_SHAPES =
            Set.of(LikeOps.COUNT, IndexingGradients.OFFSETS, Recurrence.ZERO_STATE, Recurrence.STEP_NUMBERS);

    private final List<Tensor> inputs;
    private final List<Tensor> states;
    private final List<Tensor> next;
    private final List<Tensor> captured;
    /** The leaves and what depends on them. */
    private final Set<Tensor> inside;
    /** The tensors from which gradients flow to a result. */
    private final Set<Tensor> flowing;

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
        List<Tensor> order = Topology.orderOfMaking(roots, node -> inside.contains(node) || isBefore(node, oldest));
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
        this.captured = List.copyOf(outside);
        this.flowing = new HashSet<>(roots);
        for (int i = order.size() - 1; i >= 0; i--) {
            Tensor node = order.get(i);
            for (int operand = 0;
                    flowing.contains(node)
                            && !isLeaf(node)
                            && operand < node.inputs().size();
                    operand++) {
                if (inside.contains(node) && Gradients.flows(node, operand)) {
                    flowing.add(node.inputs().get(operand));
                }
            }
        }
    }

    private boolean isLeaf(Tensor node) {
        return inputs.contains(node) || states.contains(node);
    }

    /**
     * Returns the tensors that stand for the slices of the sequences. In the body of a gradient, tensors of the forward
     * step are among them, which that loop computes.
     */
    public List<Tensor> inputs() {
        return inputs;
    }

    /** Returns the tensors that stand for the states before a step. */
    public List<Tensor> states() {
        return states;
    }

    /** Returns the states after a step. */
    public List<Tensor> next() {
        return next;
    }

    /** Returns the tensors that a step uses and that depend on none of its leaves, in the order of operands. */
    public List<Tensor> captured() {
        return captured;
    }

    /** Tells whether a tensor is a leaf, or depends on one; so does a result of a loop within the step. */
    boolean contains(Tensor tensor) {
        return inside.contains(tensor)
                || (tensor.op() instanceof ScanResult
                        && inside.contains(tensor.inputs().get(0)));
    }

    /**
     * Tells whether a tensor was made before another one, and is to be kept rather than made again. What depends on
     * shapes alone is made again: it becomes a constant, and operations may need it to be one.
     */
    static boolean isBefore(Tensor tensor, long last) {
        return tensor.id() <= last && !isOfShape(tensor);
    }

    /** Tells whether a tensor depends on shapes alone. */
    static boolean isOfShape(Tensor tensor) {
        return OF_SHAPES.contains(tensor.op().type());
    }

    /** Tells whether a gradient flows from a result of the step to a tensor at which it begins. */
    boolean isDifferentiable(Tensor leaf) {
        return flowing.contains(leaf);
    }

    /** Returns the tensors at which the step begins, in the order of operands. */
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

    /** Returns the numbers of sequences and states, as {@code 1 -> 2}. */
    @Override
    public String toString() {
        return inputs.size() + " -> " + states.size();
    }
}
