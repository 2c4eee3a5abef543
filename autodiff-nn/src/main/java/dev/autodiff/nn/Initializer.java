package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;

/**
 * A source of initial values of variables. {@link Initializers} has the usual ones; one of your own is a lambda:
 *
 * <pre>{@code
 * Initializer half = (dtype, shape, seed) -> NDArray.full(dtype, shape, 0.5);
 * Variable w = Variable.of("w", Shape.of(2), half);
 * try (Session session = new Session()) {
 *     session.run(w); // [0.5 0.5]
 * }
 * }</pre>
 */
@FunctionalInterface
public interface Initializer {
    /**
     * Returns an initial value; the same one for the same seed.
     *
     * @param dtype the type of the value
     * @param shape the shape of the value, all dimensions known
     * @param seed the seed of random numbers, different for each variable of a session
     */
    NDArray initialize(DType dtype, Shape shape, long seed);
}
