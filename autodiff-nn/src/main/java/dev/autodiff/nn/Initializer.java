package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;

/** Makes the first value of a variable. */
@FunctionalInterface
public interface Initializer {
    /**
     * A value of the given type and shape; the same one for the same seed.
     *
     * @param seed different for each variable of a session
     */
    NDArray initialize(DType dtype, Shape shape, long seed);
}
