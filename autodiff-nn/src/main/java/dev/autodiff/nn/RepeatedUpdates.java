package dev.autodiff.nn;

import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The updates of one step in which a variable is updated several times, such as the moving average of a layer that is
 * applied to two inputs. A step writes a variable once, at its end, so the updates of a variable are put into each
 * other.
 */
final class RepeatedUpdates {
    /** The value of each variable after the updates so far, for those that are updated several times. */
    private final Map<Tensor, Latest> latest = new HashMap<>();

    /**
     * The value of a variable after an update.
     *
     * @param assignment the assignment of the update
     * @param end the node that it is attached to, which is younger than all of the application that it belongs to
     */
    private record Latest(Tensor value, Tensor assignment, Tensor end) {}

    private RepeatedUpdates() {}

    /**
     * Returns the assignments that are attached to nodes, one for each variable.
     *
     * @param nodes the nodes with attachments
     * @param assignments the function from a node to those that are attached to it
     */
    static List<Tensor> inTurn(List<Tensor> nodes, Function<Tensor, List<Tensor>> assignments) {
        Set<Tensor> found = new LinkedHashSet<>();
        nodes.forEach(node -> found.addAll(assignments.apply(node)));
        Map<Tensor, Integer> counts = new HashMap<>();
        found.forEach(assignment -> counts.merge(written(assignment), 1, Integer::sum));
        counts.values().removeIf(count -> count == 1);
        if (counts.isEmpty()) {
            return List.copyOf(found);
        }
        RepeatedUpdates updates = new RepeatedUpdates();
        List<Tensor> inOrder = new ArrayList<>(nodes);
        inOrder.sort(Comparator.comparingLong(Tensor::id));
        Set<Tensor> seen = new LinkedHashSet<>();
        for (Tensor node : inOrder) {
            List<Tensor> own = new ArrayList<>(assignments.apply(node));
            own.removeIf(assignment -> !counts.containsKey(written(assignment)) || !seen.add(assignment));
            updates.add(node, own);
        }
        return updates.replacing(found);
    }

    private static Tensor written(Tensor assignment) {
        return Tensors.assignedBy(assignment).orElseThrow();
    }

    /** Adds the updates of one application, which all begin with the values before it. */
    private void add(Tensor end, List<Tensor> assignments) {
        Map<Tensor, Latest> after = new HashMap<>();
        for (Tensor assignment : assignments) {
            Tensor value = afterOthers(assignment);
            after.put(written(assignment), new Latest(value, assignment, end));
        }
        latest.putAll(after);
    }

    /**
     * Returns the value of an update in which variables have the values that earlier updates gave them. What was made
     * before these ended, such as the input of the application, is not part of the update and remains as it is.
     */
    private Tensor afterOthers(Tensor assignment) {
        Tensor value = assignment.inputs().get(0);
        Map<Tensor, Tensor> changed = new HashMap<>();
        for (Tensor node : Topology.orderOfMaking(List.of(value))) {
            List<Tensor> inputs = new ArrayList<>();
            for (Tensor input : node.inputs()) {
                inputs.add(changed.getOrDefault(input, current(input, node, assignment)));
            }
            if (!inputs.equals(node.inputs())) {
                changed.put(node, node.op().apply(inputs.toArray(new Tensor[0])));
            }
        }
        return changed.getOrDefault(value, current(value, assignment, assignment));
    }

    /** Returns the value that a node reads of a tensor as part of an update. */
    private Tensor current(Tensor read, Tensor reader, Tensor assignment) {
        Latest before = latest.get(read);
        if (before == null) {
            return read;
        }
        // Updates that were written by hand may have been made before the one before was attached.
        Tensor end = assignment.id() > before.end.id() ? before.end : before.assignment;
        return reader.id() > end.id() ? before.value : read;
    }

    /** Returns the assignments with one for each variable that is updated several times, in the place of its first. */
    private List<Tensor> replacing(Set<Tensor> assignments) {
        List<Tensor> all = new ArrayList<>();
        Set<Tensor> replaced = new LinkedHashSet<>();
        for (Tensor assignment : assignments) {
            Tensor variable = written(assignment);
            if (!latest.containsKey(variable)) {
                all.add(assignment);
            } else if (replaced.add(variable)) {
                all.add(Tensors.assign(variable, Objects.requireNonNull(latest.get(variable)).value));
            }
        }
        return List.copyOf(all);
    }
}
