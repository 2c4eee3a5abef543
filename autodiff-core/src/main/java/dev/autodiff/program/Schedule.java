package dev.autodiff.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of the steps: operands first, otherwise as the operations were added; then the updates, those steps whose
 * results only go into states, so that everything has read the old values before any is written.
 */
final class Schedule {
    /** All steps in order. */
    final List<Step> steps = new ArrayList<>();
    /** States that the step which computes their new value writes in place; all others are copied after the last step. */
    final Map<Value, State> inPlace = new HashMap<>();

    private final Liveness liveness;
    private final Map<State, Value> assigns;
    private final Set<Value> assigned;

    Schedule(List<Step> unordered, Liveness liveness, Map<State, Value> assigns, Set<Value> fetched) {
        this.liveness = liveness;
        this.assigns = assigns;
        this.assigned = new HashSet<>(assigns.values());
        List<Step> updates = new ArrayList<>();
        for (Step step : topological(unordered)) {
            (isUpdate(step, fetched) ? updates : steps).add(step);
        }
        findInPlace(updates);
        steps.addAll(updates);
    }

    private static List<Step> topological(List<Step> unordered) {
        Map<Value, Integer> producer = new HashMap<>();
        for (int i = 0; i < unordered.size(); i++) {
            for (Value output : unordered.get(i).outputs()) {
                producer.put(output, i);
            }
        }
        int[] waitingFor = new int[unordered.size()];
        List<List<Integer>> dependents = new ArrayList<>();
        unordered.forEach(step -> dependents.add(new ArrayList<>()));
        for (int i = 0; i < unordered.size(); i++) {
            Set<Integer> needs = new HashSet<>();
            for (Value input : unordered.get(i).inputs()) {
                Integer from = producer.get(input);
                if (from != null && needs.add(from)) {
                    dependents.get(from).add(i);
                }
            }
            waitingFor[i] = needs.size();
        }
        Comparator<Integer> asAdded =
                Comparator.comparingInt(i -> unordered.get(i).last().id);
        PriorityQueue<Integer> ready = new PriorityQueue<>(asAdded);
        for (int i = 0; i < waitingFor.length; i++) {
            if (waitingFor[i] == 0) {
                ready.add(i);
            }
        }
        List<Step> ordered = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            ordered.add(unordered.get(next));
            for (int dependent : dependents.get(next)) {
                if (--waitingFor[dependent] == 0) {
                    ready.add(dependent);
                }
            }
        }
        if (ordered.size() != unordered.size()) {
            throw new IllegalStateException("The steps of a program depend on each other in a circle");
        }
        return ordered;
    }

    private boolean isUpdate(Step step, Set<Value> fetched) {
        Set<Value> inside = new HashSet<>(step.members());
        boolean any = false;
        for (Value output : step.outputs()) {
            if (!assigned.contains(output) || fetched.contains(output)) {
                return false;
            }
            for (Value consumer : liveness.consumers(output)) {
                if (!inside.contains(consumer)) {
                    return false;
                }
            }
            any = true;
        }
        return any;
    }

    private void findInPlace(List<Step> updates) {
        Map<Value, State> targets = new HashMap<>();
        Set<Value> twice = new HashSet<>();
        assigns.forEach((state, value) -> {
            if (targets.put(value, state) != null) {
                twice.add(value);
            }
        });
        Set<State> readLater = new HashSet<>();
        for (int i = updates.size() - 1; i >= 0; i--) {
            Step update = updates.get(i);
            Set<State> reads = new HashSet<>();
            for (Value input : update.inputs()) {
                if (stateOf(input) != null) {
                    reads.add(stateOf(input));
                }
            }
            for (Value output : update.outputs()) {
                State target = targets.get(output);
                if (target != null
                        && !twice.contains(output)
                        && !readLater.contains(target)
                        && (!reads.contains(target) || mayOverwrite(update, target))) {
                    inPlace.put(output, target);
                }
            }
            readLater.addAll(reads);
        }
    }

    /** The state that a value is a view of, if any. */
    private static @Nullable State stateOf(Value value) {
        return value.root.kind instanceof Kind.StateRead read ? read.state() : null;
    }

    private static boolean mayOverwrite(Step update, State state) {
        for (Value input : update.inputs()) {
            if (stateOf(input) == state && !update.mayOverwrite(input.root)) {
                return false;
            }
        }
        return true;
    }
}
