package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.StateAccess.Holding;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A buffer that outlives runs: the value of a variable. Programs read it, and write it where a
 * {@linkplain ProgramBuilder#assign value is assigned}. Its memory never moves, so programs bind to it once.
 *
 * <p>It has a lock of its own, which every run that uses it takes through its {@link StateAccess}, whichever session
 * the run belongs to; so do {@link #value} and {@link #assign}. So nobody ever sees half an update.
 */
public final class State {
    private static final AtomicLong COUNTER = new AtomicLong();

    private final long id = COUNTER.incrementAndGet();
    private final String name;
    private final NDArray memory;
    private final StateLock lock = new StateLock();
    /** Written and read by threads that have the lock. */
    private long version;

    private volatile boolean initialized;

    /** Creates a state without a value yet; the shape must be known. */
    public State(DType dtype, Shape shape) {
        this("A state", dtype, shape);
    }

    /**
     * Creates a state without a value yet.
     *
     * @param name the name in error messages
     * @param dtype the type of the elements
     * @param shape the shape, all dimensions known
     */
    public State(String name, DType dtype, Shape shape) {
        this.name = name;
        this.memory = NDArray.zeros(dtype, shape);
    }

    /** Returns a number that is higher for states that were made later. */
    long id() {
        return id;
    }

    StateLock lock() {
        return lock;
    }

    /** Returns whether it has ever been given a value. */
    public boolean isInitialized() {
        return initialized;
    }

    /** Returns the type of the elements. */
    public DType dtype() {
        return memory.dtype();
    }

    /**
     * Tells whether the last element is a finite number, without waiting: if a run writes it at the same time, it may
     * be the one before.
     */
    public boolean endsFinite() {
        return memory.size() == 0 || Double.isFinite(memory.at(memory.size() - 1));
    }

    /** Returns the shape, all dimensions known. */
    public Shape shape() {
        return memory.shape();
    }

    /** Returns a copy of the present value; waits for a run that writes it, unless that run is this thread's own. */
    public NDArray value() {
        if (StateAccess.holding(this) != Holding.NOTHING) {
            return memory.copy();
        }
        lock.lock(false);
        try {
            return memory.copy();
        } finally {
            lock.unlock(false);
        }
    }

    /**
     * Copies a value in; waits for runs that use the state.
     *
     * @throws IllegalArgumentException if type or shape differ
     * @throws IllegalStateException if the code is called by a run that uses the state
     */
    public void assign(NDArray value) {
        write(value, true);
    }

    /**
     * Copies a first value in, unless there is one already; waits for runs that use the state.
     *
     * @throws IllegalArgumentException if type or shape differ
     * @throws IllegalStateException if the code is called by a run that uses the state
     */
    public void assignFirst(NDArray value) {
        write(value, false);
    }

    private void write(NDArray value, boolean again) {
        requireFitting(value);
        Holding holding = StateAccess.holding(this);
        if (holding == Holding.READ || holding == Holding.WRITE) {
            throw new IllegalStateException(this + " cannot be assigned here: this code is called by a run that "
                    + (holding == Holding.READ ? "reads" : "assigns") + " it. Assign it before or after the run");
        }
        if (holding == Holding.NOTHING) {
            lock.lock(true);
        }
        try {
            if (again || !initialized) {
                copyIn(value);
                initialized = true;
            }
        } finally {
            if (holding == Holding.NOTHING) {
                lock.unlock(true);
            }
        }
    }

    /** Restores an earlier value, while the thread has access to write it. */
    public void restore(NDArray value, boolean wasInitialized) {
        requireFitting(value);
        copyIn(value);
        initialized = wasInitialized;
    }

    private void copyIn(NDArray value) {
        System.arraycopy(value.storage(), value.offset(), memory.storage(), 0, value.size());
        markChanged();
    }

    private void requireFitting(NDArray value) {
        Objects.requireNonNull(value, "value");
        if (value.dtype() != memory.dtype() || !value.shape().equals(memory.shape())) {
            throw new IllegalArgumentException("A value of " + value.dtype() + " " + value.shape()
                    + " was assigned, but " + memory.dtype() + " " + memory.shape() + " is needed");
        }
    }

    /** Returns the Java array that holds the value, for the programs that read and write it. */
    public Object storage() {
        return memory.storage();
    }

    /** Marks the value as set by a program. */
    public void markWritten() {
        if (!initialized) {
            initialized = true;
        }
        markChanged();
    }

    /** Starts another {@link #version}; called before and after a program writes the value. */
    public void markChanged() {
        version++;
    }

    /** Returns a number that differs whenever the value may have changed, to a thread that has access to the state. */
    public long version() {
        return version;
    }

    /** Returns name, type and shape. */
    @Override
    public String toString() {
        return name + " " + memory.dtype() + " " + memory.shape();
    }
}
