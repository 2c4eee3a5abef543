package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Kinds;
import java.util.function.LongToDoubleFunction;

/**
 * The usual initializers of variables, as their papers and Keras define them.
 *
 * <p>The fan-in and fan-out that some of them depend on are {@code in} and {@code out} for a shape {@code [in, out]}.
 * If there are more axes, those before the last two are a receptive field whose size multiplies both; if there is one,
 * both are its length.
 *
 * <pre>{@code
 * Variable w = Variable.of("w", Shape.of(784, 128), Initializers.heNormal());
 * Variable b = Variable.of("b", Shape.of(128), Initializers.zeros());
 * }</pre>
 */
public final class Initializers {
    /**
     * The standard deviation of a standard normal distribution that is truncated at ±2; dividing by it makes it
     * 1 again.
     */
    private static final double TRUNCATED_STDDEV = 0.8796256610342398;

    /** The kind of an initializer that does not describe itself. */
    static final String UNSAVED = "UnsavedInitializer";

    private Initializers() {}

    /** An initializer with its description. */
    private record Standard(Config config, Initializer function) implements Initializer {
        @Override
        public NDArray initialize(DType dtype, Shape shape, long seed) {
            return function.initialize(dtype, shape, seed);
        }
    }

    /** Returns the kinds of initializers, as files of models hold them. */
    public static Kinds kinds() {
        return Kinds.none()
                .with("Constant", config -> constant(config.number("value")))
                .with("RandomNormal", config -> randomNormal(config.number("mean"), config.number("stddev")))
                .with("TruncatedNormal", config -> truncatedNormal(config.number("mean"), config.number("stddev")))
                .with("RandomUniform", config -> randomUniform(config.number("low"), config.number("high")))
                .with("GlorotUniform", config -> glorotUniform())
                .with("GlorotNormal", config -> glorotNormal())
                .with("HeUniform", config -> heUniform())
                .with("HeNormal", config -> heNormal())
                .with("LecunUniform", config -> lecunUniform())
                .with("LecunNormal", config -> lecunNormal())
                .with("Orthogonal", config -> orthogonal())
                .with(UNSAVED, config -> unsaved());
    }

    private static Initializer unsaved() {
        return (dtype, shape, seed) -> {
            throw new GraphException("The initializer of this variable does not describe itself, so that it was not"
                    + " saved with the model; the variable has the value that was loaded. A model that begins anew is"
                    + " made by the code that made it first");
        };
    }

    /** Returns an initializer that sets all elements to 0, as is usual for biases. */
    public static Initializer zeros() {
        return constant(0);
    }

    /** Returns an initializer that sets all elements to 1. */
    public static Initializer ones() {
        return constant(1);
    }

    /**
     * Returns an initializer that sets all elements to the same number.
     *
     * @param value the number; refused for a variable of a type for which it is too large
     */
    public static Initializer constant(double value) {
        return new Standard(
                Config.of("Constant").with("value", value),
                (dtype, shape, seed) -> requireFinite(NDArray.full(dtype, shape, value), value));
    }

    private static NDArray requireFinite(NDArray converted, double value) {
        check(
                converted.size() == 0 || Double.isInfinite(value) || !Double.isInfinite(converted.at(0)),
                value + " is too large for FLOAT32, whose numbers reach 3.4e38, and would become infinite");
        return converted;
    }

    /**
     * Returns an initializer with given values.
     *
     * @param value the values, of the variable's shape; copied, and converted to the variable's type
     */
    public static Initializer value(NDArray value) {
        NDArray copy = value.copy();
        return (dtype, shape, seed) -> {
            if (!copy.shape().equals(shape)) {
                throw new GraphException(
                        "Initial values of shape " + copy.shape() + " for a variable of shape " + shape);
            }
            return copy.copy().cast(dtype);
        };
    }

    /**
     * Returns an initializer that draws from a normal distribution.
     *
     * @param mean the mean of the distribution, finite
     * @param stddev the standard deviation, finite and at least 0
     * @throws GraphException if they are not
     */
    public static Initializer randomNormal(double mean, double stddev) {
        checkNormal(mean, stddev);
        Config config = Config.of("RandomNormal").with("mean", mean).with("stddev", stddev);
        return new Standard(config, (dtype, shape, seed) -> {
            CounterRandom random = new CounterRandom(seed);
            return fill(dtype, shape, i -> mean + stddev * random.normal(i));
        });
    }

    /**
     * Returns an initializer that draws from a truncated normal distribution: a number that is more than two standard
     * deviations away from the mean is drawn again.
     *
     * @param mean the mean of the distribution, finite
     * @param stddev the standard deviation before truncation, finite and at least 0
     * @throws GraphException if they are not
     */
    public static Initializer truncatedNormal(double mean, double stddev) {
        checkNormal(mean, stddev);
        Config config = Config.of("TruncatedNormal").with("mean", mean).with("stddev", stddev);
        return new Standard(
                config,
                (dtype, shape, seed) -> fill(dtype, shape, i -> {
                    CounterRandom random = new CounterRandom(CounterRandom.hash(seed, i, 0));
                    long attempt = 0;
                    double z = random.normal(attempt);
                    while (Math.abs(z) > 2) {
                        z = random.normal(++attempt);
                    }
                    return mean + stddev * z;
                }));
    }

    /**
     * Returns an initializer that draws from a uniform distribution.
     *
     * @param low the lower bound, finite
     * @param high the upper bound, finite and not below the lower one
     * @throws GraphException if they are not
     */
    public static Initializer randomUniform(double low, double high) {
        check(
                low <= high && Double.isFinite(low) && Double.isFinite(high),
                "A range is from a lower to a higher finite number, not from " + low + " to " + high);
        Config config = Config.of("RandomUniform").with("low", low).with("high", high);
        return new Standard(config, (dtype, shape, seed) -> {
            CounterRandom random = new CounterRandom(seed);
            return fill(dtype, shape, i -> low + (high - low) * random.uniform(i));
        });
    }

    /**
     * Returns an initializer that draws uniformly from ±√(6 / (fan-in + fan-out)); Glorot and Bengio 2010, also called
     * Xavier. It is Keras's default for layers.
     */
    public static Initializer glorotUniform() {
        return new Standard(Config.of("GlorotUniform"), (dtype, shape, seed) -> {
            double limit = Math.sqrt(6 / (fanIn(shape) + fanOut(shape)));
            return randomUniform(-limit, limit).initialize(dtype, shape, seed);
        });
    }

    /**
     * Returns a truncated normal initializer of standard deviation √(2 / (fan-in + fan-out)); Glorot and Bengio 2010.
     */
    public static Initializer glorotNormal() {
        return new Standard(
                Config.of("GlorotNormal"),
                (dtype, shape, seed) ->
                        scaledNormal(Math.sqrt(2 / (fanIn(shape) + fanOut(shape))), dtype, shape, seed));
    }

    /**
     * Returns an initializer that draws uniformly from ±√(6 / fan-in); He, Zhang, Ren and Sun 2015, for layers
     * with relu.
     */
    public static Initializer heUniform() {
        return new Standard(Config.of("HeUniform"), (dtype, shape, seed) -> {
            double limit = Math.sqrt(6 / fanIn(shape));
            return randomUniform(-limit, limit).initialize(dtype, shape, seed);
        });
    }

    /**
     * Returns a truncated normal initializer of standard deviation √(2 / fan-in); He, Zhang, Ren and Sun 2015, for
     * layers with relu.
     */
    public static Initializer heNormal() {
        return new Standard(
                Config.of("HeNormal"),
                (dtype, shape, seed) -> scaledNormal(Math.sqrt(2 / fanIn(shape)), dtype, shape, seed));
    }

    /**
     * Returns an initializer that draws uniformly from ±√(3 / fan-in); LeCun, Bottou, Orr and Müller 1998.
     */
    public static Initializer lecunUniform() {
        return new Standard(Config.of("LecunUniform"), (dtype, shape, seed) -> {
            double limit = Math.sqrt(3 / fanIn(shape));
            return randomUniform(-limit, limit).initialize(dtype, shape, seed);
        });
    }

    /**
     * Returns a truncated normal initializer of standard deviation √(1 / fan-in), for layers with selu; LeCun and
     * others 1998.
     */
    public static Initializer lecunNormal() {
        return new Standard(
                Config.of("LecunNormal"),
                (dtype, shape, seed) -> scaledNormal(Math.sqrt(1 / fanIn(shape)), dtype, shape, seed));
    }

    /**
     * Returns an initializer that draws an orthogonal matrix; Saxe, McClelland and Ganguli 2014. Its rows or its
     * columns, whichever are fewer, are orthogonal to each other and of length 1, so that a product with it keeps the
     * size of a signal: Keras's default for the states of recurrent layers.
     *
     * @throws GraphException when it is asked for a tensor that is no matrix
     */
    public static Initializer orthogonal() {
        return new Standard(Config.of("Orthogonal"), (dtype, shape, seed) -> {
            check(shape.rank() == 2, "An orthogonal matrix has two axes, not the shape " + shape);
            boolean wide = shape.dim(0) < shape.dim(1);
            int count = wide ? shape.dim(0) : shape.dim(1);
            int length = wide ? shape.dim(1) : shape.dim(0);
            double[][] vectors = OrthogonalVectors.random(count, length, new CounterRandom(seed));
            return fill(dtype, shape, i -> {
                int row = (int) (i / shape.dim(1));
                int column = (int) (i % shape.dim(1));
                return wide ? vectors[row][column] : vectors[column][row];
            });
        });
    }

    /** Returns values that have the standard deviation after truncation, as Keras does: the normal before is wider. */
    private static NDArray scaledNormal(double stddev, DType dtype, Shape shape, long seed) {
        return truncatedNormal(0, stddev / TRUNCATED_STDDEV).initialize(dtype, shape, seed);
    }

    private static double fanIn(Shape shape) {
        return switch (shape.rank()) {
            case 0 -> 1;
            case 1 -> Math.max(1, shape.dim(0));
            default -> Math.max(1, receptiveField(shape) * shape.dim(-2));
        };
    }

    private static double fanOut(Shape shape) {
        return switch (shape.rank()) {
            case 0 -> 1;
            case 1 -> Math.max(1, shape.dim(0));
            default -> Math.max(1, receptiveField(shape) * shape.dim(-1));
        };
    }

    private static double receptiveField(Shape shape) {
        double size = 1;
        for (int axis = 0; axis < shape.rank() - 2; axis++) {
            size *= shape.dim(axis);
        }
        return size;
    }

    private static NDArray fill(DType dtype, Shape shape, LongToDoubleFunction element) {
        NDArray array = NDArray.zeros(dtype, shape);
        for (int i = 0; i < array.size(); i++) {
            double value = element.applyAsDouble(i);
            switch (dtype) {
                case FLOAT32 -> ((float[]) array.storage())[i] = (float) value;
                case FLOAT64 -> ((double[]) array.storage())[i] = value;
                case INT32 -> ((int[]) array.storage())[i] = (int) value;
            }
        }
        return array;
    }

    private static void checkNormal(double mean, double stddev) {
        check(Double.isFinite(mean), "A mean is finite, not " + mean);
        check(
                stddev >= 0 && Double.isFinite(stddev),
                "A standard deviation is a finite number of 0 or more, not " + stddev);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new GraphException(message + "\n    at " + SourceLine.here());
        }
    }
}
