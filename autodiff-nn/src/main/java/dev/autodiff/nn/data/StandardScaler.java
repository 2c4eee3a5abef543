package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * A standardisation of every column to mean 0 and standard deviation 1: {@code z = (x - mean) / std}, with the mean and
 * standard deviation of the data that it was fitted to. Fit it to the training data alone, and transform validation and
 * test data with the same scaler.
 *
 * <pre>{@code
 * NDArray train = NDArray.of(new double[][] {{1, 10}, {3, 30}});
 * StandardScaler scaler = StandardScaler.fit(train);
 * scaler.transform(train); // [[-1. -1.] [ 1. 1.]]
 * scaler.transform(NDArray.of(new double[][] {{2, 40}})); // [[0. 2.]]
 * }</pre>
 *
 * <p>As scikit-learn's {@code StandardScaler}: the standard deviation is that of the population (divided by n, not n -
 * 1), and a column that is constant but for rounding is divided by 1, so that it becomes zeros. Sums are in double
 * precision whatever the type of the data. Immutable.
 */
public final class StandardScaler implements Preprocessing {
    private static final double EPSILON = 0x1p-52;

    private final double[] mean;
    private final double[] std;

    private StandardScaler(double[] mean, double[] std) {
        this.mean = mean;
        this.std = std;
    }

    /**
     * Returns a scaler with the means and standard deviations of the columns of an array.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}; FLOAT32 or FLOAT64
     * @throws IllegalArgumentException if there are no rows, a value is not finite, or the array has another type
     *     or shape
     */
    public static StandardScaler fit(NDArray x) {
        int columns = Columns.countToFit(x);
        int rows = Columns.rows(x);
        double[] mean = new double[columns];
        Columns.forEach(x, (value, column, row) -> mean[column] += Columns.finite(value, row, column));
        for (int column = 0; column < columns; column++) {
            mean[column] /= rows;
        }
        double[] squares = new double[columns];
        double[] drift = new double[columns]; // the rounding error of the means
        Columns.forEach(x, (value, column, row) -> {
            double difference = value - mean[column];
            squares[column] += difference * difference;
            drift[column] += difference;
        });
        double[] std = new double[columns];
        for (int column = 0; column < columns; column++) {
            double variance = (squares[column] - drift[column] * drift[column] / rows) / rows;
            std[column] = isConstant(variance, mean[column], rows) ? 1 : Math.sqrt(variance);
        }
        return new StandardScaler(mean, std);
    }

    /** Returns whether a variance is only rounding, by scikit-learn's bound (sklearn/preprocessing/_data.py). */
    private static boolean isConstant(double variance, double mean, int rows) {
        double error = rows * mean * EPSILON;
        return variance <= rows * EPSILON * variance + error * error;
    }

    @Override
    public Config config() {
        return Config.of("StandardScaler").with("mean", mean).with("std", std);
    }

    static StandardScaler read(Config config) {
        double[] mean = config.numbers("mean");
        double[] std = config.numbers("std");
        if (mean.length != std.length || mean.length == 0) {
            throw new IllegalArgumentException("A scaler has a mean and a standard deviation for each column, not "
                    + mean.length + " and " + std.length);
        }
        return new StandardScaler(mean, std);
    }

    /** Returns the mean of each column, FLOAT64 {@code [columns]}. */
    public NDArray mean() {
        return NDArray.of(mean);
    }

    /**
     * Returns the divisor of each column, FLOAT64 {@code [columns]}: its standard deviation, or 1 if it is constant.
     */
    public NDArray std() {
        return NDArray.of(std);
    }

    /**
     * Returns {@code (x - mean) / std}.
     *
     * @param x the data in original units, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @return an array of the type and shape of {@code x}
     * @throws IllegalArgumentException if {@code x} has not as many columns as the scaler was fitted to
     */
    @Override
    public NDArray transform(NDArray x) {
        Columns.checkFitted(x, mean.length);
        return Columns.map(x, (value, column) -> (value - mean[column]) / std[column]);
    }

    /**
     * Returns {@code z * std + mean}, the inverse of {@link #transform}.
     *
     * @param z the standardised data, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @return an array of the type and shape of {@code z}
     * @throws IllegalArgumentException if {@code z} has not as many columns as the scaler was fitted to
     */
    public NDArray inverseTransform(NDArray z) {
        Columns.checkFitted(z, mean.length);
        return Columns.map(z, (value, column) -> value * std[column] + mean[column]);
    }

    private static NDArray shaped(double[] values, NDArray like) {
        return NDArray.wrap(values, like.shape().dims()).cast(like.dtype());
    }

    /**
     * The coefficients of a linear model {@code y = x·weights + bias}.
     *
     * @param weights the weights, {@code [columns]} or {@code [columns, outputs]}
     * @param bias the bias, one number for each output
     */
    public record Coefficients(NDArray weights, NDArray bias) {}

    /**
     * Returns the coefficients, for features in their original units, of a linear model that was fitted to features
     * standardised by this scaler: {@code w = w' / std}, {@code b = b' - sum(w' * mean / std)}.
     *
     * @param weights {@code w'}, {@code [columns]} or {@code [columns, outputs]}
     * @param bias {@code b'}, one number for each output: {@code []}, {@code [1]} or {@code [outputs]}
     * @return weights and bias in the given shapes and types
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Coefficients unscaleWeights(NDArray weights, NDArray bias) {
        return unscale(weights, bias, null);
    }

    /**
     * Returns the coefficients as {@link #unscaleWeights(NDArray, NDArray)} for a model whose targets were standardised
     * too: for targets in their original units, {@code w = w' * std_y / std}, {@code b = (b' - sum(w' * mean / std)) *
     * std_y + mean_y}.
     *
     * @param weights {@code w'}, {@code [columns]} or {@code [columns, outputs]}
     * @param bias {@code b'}, one number for each output: {@code []}, {@code [1]} or {@code [outputs]}
     * @param targets the scaler of the targets
     * @return weights and bias in the given shapes and types
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Coefficients unscaleWeights(NDArray weights, NDArray bias, StandardScaler targets) {
        return unscale(weights, bias, targets);
    }

    private Coefficients unscale(NDArray weights, NDArray bias, @Nullable StandardScaler targets) {
        int rank = weights.shape().rank();
        int outputs = rank == 2 ? weights.dim(1) : 1;
        boolean fits = (rank == 1 || rank == 2) && weights.dim(0) == mean.length;
        if (!fits || bias.size() != outputs || (targets != null && targets.mean.length != outputs)) {
            throw new IllegalArgumentException("A linear model of " + mean.length + " columns has weights ["
                    + mean.length + "] or [" + mean.length
                    + ", outputs] and one bias for each output, but the weights are "
                    + weights.shape() + ", the bias " + bias.shape()
                    + (targets == null
                            ? ""
                            : " and the scaler of the targets has " + targets.mean.length + " columns"));
        }
        double[] w = weights.toDoubles();
        double[] b = bias.toDoubles();
        for (int output = 0; output < outputs; output++) {
            double targetStd = targets == null ? 1 : targets.std[output];
            double targetMean = targets == null ? 0 : targets.mean[output];
            for (int column = 0; column < mean.length; column++) {
                int i = column * outputs + output;
                b[output] -= w[i] * mean[column] / std[column];
                w[i] *= targetStd / std[column];
            }
            b[output] = b[output] * targetStd + targetMean;
        }
        return new Coefficients(shaped(w, weights), shaped(b, bias));
    }

    /** Returns a description such as {@code StandardScaler[2 columns, mean [0.5 3. ], std [1.  0.2]]}. */
    @Override
    public String toString() {
        return "StandardScaler[" + mean.length + " columns, mean " + mean().cast(DType.FLOAT32) + ", std "
                + std().cast(DType.FLOAT32) + "]";
    }
}
