package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;

/**
 * A placeholder and the value that it has for one run. {@link #feed} is made to be imported statically.
 *
 * @param placeholder what is fed
 * @param value with what: of the placeholder's type and of a shape that it accepts; used without copying
 */
public record Feed(Placeholder placeholder, NDArray value) {
    /**
     * Checks that the value fits.
     *
     * @throws GraphException if it does not, with what would
     */
    public Feed {
        check(placeholder, value);
    }

    /** Feeds an array, without copying. */
    public static Feed feed(Placeholder placeholder, NDArray value) {
        return new Feed(placeholder, value);
    }

    /** Feeds a scalar, in the placeholder's type. */
    public static Feed feed(Placeholder placeholder, double value) {
        return new Feed(placeholder, NDArray.full(placeholder.dtype(), Shape.scalar(), value));
    }

    /** Feeds rows, in the placeholder's type. */
    public static Feed feed(Placeholder placeholder, float[][] rows) {
        return new Feed(placeholder, NDArray.of(rows).cast(placeholder.dtype()));
    }

    /** Feeds rows, in the placeholder's type. */
    public static Feed feed(Placeholder placeholder, double[][] rows) {
        return new Feed(placeholder, NDArray.of(rows).cast(placeholder.dtype()));
    }

    /** Feeds a vector of class numbers or indices. */
    public static Feed feed(Placeholder placeholder, int... values) {
        return new Feed(placeholder, NDArray.of(values).cast(placeholder.dtype()));
    }

    static void check(Placeholder placeholder, NDArray value) {
        if (value.dtype() != placeholder.dtype()) {
            throw new GraphException("Placeholder " + placeholder.describe() + " was fed " + value.dtype() + " "
                    + value.shape() + "; convert the array with cast(DType." + placeholder.dtype() + ")"
                    + (placeholder.dtype() == DType.INT32 ? ", or make the placeholder " + value.dtype() : "")
                    + "\n    made at " + placeholder.sourceLine());
        }
        if (!placeholder.shape().accepts(value.shape())) {
            throw new GraphException(
                    "Placeholder " + placeholder.describe() + " was fed an array of shape " + value.shape()
                            + hint(placeholder.shape(), value.shape()) + "\n    made at " + placeholder.sourceLine());
        }
    }

    private static String hint(Shape wanted, Shape given) {
        int[] dims = given.dims();
        if (wanted.rank() == given.rank() + 1) {
            if (wanted.dim(0) == Shape.UNKNOWN || wanted.dim(0) == 1) {
                int[] row = new int[dims.length + 1];
                row[0] = 1;
                System.arraycopy(dims, 0, row, 1, dims.length);
                if (wanted.accepts(Shape.of(row))) {
                    return "; a single example needs a batch axis of 1: reshape it to " + Shape.of(row);
                }
            }
            int[] column = java.util.Arrays.copyOf(dims, dims.length + 1);
            column[dims.length] = 1;
            if (wanted.accepts(Shape.of(column))) {
                return "; one number for each example is a column: reshape it to " + Shape.of(column);
            }
        }
        if (wanted.rank() == 2 && given.rank() == 2 && wanted.accepts(Shape.of(dims[1], dims[0]))) {
            return "; it looks transposed: rows are examples, columns are features";
        }
        for (int axis = 0; axis < Math.min(wanted.rank(), given.rank()); axis++) {
            if (wanted.dim(axis) != Shape.UNKNOWN
                    && wanted.dim(axis) != given.dim(axis)
                    && wanted.rank() == given.rank()) {
                return "; along axis " + axis + " it needs " + wanted.dim(axis) + ", not " + given.dim(axis);
            }
        }
        return "; it needs " + wanted.rank() + " axes, not " + given.rank();
    }
}
