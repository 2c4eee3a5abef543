package dev.autodiff.ir;

import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import java.util.Set;

/** The division of the body of an iteration into what is computed before, during and after the repetition. */
final class IterationDivision {
    /** By value id: differs from step to step. */
    final boolean[] timed;
    /** By value id: depends on a state. */
    final boolean[] stateful;
    /** By value id: computed in every step. */
    final boolean[] repeated;
    /** By value id: computed outside for all steps, or read there. */
    final boolean[] outside;
    /** By state: needed for what is wanted. */
    final boolean[] neededStates;

    private final List<Value> values;
    private final Set<Value> sequences;
    private final List<Value> states;
    private final List<Value> next;
    private final List<IterationBuilder.Wanted> wanted;
    private final List<Integer> finals;
    /** By value id: wanted, or needed by what is. */
    private final boolean[] needed;

    /**
     * Divides a body.
     *
     * @param values its values, in order
     * @param sequences the slices that a step gets
     * @param states the states before a step
     * @param next the states after it
     * @param wanted the values that are wanted of every step
     * @param finals the states that are wanted after the last step
     */
    IterationDivision(
            List<Value> values,
            Set<Value> sequences,
            List<Value> states,
            List<Value> next,
            List<IterationBuilder.Wanted> wanted,
            List<Integer> finals) {
        this.values = values;
        this.sequences = sequences;
        this.states = states;
        this.next = next;
        this.wanted = wanted;
        this.finals = finals;
        int n = values.size();
        this.timed = new boolean[n];
        this.stateful = new boolean[n];
        this.needed = new boolean[n];
        this.repeated = new boolean[n];
        this.outside = new boolean[n];
        this.neededStates = new boolean[states.size()];
        findDependencies();
        findNeeded();
        findRepeated();
        findOutside();
    }

    private void findDependencies() {
        for (Value value : values) {
            int id = value.id();
            stateful[id] = states.contains(value);
            timed[id] = stateful[id] || sequences.contains(value) || isRandom(value);
            for (Value operand : value.inputs()) {
                timed[id] |= timed[operand.id()];
                stateful[id] |= stateful[operand.id()];
            }
        }
    }

    private void findNeeded() {
        wanted.forEach(want -> needed[want.value().id()] = true);
        finals.forEach(state -> neededStates[state] = true);
        for (boolean more = true; more; ) {
            more = false;
            for (int i = 0; i < states.size(); i++) {
                neededStates[i] |= needed[states.get(i).id()];
                if (neededStates[i] && !needed[next.get(i).id()]) {
                    needed[next.get(i).id()] = true;
                    more = true;
                }
            }
            for (int id = values.size() - 1; id >= 0; id--) {
                for (Value operand : needed[id] ? values.get(id).inputs() : List.<Value>of()) {
                    more |= !needed[operand.id()];
                    needed[operand.id()] = true;
                }
            }
        }
    }

    private void findRepeated() {
        for (int i = 0; i < states.size(); i++) {
            Value after = next.get(i);
            repeated[after.id()] |= neededStates[i] && stateful[after.id()] && !after.isLeaf();
        }
        for (int id = values.size() - 1; id >= 0; id--) {
            Value value = values.get(id);
            repeated[id] |= needed[id]
                    && timed[id]
                    && !value.isLeaf()
                    && !isRandom(value)
                    && !TimeBatching.isPossible(value, timed);
            for (Value operand : repeated[id] ? value.inputs() : List.<Value>of()) {
                repeated[operand.id()] |= stateful[operand.id()] && !operand.isLeaf();
            }
        }
        for (int id = values.size() - 1; id >= 0; id--) {
            for (Value operand : repeated[id] ? values.get(id).inputs() : List.<Value>of()) {
                repeated[operand.id()] |= isCheap(operand);
            }
        }
    }

    /** Returns whether to compute a value in each step costs less than to keep it for all of them. */
    private boolean isCheap(Value value) {
        return timed[value.id()] && value.primitive() instanceof Pointwise && !isRandom(value);
    }

    /** Marks, from results to operands, what is computed or read outside of the repetition. */
    private void findOutside() {
        wanted.forEach(want -> outside[want.value().id()] = true);
        for (int i = 0; i < states.size(); i++) {
            Value after = next.get(i);
            outside[after.id()] |= neededStates[i] && !stateful[after.id()] && !repeated[after.id()];
        }
        for (int id = values.size() - 1; id >= 0; id--) {
            Value value = values.get(id);
            if (repeated[id]) {
                for (Value operand : value.inputs()) {
                    outside[operand.id()] |= !stateful[operand.id()] && !repeated[operand.id()];
                }
            }
            boolean isComputed = outside[id] && !isKept(value) && !isRandom(value);
            for (Value operand : isComputed ? value.inputs() : List.<Value>of()) {
                outside[operand.id()] = true;
            }
        }
    }

    /** Returns whether a value that is wanted outside is kept by the repetition, and not computed again. */
    boolean isKept(Value value) {
        return repeated[value.id()] && (stateful[value.id()] || !TimeBatching.isPossible(value, timed));
    }

    static boolean isRandom(Value value) {
        return value.primitive() instanceof Pointwise map && map.op() == Elementwise.UNIFORM;
    }
}
