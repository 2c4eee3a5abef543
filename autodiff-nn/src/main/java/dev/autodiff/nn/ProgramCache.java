package dev.autodiff.nn;

import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.StateAccess;
import dev.autodiff.runtime.Program;
import dev.autodiff.runtime.Workspace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The compiled programs of a session, by key. A program is compiled when it is first asked for, by one thread, while
 * others use those that are there. The programs that were used last are kept, and so is the memory of their workspaces
 * up to a number of bytes, so that neither grows with every batch size that is ever fed.
 */
final class ProgramCache {
    /** The largest number of programs that are kept. */
    static final int CAPACITY = 128;
    /** The share of the heap that idle workspaces may take. */
    private static final int HEAP_SHARE = 4;

    private final VariableRegistry variables;
    private final long mostIdleBytes;
    private final SessionChecks checks;
    /** Guarded by itself. Whoever holds it waits for nothing else: not for a compilation, nor for its end. */
    private final Map<ProgramKey, Entry> entries = new RecentlyUsed();
    /** The threads that compile, guarded as the entries are. */
    private final Set<Thread> compiling = new HashSet<>();

    /** A program, or the place of one that is being compiled. */
    private static final class Entry {
        /** Held while it is compiled. */
        final ReentrantLock compilation = new ReentrantLock();

        volatile @Nullable Program program;
    }

    private static final class RecentlyUsed extends LinkedHashMap<ProgramKey, Entry> {
        private static final long serialVersionUID = 1L;

        RecentlyUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<ProgramKey, Entry> eldest) {
            return size() > CAPACITY;
        }
    }

    /**
     * Makes an empty cache.
     *
     * @param variables the registry of the variables that programs contain
     * @param checks the checks of the session, which are told of every program
     */
    ProgramCache(VariableRegistry variables, SessionChecks checks) {
        this(variables, checks, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /**
     * Makes an empty cache.
     *
     * @param variables the registry of the variables that programs contain
     * @param checks the checks of the session, which are told of every program
     * @param mostIdleBytes the memory that idle workspaces of all programs may take
     */
    ProgramCache(VariableRegistry variables, SessionChecks checks, long mostIdleBytes) {
        this.variables = variables;
        this.checks = checks;
        this.mostIdleBytes = mostIdleBytes;
    }

    /**
     * Returns the program for a key, compiled if it is not there.
     *
     * @throws dev.autodiff.graph.GraphException if a placeholder that is needed is not fed, an initializer does not fit
     *     its variable, or shapes that were unknown so far do not fit together
     * @throws IllegalStateException if an initializer or an operation runs the very thing that is being compiled
     */
    @SuppressWarnings("LockNotBeforeTry") // taken only to wait for its release
    Program get(ProgramKey key) {
        while (true) {
            Entry entry = find(key);
            if (entry == null) {
                Entry added = new Entry();
                entry = putIfAbsent(key, added);
                if (entry == null) {
                    return compile(key, added);
                }
            }
            Program known = entry.program;
            if (known != null) {
                return known;
            }
            if (entry.compilation.isHeldByCurrentThread()) {
                throw new IllegalStateException("To compile "
                        + key.fetches().stream().map(Tensor::describe).toList()
                        + ", an initializer or an operation of it runs the same again, without end\n    run at "
                        + SourceLine.here());
            }
            if (mayNotWait()) {
                return compile(key);
            }
            entry.compilation.lock(); // another thread compiles it; if that fails, the next attempt says why
            entry.compilation.unlock();
        }
    }

    private @Nullable Entry find(ProgramKey key) {
        synchronized (entries) {
            return entries.get(key);
        }
    }

    /** A thread that is in the middle of a run or a compilation may hold what the other thread needs to get on. */
    private boolean mayNotWait() {
        synchronized (entries) {
            return StateAccess.isHeld() || compiling.contains(Thread.currentThread());
        }
    }

    /** Adds an entry, which the current thread is to compile, unless there is one: then returns that. */
    @SuppressWarnings("LockNotBeforeTry") // compile(key, entry) has the other half
    private @Nullable Entry putIfAbsent(ProgramKey key, Entry entry) {
        synchronized (entries) {
            Entry other = entries.putIfAbsent(key, entry);
            if (other == null) {
                entry.compilation.lock(); // never waits: no other thread knows the entry yet
            }
            return other;
        }
    }

    /** Compiles a program in the given entry, which has just been added. */
    private Program compile(ProgramKey key, Entry entry) {
        boolean outermost = false;
        try {
            synchronized (entries) {
                outermost = compiling.add(Thread.currentThread());
            }
            entry.program = compile(key);
            return entry.program;
        } finally {
            synchronized (entries) {
                if (outermost) {
                    compiling.remove(Thread.currentThread());
                }
                if (entry.program == null) {
                    entries.remove(key, entry);
                }
            }
            entry.compilation.unlock();
        }
    }

    private Program compile(ProgramKey key) {
        List<Tensor> roots = new ArrayList<>(key.fetches());
        roots.addAll(key.updates());
        List<Tensor> nodes = Topology.orderOfMaking(roots);
        MissingFeeds.check(nodes, key.inputs());
        variables.register(nodes);
        CompileOptions options = key.checked() ? CompileOptions.PLAIN : CompileOptions.OPTIMIZED;
        Program program = Lowering.compile(key.fetches(), key.updates(), key.inputs(), key.shapes(), options);
        checks.compiled(key, nodes);
        return program;
    }

    /**
     * Returns a workspace of a program. If it has to be allocated, and the idle ones would take too much memory beside
     * it, those of programs that were not used for longest go.
     */
    Workspace acquire(Program program) {
        Workspace idle = program.acquireIdle();
        if (idle != null) {
            return idle;
        }
        makeRoom(program.bytes());
        return program.acquire();
    }

    private void makeRoom(long bytes) {
        synchronized (entries) {
            long total = bytes;
            for (Entry entry : entries.values()) {
                total += entry.program == null ? 0 : entry.program.idleBytes();
            }
            for (Entry entry : entries.values()) { // the one that was not used for longest first
                if (total <= mostIdleBytes) {
                    return;
                }
                if (entry.program != null) {
                    total -= entry.program.idleBytes();
                    entry.program.dropIdle();
                }
            }
        }
    }

    /** Removes all programs, and with them their memory. */
    void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }
}
