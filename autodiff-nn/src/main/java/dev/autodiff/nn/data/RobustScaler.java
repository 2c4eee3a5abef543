package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Config;

/**
 * A scaling of every column that outliers hardly move: {@code (x - median) / (q75 - q25)}, with the median and the
 * quartiles of the data that it was fitted to. As scikit-learn's {@code RobustScaler}: where the quartiles are equal,
 * the divisor is 1. Immutable.
 *
 * <pre>{@code
 * RobustScaler scaler = RobustScaler.fit(NDArray.of(new double[][] {{1}, {2}, {3}, {4}, {1000}}));
 * scaler.transform(NDArray.of(new double[][] {{5}})); // [[1.]]
 * }</pre>
 */
public final class RobustScaler implements Preprocessing {
    private final double[] median;
    private final double[] range;

    private RobustScaler(double[] median, double[] range) {
        this.median = median;
        this.range = range;
    }

    /**
     * Returns a scaler with the medians and quartiles of the columns of an array.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @throws IllegalArgumentException if there are no rows or a value is not finite
     */
    public static RobustScaler fit(NDArray x) {
        double[] median = new double[Columns.countToFit(x)];
        double[] range = new double[median.length];
        Columns.forEach(x, (value, column, row) -> Columns.finite(value, row, column));
        for (int column = 0; column < median.length; column++) {
            double[] values = Columns.sorted(x, column);
            median[column] = Columns.quantile(values, 0.5);
            double between = Columns.quantile(values, 0.75) - Columns.quantile(values, 0.25);
            range[column] = between == 0 ? 1 : between;
        }
        return new RobustScaler(median, range);
    }

    @Override
    public NDArray transform(NDArray x) {
        Columns.checkFitted(x, median.length);
        return Columns.map(x, (value, column) -> (value - median[column]) / range[column]);
    }

    /**
     * Returns the numbers that {@link #transform} maps to some, the inverse.
     *
     * @param z the scaled data, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @throws IllegalArgumentException if it has not as many columns as the scaler was fitted to
     */
    public NDArray inverseTransform(NDArray z) {
        Columns.checkFitted(z, median.length);
        return Columns.map(z, (value, column) -> value * range[column] + median[column]);
    }

    @Override
    public Config config() {
        return Config.of("RobustScaler").with("median", median).with("range", range);
    }

    static RobustScaler read(Config config) {
        double[] median = config.numbers("median");
        double[] range = config.numbers("range");
        if (median.length != range.length || median.length == 0) {
            throw new IllegalArgumentException(
                    "A scaler has a median and a range for each column, not " + median.length + " and " + range.length);
        }
        return new RobustScaler(median, range);
    }

    /** Returns a description such as {@code RobustScaler[2 columns]}. */
    @Override
    public String toString() {
        return "RobustScaler[" + median.length + " columns]";
    }
}
