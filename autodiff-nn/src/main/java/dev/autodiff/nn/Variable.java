package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.ir.State;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A tensor whose value is kept from run to run and may change: a parameter that is learned, or an optimizer's memory of
 * it. The variable owns its value. It gets its initial value from its {@link Initializer} when a {@link Session} first
 * runs it, or from {@link #assign}.
 *
 * <pre>{@code
 * Variable w = Variable.of("w", Shape.of(2), Initializers.zeros());
 * Tensor update = Tensors.assign(w, w.add(1));
 * try (Session session = new Session()) {
 *     session.run(update);
 *     session.run(update);
 *     w.value(); // [2. 2.]
 * }
 * }</pre>
 */
public final class Variable extends Tensor {
    /** A clock that puts assignments and initializations of sessions in order. */
    private static final AtomicLong CLOCK = new AtomicLong();

    private final State state;
    private final Initializer initializer;
    private final boolean trainable;
    private final @Nullable Constraint constraint;
    private volatile long assignedAt;

    private Variable(
            String name, State state, Initializer initializer, boolean trainable, @Nullable Constraint constraint) {
        super(Leaves.state(state), new TensorType(state.dtype(), state.shape()), name);
        this.state = state;
        this.initializer = Objects.requireNonNull(initializer, "initializer is null");
        this.trainable = trainable;
        this.constraint = constraint;
    }

    /**
     * Makes a trainable FLOAT32 variable.
     *
     * @param name the name, for messages and drawings; it also determines, with the session's seed, random
     *     initial values
     * @param shape the shape, all dimensions known
     * @param initializer the source of the initial value
     * @throws GraphException if the shape has unknown dimensions
     */
    public static Variable of(String name, Shape shape, Initializer initializer) {
        return of(name, DType.FLOAT32, shape, initializer, true);
    }

    /**
     * Makes a variable.
     *
     * @param name the name, for messages and drawings; it also determines, with the session's seed, random
     *     initial values
     * @param dtype the type; floating-point if it is trainable
     * @param shape the shape, all dimensions known
     * @param initializer the source of the initial value
     * @param trainable true if optimizers change it when they are not told which variables to change
     * @throws GraphException if the shape has unknown dimensions, or if it is trainable and of integers
     */
    public static Variable of(String name, DType dtype, Shape shape, Initializer initializer, boolean trainable) {
        return of(name, dtype, shape, initializer, trainable, null);
    }

    /**
     * Makes a variable that fulfils a condition after each training step.
     *
     * @param name the name, for messages and drawings; it also determines, with the session's seed, random
     *     initial values
     * @param dtype the type; floating-point if it is trainable
     * @param shape the shape, all dimensions known
     * @param initializer the source of the initial value, to which the condition is not applied
     * @param trainable true if optimizers change it when they are not told which variables to change
     * @param constraint the condition; null for none
     * @throws GraphException if the shape has unknown dimensions, or if it is trainable and of integers
     */
    public static Variable of(
            String name,
            DType dtype,
            Shape shape,
            Initializer initializer,
            boolean trainable,
            @Nullable Constraint constraint) {
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
        return new Variable(name, memory(name, dtype, shape), initializer, trainable, constraint);
    }

    private static State memory(String name, DType dtype, Shape shape) {
        String scope = NameScope.current();
        String described = "Variable " + (scope.isEmpty() ? name : scope + "/" + name);
        try {
            return new State(described, dtype, shape);
        } catch (IllegalArgumentException e) {
            throw new GraphException(described + " is too large: " + e.getMessage() + "\n    at " + SourceLine.here());
        } catch (OutOfMemoryError e) {
            throw new GraphException(described + " is too large: " + dtype + " " + shape + " takes "
                    + (((long) shape.size() * dtype.bytes()) >> 20) + " MB, and of the "
                    + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MB that Java may use not enough is left; start it with a larger -Xmx\n    at "
                    + SourceLine.here());
        }
    }

    /**
     * Makes a variable with an initial value, which it has at once. It is trainable unless it is of integers.
     *
     * <pre>{@code
     * Variable w = Variable.of("w", NDArray.of(0.5f, -1f));
     * w.value(); // [ 0.5 -1. ]
     * w.isTrainable(); // true
     * }</pre>
     *
     * @param name the name, for messages and drawings
     * @param value the initial value, copied; it also gives type and shape
     */
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

    /** Returns whether optimizers change it when they are not told which variables to change. */
    public boolean isTrainable() {
        return trainable;
    }

    /** Returns the condition that it fulfils after each training step, if there is one. */
    public Optional<Constraint> constraint() {
        return Optional.ofNullable(constraint);
    }

    /** Returns the source of its initial value. */
    public Initializer initializer() {
        return initializer;
    }

    /** Returns whether it has a value yet. */
    public boolean isInitialized() {
        return state.isInitialized();
    }

    /**
     * Returns a copy of the value: as it is between two training steps, if another thread trains at the same time. For
     * the values of several variables as of one moment, run them in a session.
     *
     * @throws IllegalStateException if it has no value yet
     */
    public NDArray value() {
        if (!state.isInitialized()) {
            throw new IllegalStateException("Variable " + describe()
                    + " has no value yet. It gets its first one when a session runs something that is computed from it,"
                    + " the variable itself at least, session.run(" + name() + "); or from assign(value). The variables"
                    + " of a model get theirs when it first trains, predicts or is saved, or all at once with"
                    + " model.session().run(List.copyOf(model.variables().values()))\n    made at "
                    + sourceLine());
        }
        return state.value();
    }

    /**
     * Sets the value, between two runs if other threads run something that uses the variable.
     *
     * @param value the new value, of the variable's type and shape; copied
     * @throws GraphException if type or shape differ
     * @throws IllegalStateException if it is called by a run that uses the variable, as the code of an operation is
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

    /** Returns the memory of the value, with its lock. */
    State state() {
        return state;
    }

    /**
     * Sets an initial value.
     *
     * @param again false to leave a value that it has been given meanwhile, for example by another session
     * @throws IllegalArgumentException if type or shape differ
     */
    void initialize(NDArray value, boolean again) {
        if (again) {
            assign(value);
        } else {
            state.assignFirst(value);
            assignedAt = tick();
        }
    }

    /** Returns the time on the clock of the last assignment that was not made by a program; 0 if there was none. */
    long assignedAt() {
        return assignedAt;
    }

    /** Returns a new time on the clock, later than all before. */
    static long tick() {
        return CLOCK.incrementAndGet();
    }
}
