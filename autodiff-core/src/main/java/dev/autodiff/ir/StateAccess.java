package dev.autodiff.ir;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The access of a run to states: those that it reads, beside others that read them, and those that it writes, alone.
 * They are locked all together, always in the order in which they were made, so that runs cannot wait for each other in
 * a circle. Immutable, for any number of threads.
 *
 * <p>Code that a run calls, such as that of a user's operation, may run something itself. It may read what the outer
 * run only reads, and use states that the outer run does not; anything else would wait for itself, and is refused.
 */
public final class StateAccess {
    /**
     * The access of each thread: null, an access, or a {@link Nested} one. An array, because a value of a class of this
     * library would keep its class loader alive for as long as the thread.
     */
    private static final ThreadLocal<@Nullable Object[]> HELD = ThreadLocal.withInitial(() -> new Object[1]);

    private final State[] states;
    private final boolean[] writes;
    private final boolean exclusive;

    /** An access inside of another one, and the locks that it took in addition. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Nested(StateAccess access, boolean[] locked, Object outer) {}

    private StateAccess(Collection<State> all, Set<State> written, boolean exclusive) {
        this.states = all.toArray(new State[0]);
        Arrays.sort(states, Comparator.comparingLong(State::id));
        this.writes = new boolean[states.length];
        for (int i = 0; i < writes.length; i++) {
            writes[i] = written.contains(states[i]);
        }
        this.exclusive = exclusive;
    }

    /**
     * Returns the access of a run.
     *
     * @param read the states that it reads
     * @param written the states that it writes
     */
    public static StateAccess ofRun(Collection<State> read, Collection<State> written) {
        Set<State> all = new LinkedHashSet<>(read);
        all.addAll(written);
        return new StateAccess(all, Set.copyOf(written), false);
    }

    /** Returns the access of a thread that writes states itself, and also runs what reads and writes them. */
    public static StateAccess exclusive(Collection<State> states) {
        Set<State> all = new LinkedHashSet<>(states);
        return new StateAccess(all, all, true);
    }

    /**
     * Waits until this thread has the access.
     *
     * @throws IllegalStateException if it is inside of a run that has another access to one of the states
     */
    public void acquire() {
        if (states.length == 0) {
            return;
        }
        @Nullable Object[] held = HELD.get();
        Object outer = held[0];
        if (outer == null) {
            lockAll();
            held[0] = this;
        } else {
            held[0] = nestedIn(outer);
        }
    }

    /** Ends the access of this thread that was acquired last. */
    public void release() {
        if (states.length == 0) {
            return;
        }
        @Nullable Object[] held = HELD.get();
        if (held[0] instanceof Nested nested) {
            held[0] = nested.outer;
            unlock(nested.locked);
        } else {
            held[0] = null;
            unlock(states.length);
        }
    }

    private void lockAll() {
        int locked = 0;
        try {
            while (locked < states.length) {
                states[locked].lock().lock(writes[locked]);
                locked++;
            }
        } finally {
            if (locked < states.length) { // out of memory
                unlock(locked);
            }
        }
    }

    private void unlock(int count) {
        for (int i = count - 1; i >= 0; i--) {
            states[i].lock().unlock(writes[i]);
        }
    }

    private void unlock(boolean[] locked) {
        for (int i = 0; i < states.length; i++) {
            if (locked[i]) {
                states[i].lock().unlock(writes[i]);
            }
        }
    }

    // ---- inside of another run ----

    private Nested nestedIn(Object outer) {
        Nested nested = new Nested(this, new boolean[states.length], outer);
        boolean done = false;
        try {
            for (int i = 0; i < states.length; i++) {
                nested.locked[i] = lockInside(outer, states[i], writes[i]);
            }
            done = true;
        } finally {
            if (!done) {
                unlock(nested.locked);
            }
        }
        return nested;
    }

    /** Returns true if it took the lock, false if it needs none. */
    private static boolean lockInside(Object outer, State state, boolean write) {
        Holding holding = holding(outer, state);
        if (holding == Holding.NOTHING) {
            if (state.id() > highestId(outer)) { // in order, so it may wait
                state.lock().lock(write);
            } else if (!state.lock().tryLock(write)) {
                throw new IllegalStateException(state + " cannot be " + (write ? "assigned" : "read")
                        + " here: this code is called by a run, and another thread uses the variable now; if both"
                        + " waited, it could be for ever. Run it before, and feed what comes out of it");
            }
            return true;
        }
        if (holding == Holding.EVERYTHING || (holding == Holding.READ && !write)) {
            return false;
        }
        throw new IllegalStateException(state + " cannot be " + (write ? "assigned" : "read")
                + " here: this code is called by a run that " + (holding == Holding.READ ? "reads" : "assigns")
                + " it, and would wait for itself for ever. Run it before, or take the value as an operand");
    }

    private static long highestId(@Nullable Object held) {
        long highest = -1;
        for (Object at = held; at != null; at = outerOf(at)) {
            State[] states = accessOf(at).states;
            highest = Math.max(highest, states[states.length - 1].id());
        }
        return highest;
    }

    // ---- what a thread holds ----

    /** The rights of a thread on a state, by the accesses that it holds. */
    enum Holding {
        NOTHING,
        READ,
        WRITE,
        EVERYTHING
    }

    /** Returns what the current thread may do with a state. */
    static Holding holding(State state) {
        return holding(HELD.get()[0], state);
    }

    /** Tells whether the current thread is inside of a run that reads or writes states. */
    public static boolean isHeld() {
        return HELD.get()[0] != null;
    }

    private static Holding holding(@Nullable Object held, State state) {
        for (Object at = held; at != null; at = outerOf(at)) {
            StateAccess access = accessOf(at);
            int i = Arrays.asList(access.states).indexOf(state);
            if (i >= 0) {
                return access.exclusive ? Holding.EVERYTHING : access.writes[i] ? Holding.WRITE : Holding.READ;
            }
        }
        return Holding.NOTHING;
    }

    private static StateAccess accessOf(Object held) {
        return held instanceof Nested nested ? nested.access : (StateAccess) held;
    }

    private static @Nullable Object outerOf(Object held) {
        return held instanceof Nested nested ? nested.outer : null;
    }
}
