package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;

/**
 * A mapping of every column to a range, [0, 1] by default: {@code (x - min) / (max - min) * (high - low) + low}, with
 * the smallest and the largest number of the data that it was fitted to. As scikit-learn's {@code MinMaxScaler}: a
 * constant column becomes {@code low}, and later data may fall outside of the range. Immutable.
 *
 * <pre>{@code
 * MinMaxScaler scaler = MinMaxScaler.fit(NDArray.of(new double[][] {{1, 10}, {3, 30}}));
 * scaler.transform(NDArray.of(new double[][] {{2, 40}})); // [[0.5 1.5]]
 * }</pre>
 */
public final class MinMaxScaler implements Preprocessing {
    private final double[] min;
    private final double[] max;
    private final double low;
    private final double high;

    private MinMaxScaler(double[] min, double[] max, double low, double high) {
        this.min = min;
        this.max = max;
        this.low = low;
        this.high = high;
    }

    /** Returns a scaler of the columns of an array to [0, 1]; see {@link #fit(NDArray, double, double)}. */
    public static MinMaxScaler fit(NDArray x) {
        return fit(x, 0, 1);
    }

    /**
     * Returns a scaler of the columns of an array to a range.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @param low the number that the smallest becomes
     * @param high the number that the largest becomes
     * @throws IllegalArgumentException if there are no rows, a value is not finite, or low is not below high
     */
    public static MinMaxScaler fit(NDArray x, double low, double high) {
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException("The range is from low to high, as 0 to 1, not " + low + " to " + high);
        }
        int columns = Columns.countToFit(x);
        double[] min = new double[columns];
        double[] max = new double[columns];
        Arrays.fill(min, Double.POSITIVE_INFINITY);
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
        Columns.forEach(x, (value, column, row) -> {
            min[column] = Math.min(min[column], Columns.finite(value, row, column));
            max[column] = Math.max(max[column], value);
        });
        return new MinMaxScaler(min, max, low, high);
    }

    private double range(int column) {
        return max[column] == min[column] ? 1 : max[column] - min[column];
    }

    @Override
    public NDArray transform(NDArray x) {
        Columns.checkFitted(x, min.length);
        return Columns.map(x, (value, column) -> (value - min[column]) / range(column) * (high - low) + low);
    }

    /**
     * Returns the numbers that {@link #transform} maps to some, the inverse.
     *
     * @param z the scaled data, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @throws IllegalArgumentException if it has not as many columns as the scaler was fitted to
     */
    public NDArray inverseTransform(NDArray z) {
        Columns.checkFitted(z, min.length);
        return Columns.map(z, (value, column) -> (value - low) / (high - low) * range(column) + min[column]);
    }

    @Override
    public Config config() {
        return Config.of("MinMaxScaler")
                .with("min", min)
                .with("max", max)
                .with("low", low)
                .with("high", high);
    }

    static MinMaxScaler read(Config config) {
        double[] min = config.numbers("min");
        double[] max = config.numbers("max");
        if (min.length != max.length || min.length == 0) {
            throw new IllegalArgumentException("A scaler has a smallest and a largest number for each column, not "
                    + min.length + " and " + max.length);
        }
        return new MinMaxScaler(min, max, config.number("low"), config.number("high"));
    }

    /** Returns a description such as {@code MinMaxScaler[2 columns to 0.0..1.0]}. */
    @Override
    public String toString() {
        return "MinMaxScaler[" + min.length + " columns to " + low + ".." + high + "]";
    }
}
