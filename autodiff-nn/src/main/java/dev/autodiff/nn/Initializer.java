package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;

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
public interface Initializer extends Described {
    /**
     * Returns an initial value; the same one for the same seed.
     *
     * @param dtype the type of the value
     * @param shape the shape of the value, all dimensions known
     * @param seed the seed of random numbers, different for each variable of a session
     */
    NDArray initialize(DType dtype, Shape shape, long seed);

    /**
     * Describes this initializer. One that does not override this method, such as a lambda, is described as one whose
     * work is done: it is not needed to load a model, whose variables have values, and the one that is then in its
     * place throws an exception when an initial value is asked for.
     */
    @Override
    default Config config() {
        return Config.of(Initializers.UNSAVED);
    }
}
