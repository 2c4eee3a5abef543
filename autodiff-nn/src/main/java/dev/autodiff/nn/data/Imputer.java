package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * A replacement of missing numbers, which are NaN, by one number for each column: the mean or the median of what the
 * data that it was fitted to has there, or a given number. {@code CsvOptions.missingAllowed} reads empty cells as NaN.
 * Immutable.
 *
 * <pre>{@code
 * NDArray train = NDArray.of(new double[][] {{1, 5}, {Double.NaN, 7}, {3, Double.NaN}});
 * Imputer.mean(train).transform(train); // [[1. 5.] [2. 7.] [3. 6.]]
 * }</pre>
 */
public final class Imputer implements Preprocessing {
    private final double[] values;

    private Imputer(double[] values) {
        this.values = values;
    }

    /**
     * Returns an imputer with the means of the columns.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @throws IllegalArgumentException if a column has no numbers, or an infinite one
     */
    public static Imputer mean(NDArray x) {
        return fit(x, values -> Arrays.stream(values).average().orElseThrow());
    }

    /**
     * Returns an imputer with the medians of the columns.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @throws IllegalArgumentException if a column has no numbers, or an infinite one
     */
    public static Imputer median(NDArray x) {
        return fit(x, values -> Columns.quantile(values, 0.5));
    }

    /**
     * Returns an imputer with given numbers.
     *
     * @param values the number for each column
     * @throws IllegalArgumentException if one is not finite, or there are none
     */
    public static Imputer constant(double... values) {
        if (values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "Missing numbers are replaced by a finite number for each column, not " + Arrays.toString(values));
        }
        return new Imputer(values.clone());
    }

    private static Imputer fit(NDArray x, ToDoubleFunction<double[]> measure) {
        double[] values = new double[Columns.countToFit(x)];
        for (int column = 0; column < values.length; column++) {
            double[] present = Columns.sorted(x, column);
            if (present.length == 0) {
                throw new IllegalArgumentException("Column " + column + " has nothing but missing values, so that there"
                        + " is no number to replace them: leave the column out");
            }
            values[column] = measure.applyAsDouble(present);
            if (!Double.isFinite(values[column])) {
                throw new IllegalArgumentException(
                        "Column " + column + " has infinite values, and would be filled with " + values[column]);
            }
        }
        return new Imputer(values);
    }

    @Override
    public NDArray transform(NDArray x) {
        Columns.checkFitted(x, values.length);
        return Columns.map(x, (value, column) -> Double.isNaN(value) ? values[column] : value);
    }

    @Override
    public Config config() {
        return Config.of("Imputer").with("values", values);
    }

    static Imputer read(Config config) {
        return constant(config.numbers("values"));
    }

    /** Returns a description such as {@code Imputer[2.0, 6.0]}. */
    @Override
    public String toString() {
        return "Imputer" + Arrays.toString(values);
    }
}
