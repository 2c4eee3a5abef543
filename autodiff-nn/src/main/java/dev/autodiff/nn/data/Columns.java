package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import java.util.Arrays;

/** The columns of features: the last axis, or a single column if there is one axis. */
final class Columns {
    private Columns() {}

    /** The action on one number. */
    interface Visitor {
        /** Visits the number in a row and a column. */
        void visit(double value, int column, int row);
    }

    /** The function of one number and its column. */
    interface Function {
        /** Returns the new number. */
        double apply(double value, int column);
    }

    /**
     * Returns the number of columns, which are the last axis: those of sequences, {@code [rows, steps, columns]}, are
     * the same at each step.
     *
     * @throws IllegalArgumentException if the array is a scalar, or not of floating-point numbers
     */
    static int count(NDArray x) {
        if (x.shape().isScalar() || !x.dtype().isFloating()) {
            throw new IllegalArgumentException("Preprocessing takes floating-point numbers of shape [rows, columns],"
                    + " [rows] or [rows, steps, columns], not " + x.dtype() + " " + x.shape()
                    + (x.dtype().isFloating() ? "" : "; x.cast(DType.FLOAT32) makes such numbers"));
        }
        return x.shape().rank() == 1 ? 1 : x.dim(-1);
    }

    /** Returns the number of rows, or of all steps of all rows. */
    static int rows(NDArray x) {
        return x.size() / Math.max(1, count(x));
    }

    /** Checks that there are rows to fit to, and returns the number of columns. */
    static int countToFit(NDArray x) {
        int columns = count(x);
        if (rows(x) == 0) {
            throw new IllegalArgumentException("Preprocessing cannot be fitted to an array without rows: " + x.shape());
        }
        return columns;
    }

    /** Checks that an array has as many columns as the one that was fitted to. */
    static void checkFitted(NDArray x, int fitted) {
        int columns = count(x);
        if (columns != fitted) {
            throw new IllegalArgumentException(
                    "It was fitted to " + fitted + " columns, but " + x.shape() + " has " + columns);
        }
    }

    static void forEach(NDArray x, Visitor visitor) {
        int columns = count(x);
        int rows = rows(x);
        for (int row = 0, i = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++, i++) {
                visitor.visit(x.at(i), column, row);
            }
        }
    }

    /** Returns the array of the function's values, of the same type and shape. */
    static NDArray map(NDArray x, Function function) {
        NDArray result = NDArray.zeros(x.dtype(), x.shape());
        int columns = count(x);
        if (result.storage() instanceof float[] floats) {
            forEach(x, (value, column, row) -> floats[row * columns + column] = (float) function.apply(value, column));
        } else {
            double[] doubles = (double[]) result.storage();
            forEach(x, (value, column, row) -> doubles[row * columns + column] = function.apply(value, column));
        }
        return result;
    }

    /** Checks a number that is fitted to. */
    static double finite(double value, int row, int column) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Preprocessing cannot be fitted to values that are not finite: row "
                    + row + ", column " + column + " is " + value
                    + (Double.isNaN(value) ? "; an Imputer before it replaces missing values" : ""));
        }
        return value;
    }

    /** Returns the numbers of a column in ascending order, without NaN. */
    static double[] sorted(NDArray x, int column) {
        int columns = count(x);
        double[] values = new double[rows(x)];
        for (int row = 0; row < values.length; row++) {
            values[row] = x.at(row * columns + column);
        }
        return Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
    }

    /** Returns a quantile of numbers in ascending order, interpolated linearly as NumPy's default. */
    static double quantile(double[] sorted, double fraction) {
        double place = fraction * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
