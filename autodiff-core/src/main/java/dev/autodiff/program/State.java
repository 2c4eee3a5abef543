package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A buffer that outlives runs: what a variable owns. Programs read it, and write it where a
 * {@linkplain ProgramBuilder#assign value is assigned}. Its memory never moves, so programs bind to it once.
 */
public final class State {
    private final NDArray memory;
    private final AtomicLong version = new AtomicLong();
    private volatile boolean initialized;

    /** A state without a value yet; the shape must be known. */
    public State(DType dtype, Shape shape) {
        this.memory = NDArray.zeros(dtype, shape);
    }

    /** Whether it has ever been given a value. */
    public boolean isInitialized() {
        return initialized;
    }

    /** The type of the elements. */
    public DType dtype() {
        return memory.dtype();
    }

    /** The shape, all dimensions known. */
    public Shape shape() {
        return memory.shape();
    }

    /** A copy of the present value. */
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
        changed();
    }

    /** Becomes again what it was. */
    void restore(NDArray value, boolean wasInitialized) {
        assign(value);
        initialized = wasInitialized;
    }

    /** The Java array that holds the value. */
    Object storage() {
        return memory.storage();
    }

    /** Marks the value as set by a program. */
    void written() {
        if (!initialized) {
            initialized = true;
        }
        changed();
    }

    /** To be called before and after a value is written: another version from then on. */
    void changed() {
        version.incrementAndGet();
    }

    /** Another number whenever the value may have changed. */
    long version() {
        return version.get();
    }
}
