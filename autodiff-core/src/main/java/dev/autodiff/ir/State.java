package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A buffer that outlives runs: the value of a variable. Programs read it, and write it where a
 * {@linkplain ProgramBuilder#assign value is assigned}. Its memory never moves, so programs bind to it once.
 */
public final class State {
    private final NDArray memory;
    private final AtomicLong version = new AtomicLong();
    private volatile boolean initialized;

    /** Creates a state without a value yet; the shape must be known. */
    public State(DType dtype, Shape shape) {
        this.memory = NDArray.zeros(dtype, shape);
    }

    /** Returns whether it has ever been given a value. */
    public boolean isInitialized() {
        return initialized;
    }

    /** Returns the type of the elements. */
    public DType dtype() {
        return memory.dtype();
    }

    /** Returns the shape, all dimensions known. */
    public Shape shape() {
        return memory.shape();
    }

    /** Returns a copy of the present value. */
    public NDArray value() {
        return memory.copy();
    }

    /**
     * Copies a value in.
     *
     * @throws IllegalArgumentException if type or shape differ
     */
    public void assign(NDArray value) {
        Objects.requireNonNull(value, "value");
        if (value.dtype() != memory.dtype() || !value.shape().equals(memory.shape())) {
            throw new IllegalArgumentException("A value of " + value.dtype() + " " + value.shape()
                    + " was assigned, but " + memory.dtype() + " " + memory.shape() + " is needed");
        }
        System.arraycopy(value.storage(), value.offset(), memory.storage(), 0, value.size());
        initialized = true;
        markChanged();
    }

    /** Restores an earlier value. */
    public void restore(NDArray value, boolean wasInitialized) {
        assign(value);
        initialized = wasInitialized;
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
        version.incrementAndGet();
    }

    /** Returns a number that differs whenever the value may have changed. */
    public long version() {
        return version.get();
    }
}
