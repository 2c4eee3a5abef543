package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces operations by cheaper ones with the same result while they are added to a {@link ProgramBuilder}. */
@FunctionalInterface
public interface Rewriter {
    /** Leaves every operation as it is. */
    Rewriter NONE = (builder, operation, dtype, shape, operands) -> null;

    /**
     * Returns a value that has exactly the result of an operation, or null if the operation is to be added as it is.
     *
     * @param builder the builder, to which the replacement may be added
     * @param dtype the type of the result
     * @param shape the shape of the result
     */
    @Nullable Value rewrite(ProgramBuilder builder, Operation operation, DType dtype, Shape shape, List<Value> inputs);
}
