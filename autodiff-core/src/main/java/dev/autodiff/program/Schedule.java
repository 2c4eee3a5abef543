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

    private static final Comparator<Waiting> AS_ADDED = (a, b) -> Integer.compare(a.step.last().id, b.step.last().id);

    private final Liveness liveness;
    private final Map<State, Value> assigns;
    private final Set<Value> assigned;

    Schedule(List<Step> unordered, Liveness liveness, Map<State, Value> assigns, Set<Value> fetched) {
        this.liveness = liveness;
        this.assigns = assigns;
        this.assigned = new HashSet<>(assigns.values());
        List<Step> updates = new ArrayList<>();
        for (Step step : topological(unordered, liveness.kept.length)) {
            (isUpdate(step, fetched) ? updates : steps).add(step);
        }
        findInPlace(updates);
        steps.addAll(updates);
    }

    /** A step that waits until the steps before it are in order. */
    private static final class Waiting {
        final Step step;
        final List<Waiting> dependents = new ArrayList<>(2);
        int needs;

        Waiting(Step step) {
            this.step = step;
        }
    }

    private static List<Step> topological(List<Step> unordered, int valueCount) {
        @Nullable Waiting[] producer = new Waiting[valueCount];
        List<Waiting> all = new ArrayList<>(unordered.size());
        for (Step step : unordered) {
            Waiting waiting = new Waiting(step);
            all.add(waiting);
            for (Value output : step.outputs()) {
                producer[output.id] = waiting;
            }
        }
        PriorityQueue<Waiting> ready = new PriorityQueue<>(AS_ADDED);
        for (Waiting waiting : all) {
            for (Value input : waiting.step.inputs()) {
                Waiting before = producer[input.id];
                if (before != null) {
                    before.dependents.add(waiting); // once for each value that it reads of it
                    waiting.needs++;
                }
            }
            if (waiting.needs == 0) {
                ready.add(waiting);
            }
        }
        List<Step> ordered = new ArrayList<>(unordered.size());
        while (!ready.isEmpty()) {
            Waiting next = ready.remove();
            ordered.add(next.step);
            for (Waiting dependent : next.dependents) {
                if (--dependent.needs == 0) {
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
        for (Map.Entry<State, Value> assign : assigns.entrySet()) {
            if (targets.put(assign.getValue(), assign.getKey()) != null) {
                twice.add(assign.getValue());
            }
        }
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
