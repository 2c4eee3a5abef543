package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import java.util.Objects;

/**
 * The type of a tensor, which is known before it is computed.
 *
 * @param dtype the type of the elements
 * @param shape the shape, in which dimensions may be unknown
 */
public record TensorType(DType dtype, Shape shape) {
    /** Checks that both are there. */
    public TensorType {
        Objects.requireNonNull(dtype, "dtype is null");
        Objects.requireNonNull(shape, "shape is null");
    }

    @Override
    public String toString() {
        return dtype + " " + shape;
    }
}
