package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.ir.State;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A value that outlives runs and changes between them: a parameter that is learned, or what an optimizer remembers. The
 * variable owns its value. It gets the first one from its {@link Initializer} when a {@link Session} meets it, or from
 * {@link #assign}.
 */
public final class Variable extends Tensor {
    /** Tells what was first: an assignment or the initialization of a session. */
    private static final AtomicLong CLOCK = new AtomicLong();

    private final State state;
    private final Initializer initializer;
    private final boolean trainable;
    private volatile long assignedAt;

    private Variable(String name, State state, Initializer initializer, boolean trainable) {
        super(Leaves.state(state), new TensorType(state.dtype(), state.shape()), name);
        this.state = state;
        this.initializer = initializer;
        this.trainable = trainable;
    }

    /** A trainable FLOAT32 variable. */
    public static Variable of(String name, Shape shape, Initializer initializer) {
        return of(name, DType.FLOAT32, shape, initializer, true);
    }

    /**
     * A variable.
     *
     * @param trainable whether optimizers change it unless they are told which variables to change
     * @throws GraphException if the shape has unknown dimensions, or if it is to be trained and of integers
     */
    public static Variable of(String name, DType dtype, Shape shape, Initializer initializer, boolean trainable) {
        if (!shape.isKnown()) {
            throw new GraphException("Variable " + name + " cannot have the shape " + shape
                    + ": a variable has memory of its own, so all its dimensions must be known. Only what is fed may"
                    + " have unknown ones; a model's parameters do not depend on the size of the batch\n    at "
                    + SourceLine.here());
        }
        if (trainable && !dtype.isFloating()) {
            throw new GraphException("Variable " + name + " cannot be both INT32 and trainable: there are no gradients"
                    + " for integers. Make it FLOAT32, or not trainable\n    at " + SourceLine.here());
        }
        return new Variable(name, new State(dtype, shape), initializer, trainable);
    }

    /** A variable that starts with the given value, and has it at once; trainable unless of integers. */
    public static Variable of(String name, NDArray value) {
        NDArray start = value.copy();
        Variable variable = of(
                name,
                value.dtype(),
                value.shape(),
                Initializers.value(start),
                value.dtype().isFloating());
        variable.assign(start);
        return variable;
    }

    /** Whether optimizers change it by default. */
    public boolean isTrainable() {
        return trainable;
    }

    /** Where its first value comes from. */
    public Initializer initializer() {
        return initializer;
    }

    /** Whether it has a value yet. */
    public boolean isInitialized() {
        return state.isInitialized();
    }

    /**
     * A copy of the present value. While another thread runs a training step it may be partly old and partly new.
     *
     * @throws IllegalStateException if it has none yet
     */
    public NDArray value() {
        if (!state.isInitialized()) {
            throw new IllegalStateException("Variable " + describe()
                    + " has no value yet. It gets its first one when a session runs something that is computed from it,"
                    + " the variable itself at least, session.run(" + name() + "); or from assign(value)\n    made at "
                    + sourceLine());
        }
        return state.value();
    }

    /**
     * Sets the value, by copying.
     *
     * @throws GraphException if type or shape differ
     */
    public void assign(NDArray value) {
        if (value.dtype() != dtype() || !value.shape().equals(shape())) {
            throw new GraphException("A value of " + value.dtype() + " " + value.shape()
                    + " cannot be assigned to variable " + describe()
                    + (value.shape().equals(shape()) ? ": convert it with cast(DType." + dtype() + ")" : "")
                    + "\n    made at " + sourceLine() + ", assigned at " + SourceLine.here());
        }
        state.assign(value);
        assignedAt = tick();
    }

    /** When a value was assigned last other than by a program; 0 if never. */
    long assignedAt() {
        return assignedAt;
    }

    static long tick() {
        return CLOCK.incrementAndGet();
    }
}
