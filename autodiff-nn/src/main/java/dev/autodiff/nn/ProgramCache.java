package dev.autodiff.nn;

import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.runtime.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The compiled programs of a session, by key. A program is compiled when it is first asked for, and those that were
 * used last are kept, so that memory does not grow with every batch size that is ever fed.
 */
final class ProgramCache {
    /** The largest number of programs that are kept. */
    static final int CAPACITY = 128;

    private final VariableRegistry variables;
    private final Map<ProgramKey, Program> programs = Collections.synchronizedMap(new RecentlyUsed());

    private static final class RecentlyUsed extends LinkedHashMap<ProgramKey, Program> {
        private static final long serialVersionUID = 1L;

        RecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ProgramKey, Program> eldest) {
            return size() > CAPACITY;
        }
    }

    /**
     * Makes an empty cache.
     *
     * @param variables the registry of the variables that programs contain
     */
    ProgramCache(VariableRegistry variables) {
        this.variables = variables;
    }

    /**
     * Returns the program for a key, compiled if it is not there.
     *
     * @throws dev.autodiff.graph.GraphException if a placeholder that is needed is not fed, an initializer does not fit
     *     its variable, or shapes that were unknown so far do not fit together
     */
    Program get(ProgramKey key) {
        return programs.computeIfAbsent(key, this::compile);
    }

    private Program compile(ProgramKey key) {
        List<Tensor> roots = new ArrayList<>(key.fetches());
        roots.addAll(key.updates());
        List<Tensor> nodes = Topology.orderOfMaking(roots);
        MissingFeeds.check(nodes, key.inputs());
        variables.register(nodes);
        CompileOptions options = key.checked() ? CompileOptions.PLAIN : CompileOptions.OPTIMIZED;
        return Lowering.compile(key.fetches(), key.updates(), key.inputs(), key.shapes(), options);
    }

    /** Removes all programs, and with them their memory. */
    void clear() {
        programs.clear();
    }
}
