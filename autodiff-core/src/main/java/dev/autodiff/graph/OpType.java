package dev.autodiff.graph;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The identity of an operation, which tools compare to treat some operations in a special way. Each family
 * declares its types as constants ({@link Reductions#SUM}, {@link LinearAlgebra#MATMUL}, ...), and so may any
 * other class:
 *
 * <pre>{@code
 * OpType cube = new OpType("cube");
 * Tensor total = Tensors.constant(1.0, 2.0).sum();
 * boolean isSum = total.op().type() == Reductions.SUM;   // true
 * }</pre>
 *
 * <p>Types compare by identity: two of the same name are different types. All operations of one type do the same but
 * for their {@link Op#attributes}, so that a type and attributes say all that there is to know of an operation.
 */
public final class OpType {
    private final String name;
    private final @Nullable Op only;

    /** Makes a type that is different from all others, with the name that errors and drawings show. */
    public OpType(String name) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.only = null;
    }

    /** Makes a type together with its only operation, which has no attributes. */
    OpType(String name, Function<OpType, Op> only) {
        this.name = name;
        this.only = only.apply(this);
    }

    /** Returns the name, such as {@code matmul}. */
    public String name() {
        return name;
    }

    /** Returns the only operation of this type, or null if attributes tell several apart. */
    @Nullable Op only() {
        return only;
    }

    /** Applies the only operation of this type. */
    Tensor apply(Tensor... inputs) {
        if (only == null) {
            throw new IllegalStateException("There are several operations of type " + name);
        }
        return only.apply(inputs);
    }

    @Override
    public String toString() {
        return name;
    }
}
