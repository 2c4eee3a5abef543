package dev.autodiff.compiler;

import dev.autodiff.ir.State;
import dev.autodiff.ir.StateRead;
import dev.autodiff.ir.Value;
import dev.autodiff.runtime.FusedGroup;
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
 * The order of the groups: operands first, otherwise as the operations were added; then the updates, those groups whose
 * results only go into states, so that everything has read the old values before any is written.
 */
final class Schedule {
    /** All groups in order. */
    final List<FusedGroup> groups = new ArrayList<>();
    /**
     * States that the group which computes their new value writes in place; all others are copied after the last group.
     */
    final Map<Value, State> inPlace = new HashMap<>();

    private static final Comparator<Waiting> AS_ADDED =
            (a, b) -> Integer.compare(a.group.last().id(), b.group.last().id());

    private final Liveness liveness;
    private final Map<State, Value> assigns;
    private final Set<Value> assigned;

    /**
     * Orders groups.
     *
     * @param assigns the values that states get
     * @param fetched the values that are wanted besides
     */
    Schedule(List<FusedGroup> unordered, Liveness liveness, Map<State, Value> assigns, Set<Value> fetched) {
        this.liveness = liveness;
        this.assigns = assigns;
        this.assigned = new HashSet<>(assigns.values());
        List<FusedGroup> updates = new ArrayList<>();
        for (FusedGroup group : topological(unordered, liveness.kept.length)) {
            (isUpdate(group, fetched) ? updates : groups).add(group);
        }
        findInPlace(updates);
        groups.addAll(updates);
    }

    /** A group that waits until the groups before it are in order. */
    private static final class Waiting {
        final FusedGroup group;
        final List<Waiting> dependents = new ArrayList<>(2);
        int needs;

        Waiting(FusedGroup group) {
            this.group = group;
        }
    }

    private static List<FusedGroup> topological(List<FusedGroup> unordered, int valueCount) {
        @Nullable Waiting[] producer = new Waiting[valueCount];
        List<Waiting> all = new ArrayList<>(unordered.size());
        for (FusedGroup group : unordered) {
            Waiting waiting = new Waiting(group);
            all.add(waiting);
            for (Value output : group.outputs()) {
                producer[output.id()] = waiting;
            }
        }
        PriorityQueue<Waiting> ready = new PriorityQueue<>(AS_ADDED);
        for (Waiting waiting : all) {
            for (Value input : waiting.group.inputs()) {
                Waiting before = producer[input.id()];
                if (before != null) {
                    before.dependents.add(waiting); // once for each value that it reads of it
                    waiting.needs++;
                }
            }
            if (waiting.needs == 0) {
                ready.add(waiting);
            }
        }
        List<FusedGroup> ordered = new ArrayList<>(unordered.size());
        while (!ready.isEmpty()) {
            Waiting next = ready.remove();
            ordered.add(next.group);
            for (Waiting dependent : next.dependents) {
                if (--dependent.needs == 0) {
                    ready.add(dependent);
                }
            }
        }
        if (ordered.size() != unordered.size()) {
            throw new IllegalStateException("The groups of a program depend on each other in a circle");
        }
        return ordered;
    }

    private boolean isUpdate(FusedGroup group, Set<Value> fetched) {
        Set<Value> inside = new HashSet<>(group.members());
        boolean any = false;
        for (Value output : group.outputs()) {
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

    private void findInPlace(List<FusedGroup> updates) {
        Map<Value, State> targets = new HashMap<>();
        Set<Value> twice = new HashSet<>();
        for (Map.Entry<State, Value> assign : assigns.entrySet()) {
            if (targets.put(assign.getValue(), assign.getKey()) != null) {
                twice.add(assign.getValue());
            }
        }
        Set<State> readLater = new HashSet<>();
        for (int i = updates.size() - 1; i >= 0; i--) {
            FusedGroup update = updates.get(i);
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

    /** Returns the state that a value is a view of, if any. */
    private static @Nullable State stateOf(Value value) {
        return value.root().primitive() instanceof StateRead read ? read.state() : null;
    }

    private static boolean mayOverwrite(FusedGroup update, State state) {
        for (Value input : update.inputs()) {
            if (stateOf(input) == state && !update.mayOverwrite(input.root())) {
                return false;
            }
        }
        return true;
    }
}
