package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.ir.StateAccess;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The variables that a session knows, with the seed of each. A variable is registered when the first program that
 * contains it is compiled, and gets its initial value then if it has none. The registry keeps no variable alive: those
 * of an optimizer that nothing else refers to any more go with it.
 */
final class VariableRegistry {
    private final RandomState random;
    /** Held while variables get initial values, which may take long, and for which initializers may run something. */
    private final Object initialization = new Object();

    private final Set<Variable> underway = new HashSet<>();
    private final Map<String, Namesakes> names = new HashMap<>();
    private long initializedAt;

    /** Guarded by itself, and for moments only: what has no new variables is compiled while others are initialized. */
    private final Map<Variable, Entry> known = new WeakHashMap<>();

    private int registered;

    /**
     * The entry of a variable.
     *
     * @param order the number of variables that were registered before it
     * @param seed the seed of its initial value
     * @param late whether a variable of its name was registered before it, but made after it
     */
    private record Entry(int order, long seed, boolean late) {}

    /**
     * The variables of one name that have been registered.
     *
     * @param count the number of them
     * @param latest the id of the one that was made last
     */
    private record Namesakes(int count, long latest) {}

    VariableRegistry(RandomState random) {
        this.random = random;
    }

    /**
     * Registers those of the nodes that are variables and new here, in the order of the nodes: each gets a seed from
     * its name, and its initial value unless it has a value that is newer than the last {@link #initialize()}.
     *
     * @throws GraphException if an initializer does not fit its variable, which is not registered then; or if the
     *     initial value would depend on the order in which two variables of one name are met
     * @throws IllegalStateException if an initializer runs something that needs its own variable
     */
    void register(List<Tensor> nodes) {
        List<Variable> unknown = new ArrayList<>();
        for (Tensor node : nodes) {
            if (node instanceof Variable variable && !isKnown(variable)) {
                unknown.add(variable);
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        synchronized (initialization) {
            for (Variable variable : unknown) {
                if (!isKnown(variable)) {
                    register(variable);
                }
            }
        }
    }

    private boolean isKnown(Variable variable) {
        synchronized (known) {
            return known.containsKey(variable);
        }
    }

    private void register(Variable variable) {
        Namesakes before = names.getOrDefault(variable.name(), new Namesakes(0, -1));
        long seed = seed(variable, before.count);
        boolean late = variable.id() < before.latest;
        boolean outdated = variable.assignedAt() < initializedAt;
        if (!variable.isInitialized() || outdated) {
            requireOrder(variable, seed, late);
            initialize(variable, seed, outdated);
        }
        // read again: the initializer may have run something that contains variables of this name
        Namesakes now = names.getOrDefault(variable.name(), before);
        names.put(variable.name(), new Namesakes(now.count + 1, Math.max(now.latest, variable.id())));
        synchronized (known) {
            known.put(variable, new Entry(registered++, seed, late));
        }
    }

    private long seed(Variable variable, int ordinal) {
        return CounterRandom.seed(random.seed(), variable.name(), ordinal);
    }

    /**
     * Refuses random initial values that would be others if two variables of one name had been met in the order in
     * which they were made.
     */
    private void requireOrder(Variable variable, long seed, boolean late) {
        if (late && !initialValue(variable, seed).equals(initialValue(variable, seed(variable, 0)))) {
            throw new GraphException("Variable " + variable.describe() + " has a name that a variable has which was"
                    + " made after it but run before it, so that its random initial value would depend on which of the"
                    + " two is run first, and not on the seed alone. Give them different names, or run them in the"
                    + " order in which they are made\n    made at " + variable.sourceLine());
        }
    }

    private void initialize(Variable variable, long seed, boolean again) {
        if (!underway.add(variable)) {
            throw new IllegalStateException("The initializer of variable " + variable.describe()
                    + " runs something that is computed from the variable itself, which has no value yet\n    made at "
                    + variable.sourceLine());
        }
        try {
            variable.initialize(initialValue(variable, seed), again);
        } catch (IllegalArgumentException e) {
            throw new GraphException("The initializer of variable " + variable.describe() + " does not fit it: "
                    + e.getMessage() + "\n    made at " + variable.sourceLine());
        } finally {
            underway.remove(variable);
        }
    }

    private static NDArray initialValue(Variable variable, long seed) {
        return variable.initializer().initialize(variable.dtype(), variable.shape(), seed);
    }

    /**
     * Sets all registered variables to their initial values and rewinds the random numbers, in one step: no run sees
     * some variables before and others after it.
     *
     * @throws GraphException if an initial value would depend on the order in which variables were met
     * @throws IllegalStateException if it is called by a run that uses one of the variables
     */
    void initialize() {
        boolean done = false;
        while (!done) {
            // Locks of variables come before that of the registry, since a run may compile something while it has them
            Map<Variable, Entry> all = inOrder();
            StateAccess access = StateAccess.exclusive(
                    all.keySet().stream().map(Variable::state).toList());
            access.acquire();
            try {
                done = initializeAll(all);
            } finally {
                access.release();
            }
        }
    }

    /** Initializes these variables, unless there are more by now. */
    private boolean initializeAll(Map<Variable, Entry> all) {
        synchronized (initialization) {
            if (!all.keySet().containsAll(variables())) {
                return false;
            }
            all.forEach((variable, entry) -> requireOrder(variable, entry.seed, entry.late));
            initializedAt = Variable.tick();
            all.forEach((variable, entry) -> initialize(variable, entry.seed, true));
            random.set(0);
            return true;
        }
    }

    private Map<Variable, Entry> inOrder() {
        Map<Variable, Entry> entries = new LinkedHashMap<>();
        synchronized (known) {
            known.keySet().stream()
                    .sorted(Comparator.comparingInt(variable -> entry(variable).order))
                    .forEach(variable -> entries.put(variable, entry(variable)));
        }
        return entries;
    }

    private Entry entry(Variable variable) {
        return Objects.requireNonNull(known.get(variable));
    }

    /** Returns the variables in the order of their registration; those that nothing refers to any more are gone. */
    List<Variable> variables() {
        return List.copyOf(inOrder().keySet());
    }
}
