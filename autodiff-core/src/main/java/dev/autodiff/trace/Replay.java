package dev.autodiff.trace;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a trace with which a reader, such as the engine in the page, computes the run again from other leaves:
 * the operations with their attributes, the values of random masks, and the rules of updates in words with what the
 * words stand for.
 */
final class Replay {
    /**
     * An operation.
     *
     * @param op the operation
     * @param operands the ids of its operands, with -1 for random masks; empty if they are the node's inputs
     */
    record Operation(Op op, List<Integer> operands) {}

    /** The origin of an operand of an update's rule. */
    enum Origin {
        /** The variable as it was. */
        BEFORE,
        /** The gradient of the traced result with respect to the variable. */
        GRADIENT,
        /** The memory of the optimizer, as it was. */
        MEMORY,
        /** The result of an equation before this one. */
        EQUATION,
        /** A number that comes from elsewhere, such as the learning rate. */
        VALUE
    }

    /**
     * An operand of an update's rule.
     *
     * @param origin where it comes from
     * @param index the place among memories or equations; otherwise 0
     * @param value the value; null unless it comes from elsewhere
     */
    record Operand(Origin origin, int index, @Nullable NDArray value) {}

    /**
     * An equation of an update.
     *
     * @param words the right side in words; empty if it cannot be written so
     * @param operands what each word stands for
     * @param names the names that readers see for words, where they are others
     * @param memory the place of the memory that gets the result, or -1
     */
    record Equation(String words, Map<String, Operand> operands, Map<String, String> names, int memory) {}

    /**
     * A run.
     *
     * @param masks the values of random masks: for the id of a node, those of its operands that are masks, in order
     * @param updates the equations of each update
     */
    record Pass(Map<Integer, List<NDArray>> masks, List<List<Equation>> updates) {
        static final Pass NONE = new Pass(Map.of(), List.of());
    }

    private final List<Operation> operations;
    private final List<Pass> passes;

    private Replay(List<Operation> operations, List<Pass> passes) {
        this.operations = operations;
        this.passes = passes;
    }

    /** Returns what replays some runs of a graph, whose nodes have these ids. */
    static Replay of(Map<Tensor, Integer> ids, List<Pass> passes) {
        List<Operation> operations = new ArrayList<>();
        ids.entrySet().stream()
                .sorted(Comparator.comparingInt(Map.Entry::getValue))
                .forEach(entry -> operations.add(operation(entry.getKey(), ids)));
        return new Replay(operations, List.copyOf(passes));
    }

    private static Operation operation(Tensor tensor, Map<Tensor, Integer> ids) {
        boolean masked = !ids.keySet().containsAll(tensor.inputs());
        List<Integer> operands = masked
                ? tensor.inputs().stream()
                        .map(input -> ids.getOrDefault(input, -1))
                        .toList()
                : List.of();
        return new Operation(tensor.op(), operands);
    }

    /** Returns the values of masks of a run. */
    static Map<Integer, List<NDArray>> masks(Map<Tensor, Integer> ids, Map<Tensor, NDArray> values) {
        Map<Integer, List<NDArray>> masks = new HashMap<>();
        ids.forEach((tensor, id) -> {
            List<NDArray> hidden = tensor.inputs().stream()
                    .filter(input -> !ids.containsKey(input))
                    .map(input -> Objects.requireNonNull(values.get(input), input::describe))
                    .toList();
            if (!hidden.isEmpty()) {
                masks.put(id, hidden);
            }
        });
        return masks;
    }

    /**
     * Tells whether two tensors are computed by the same operations from the same leaves, as the gradients are that an
     * optimizer and a trace make of one cost.
     */
    static boolean isSameComputation(Tensor a, Tensor b) {
        Map<Tensor, Tensor> pairs = new HashMap<>();
        Deque<Tensor> open = new ArrayDeque<>(List.of(a));
        pairs.put(a, b);
        while (!open.isEmpty()) {
            Tensor one = open.pop();
            Tensor other = Objects.requireNonNull(pairs.get(one));
            if (one.equals(other)) {
                continue;
            }
            if (!isSameOperation(one, other)) {
                return false;
            }
            for (int i = 0; i < one.inputs().size(); i++) {
                Tensor partner = other.inputs().get(i);
                Tensor known = pairs.putIfAbsent(one.inputs().get(i), partner);
                if (known == null) {
                    open.push(one.inputs().get(i));
                } else if (!known.equals(partner)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSameOperation(Tensor a, Tensor b) {
        Optional<NDArray> constant = Leaves.constantValue(a);
        if (constant.isPresent()) {
            return Leaves.constantValue(b).filter(constant.get()::equals).isPresent();
        }
        return a.op().type().equals(b.op().type())
                && a.op().attributes().equals(b.op().attributes())
                && !a.inputs().isEmpty()
                && a.inputs().size() == b.inputs().size();
    }

    /** Returns the operation of a node. */
    Operation operation(int id) {
        return operations.get(id);
    }

    /** Returns what replays a run, by its number from 1. */
    Pass pass(int number) {
        return number <= passes.size() ? passes.get(number - 1) : Pass.NONE;
    }
}
