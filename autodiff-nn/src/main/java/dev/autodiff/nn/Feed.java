package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.NonFiniteException;
import dev.autodiff.graph.SourceLine;
import java.util.Arrays;

/**
 * A placeholder and its value for one run. {@link #feed} is meant to be imported statically.
 *
 * <p>Java arrays and numbers are converted to the placeholder's type; fractions are refused if that is INT32, and
 * finite numbers that would become infinite if it is FLOAT32. An {@link NDArray} is used as it is.
 *
 * <pre>{@code
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN));
 * Placeholder rate = Placeholder.of("rate", Shape.scalar());
 * try (Session session = new Session()) {
 *     session.run(x.mul(rate), Feed.feed(x, new double[] {1, 2, 3}), Feed.feed(rate, 0.5)); // [0.5 1. 1.5]
 * }
 * }</pre>
 *
 * @param placeholder the placeholder
 * @param value the value, of the placeholder's type and of a shape that it accepts; used without copying
 */
public record Feed(Placeholder placeholder, NDArray value) {
    /**
     * Checks that the value fits the placeholder.
     *
     * @throws GraphException if type or shape do not fit; the message says how to convert or reshape the value
     */
    public Feed {
        check(placeholder, value);
    }

    /**
     * Feeds an array, without copying.
     *
     * @param placeholder the placeholder
     * @param value the value, of the placeholder's type and of a shape that it accepts
     * @throws GraphException if type or shape do not fit
     */
    public static Feed feed(Placeholder placeholder, NDArray value) {
        return new Feed(placeholder, value);
    }

    /**
     * Feeds a scalar; or a vector of one class number, as {@link #feed(Placeholder, int...)} feeds those of several.
     *
     * @param placeholder a placeholder of shape {@code []}, or an INT32 one of shape {@code [n]}
     * @param value the number, converted to the placeholder's type
     * @throws GraphException if the shape does not fit, the number is a fraction and the placeholder is INT32, or it is
     *     finite but too large for the placeholder's type
     */
    public static Feed feed(Placeholder placeholder, double value) {
        NDArray number = NDArray.scalar(value);
        boolean isVector =
                placeholder.dtype() == DType.INT32 && placeholder.shape().rank() == 1;
        return converted(placeholder, isVector ? number.reshape(1) : number);
    }

    /**
     * Feeds a vector.
     *
     * @param placeholder a placeholder of shape {@code [n]}
     * @param values the numbers, converted to the placeholder's type
     * @throws GraphException if the shape does not fit, or a number is a fraction and the placeholder is INT32
     */
    public static Feed feed(Placeholder placeholder, float[] values) {
        return converted(placeholder, NDArray.of(values));
    }

    /**
     * Feeds a vector.
     *
     * @param placeholder a placeholder of shape {@code [n]}
     * @param values the numbers, converted to the placeholder's type
     * @throws GraphException if the shape does not fit, or a number is a fraction and the placeholder is INT32
     */
    public static Feed feed(Placeholder placeholder, double[] values) {
        return converted(placeholder, NDArray.of(values));
    }

    /**
     * Feeds a vector of class numbers or indices.
     *
     * @param placeholder a placeholder of shape {@code [n]}
     * @param values the integers, converted to the placeholder's type
     * @throws GraphException if the shape does not fit
     */
    public static Feed feed(Placeholder placeholder, int... values) {
        return converted(placeholder, NDArray.of(values));
    }

    /**
     * Feeds a matrix.
     *
     * @param placeholder a placeholder of shape {@code [rows, columns]}
     * @param rows the rows, all of the same length; converted to the placeholder's type
     * @throws GraphException if the shape does not fit, or a number is a fraction and the placeholder is INT32
     */
    public static Feed feed(Placeholder placeholder, float[][] rows) {
        return converted(placeholder, NDArray.of(rows));
    }

    /**
     * Feeds a matrix.
     *
     * @param placeholder a placeholder of shape {@code [rows, columns]}
     * @param rows the rows, all of the same length; converted to the placeholder's type
     * @throws GraphException if the shape does not fit, or a number is a fraction and the placeholder is INT32
     */
    public static Feed feed(Placeholder placeholder, double[][] rows) {
        return converted(placeholder, NDArray.of(rows));
    }

    private static Feed converted(Placeholder placeholder, NDArray value) {
        if (placeholder.dtype() == DType.INT32 && value.dtype() != DType.INT32) {
            for (int i = 0; i < value.size(); i++) {
                if (value.at(i) != (int) value.at(i)) {
                    throw new GraphException("Placeholder " + placeholder.describe() + " was fed " + value.at(i)
                            + ", which is not an integer" + lines(placeholder));
                }
            }
        }
        NDArray converted = value.cast(placeholder.dtype());
        for (int i = 0; value.dtype() == DType.FLOAT64 && i < value.size(); i++) {
            if (Double.isInfinite(converted.at(i)) && Double.isFinite(value.at(i))) {
                throw new GraphException("Placeholder " + placeholder.describe() + " was fed " + value.at(i)
                        + ", which is too large for FLOAT32, whose numbers reach 3.4e38, and would become infinite:"
                        + " scale the data, or make the placeholder FLOAT64" + lines(placeholder));
            }
        }
        return new Feed(placeholder, converted);
    }

    static void check(Placeholder placeholder, NDArray value) {
        if (value.dtype() != placeholder.dtype()) {
            throw new GraphException("Placeholder " + placeholder.describe() + " was fed " + value.dtype() + " "
                    + value.shape() + "; convert the array with cast(DType." + placeholder.dtype()
                    + "), or make the placeholder " + value.dtype() + lines(placeholder));
        }
        if (!placeholder.shape().accepts(value.shape())) {
            throw new GraphException("Placeholder " + placeholder.describe() + " was fed an array of shape "
                    + value.shape() + "; " + hint(placeholder, value.shape()) + lines(placeholder));
        }
    }

    static void checkFinite(Placeholder placeholder, NDArray value) {
        for (int i = 0; value.dtype().isFloating() && i < value.size(); i++) {
            if (!Double.isFinite(value.at(i))) {
                throw new NonFiniteException("Placeholder " + placeholder.describe() + " was fed " + value.at(i)
                        + " at index " + index(value.shape(), i) + ": look for what is missing in the data"
                        + lines(placeholder));
            }
        }
    }

    private static Shape index(Shape shape, int position) {
        int[] index = new int[shape.rank()];
        int rest = position;
        for (int axis = index.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape.dim(axis);
            rest /= shape.dim(axis);
        }
        return Shape.of(index);
    }

    private static String lines(Placeholder placeholder) {
        return "\n    made at " + placeholder.sourceLine() + ", fed at " + SourceLine.here();
    }

    private static String hint(Placeholder placeholder, Shape given) {
        Shape wanted = placeholder.shape();
        if (wanted.isScalar()) {
            return "it is a single number: for example feed(" + placeholder.name() + ", 0.5)";
        }
        Shape row = inserted(given, 0, 1);
        if (wanted.accepts(row)) {
            return given.isScalar()
                    ? "a single number has no axes: for one example feed an array of shape " + row
                    : "a single example needs a batch axis of 1: reshape it to " + row;
        }
        Shape column = inserted(given, given.rank(), 1);
        if (wanted.accepts(column)) {
            return "one number for each example is a column: reshape it to " + column;
        }
        if (wanted.rank() == 2 && given.rank() == 2 && wanted.accepts(Shape.of(given.dim(1), given.dim(0)))) {
            return "it looks transposed: rows are examples, columns are features";
        }
        if (wanted.rank() == given.rank()) {
            int axis = 0;
            while (wanted.dim(axis) == Shape.UNKNOWN || wanted.dim(axis) == given.dim(axis)) {
                axis++;
            }
            return "along axis " + axis + " it needs " + wanted.dim(axis) + ", not " + given.dim(axis);
        }
        Shape flat = flattened(wanted, given);
        return wanted.accepts(flat)
                ? "reshape it to " + flat
                : "it needs " + wanted.rank() + (wanted.rank() == 1 ? " axis" : " axes") + ", not " + given.rank();
    }

    private static Shape inserted(Shape shape, int axis, int dim) {
        int[] dims = new int[shape.rank() + 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i == axis ? dim : shape.dim(i < axis ? i : i - 1);
        }
        return Shape.of(dims);
    }

    /** Returns the shape with its last axes merged, so that it has as many as wanted: images become rows of pixels. */
    private static Shape flattened(Shape wanted, Shape given) {
        if (given.rank() < wanted.rank()) {
            return given;
        }
        int[] dims = Arrays.copyOf(given.dims(), wanted.rank());
        for (int axis = wanted.rank(); axis < given.rank(); axis++) {
            dims[wanted.rank() - 1] *= given.dim(axis);
        }
        return Shape.of(dims);
    }
}
