package dev.autodiff.nn;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.VariableLock.Access;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables that a session knows, with the seed of each and the lock on their values. A variable is registered when
 * the first program that contains it is compiled, and gets its initial value then if it has none.
 */
final class VariableRegistry {
    private final RandomState random;
    private final VariableLock lock = new VariableLock();
    private final Map<Variable, Long> seeds = new LinkedHashMap<>();
    private final Map<String, Integer> nameCounts = new HashMap<>();
    private long initializedAt;

    VariableRegistry(RandomState random) {
        this.random = random;
    }

    /** Returns the lock on the values of these variables. */
    VariableLock lock() {
        return lock;
    }

    /**
     * Registers those of the nodes that are variables and new here, in the order of the nodes: each gets a seed from
     * its name, and its initial value unless it has a value that is newer than the last {@link #initialize()}.
     *
     * @throws GraphException if an initializer does not fit its variable, which is not registered then
     */
    void register(List<Tensor> nodes) {
        synchronized (seeds) {
            for (Tensor node : nodes) {
                if (!(node instanceof Variable variable) || seeds.containsKey(variable)) {
                    continue;
                }
                int ordinal = nameCounts.getOrDefault(variable.name(), 0);
                long seed = CounterRandom.seed(random.seed(), variable.name(), ordinal);
                if (!variable.isInitialized() || variable.assignedAt() < initializedAt) {
                    initialize(variable, seed);
                }
                seeds.put(variable, seed);
                nameCounts.put(variable.name(), ordinal + 1);
            }
        }
    }

    /**
     * Sets all registered variables to their initial values and rewinds the random numbers, in one step: no run sees
     * some variables before and others after it.
     */
    void initialize() {
        synchronized (seeds) {
            initializedAt = Variable.tick();
            long stamp = lock.acquire(Access.WRITE);
            try {
                seeds.forEach(VariableRegistry::initialize);
                random.set(0);
            } finally {
                lock.release(stamp);
            }
        }
    }

    private static void initialize(Variable variable, long seed) {
        try {
            variable.assign(variable.initializer().initialize(variable.dtype(), variable.shape(), seed));
        } catch (IllegalArgumentException e) {
            throw new GraphException("The initializer of variable " + variable.describe() + " does not fit it: "
                    + e.getMessage() + "\n    made at " + variable.sourceLine());
        }
    }

    /** Returns the variables in the order of their registration. */
    List<Variable> variables() {
        synchronized (seeds) {
            return List.copyOf(seeds.keySet());
        }
    }
}
