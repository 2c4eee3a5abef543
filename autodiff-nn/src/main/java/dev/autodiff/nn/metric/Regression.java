package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;

/**
 * Measures for models that predict numbers. {@code p} are predictions, {@code y} targets, of the same shape, where a
 * last axis of 1 may be missing ({@code [rows]} and {@code [rows, 1]}, or {@code [batch, time]} and {@code [batch,
 * time, 1]}). With several outputs, {@code [..., outputs]}, a measure is the mean over the outputs, as scikit-learn's
 * default.
 *
 * <pre>{@code
 * NDArray predictions = NDArray.of(2.5, 0.0, 2.0, 8.0);
 * NDArray targets = NDArray.of(3.0, -0.5, 2.0, 7.0);
 * Regression.mse(predictions, targets); // 0.375
 * Regression.mae(predictions, targets); // 0.5
 * Regression.r2(predictions, targets); // 0.9486081370449679
 * }</pre>
 */
public final class Regression {
    private static final double EPSILON = 0x1p-52;

    private Regression() {}

    /**
     * Returns the mean squared error, {@code mean((p - y)^2)}, in the targets' unit squared.
     *
     * @param predictions {@code p}, the predictions of the model
     * @param targets {@code y}, the true values
     * @throws IllegalArgumentException if the shapes differ or are empty
     */
    public static double mse(NDArray predictions, NDArray targets) {
        Arguments.checkSameShape(predictions, targets);
        double sum = 0;
        for (int i = 0; i < targets.size(); i++) {
            double error = predictions.at(i) - targets.at(i);
            sum += error * error;
        }
        return sum / targets.size();
    }

    /**
     * Returns the root of the mean squared error, {@code sqrt(mean((p - y)^2))}, in the targets' unit; with several
     * outputs the mean of the outputs' roots.
     *
     * @param predictions {@code p}, the predictions of the model
     * @param targets {@code y}, the true values
     * @throws IllegalArgumentException if the shapes differ or are empty
     */
    public static double rmse(NDArray predictions, NDArray targets) {
        return once(Metric.rmse(), predictions, targets);
    }

    private static double once(Metric metric, NDArray predictions, NDArray targets) {
        Metric.Accumulator all = metric.start();
        all.add(predictions, targets);
        return all.value();
    }

    /**
     * Returns the mean absolute error, {@code mean(|p - y|)}, in the targets' unit.
     *
     * @param predictions {@code p}, the predictions of the model
     * @param targets {@code y}, the true values
     * @throws IllegalArgumentException if the shapes differ or are empty
     */
    public static double mae(NDArray predictions, NDArray targets) {
        Arguments.checkSameShape(predictions, targets);
        double sum = 0;
        for (int i = 0; i < targets.size(); i++) {
            sum += Math.abs(predictions.at(i) - targets.at(i));
        }
        return sum / targets.size();
    }

    /**
     * Returns the mean absolute percentage error, {@code mean(|p - y| / |y|)}, <b>as a fraction</b>: 0.05 is 5 %. As in
     * scikit-learn, {@code |y|} is at least 2.2e-16, so that a target of 0 gives a huge number, not infinity.
     *
     * @param predictions {@code p}, the predictions of the model
     * @param targets {@code y}, the true values
     * @throws IllegalArgumentException if the shapes differ or are empty
     */
    public static double mape(NDArray predictions, NDArray targets) {
        Arguments.checkSameShape(predictions, targets);
        double sum = 0;
        for (int i = 0; i < targets.size(); i++) {
            sum += Math.abs(predictions.at(i) - targets.at(i)) / Math.max(Math.abs(targets.at(i)), EPSILON);
        }
        return sum / targets.size();
    }

    /**
     * Returns the coefficient of determination, {@code 1 - sum((p - y)^2) / sum((y - mean(y))^2)}: 1 for perfect
     * predictions, 0 for predicting the mean, below 0 for worse. As in scikit-learn, constant targets give 1 if they
     * are predicted exactly, else 0; of fewer than two rows it is NaN.
     *
     * @param predictions {@code p}, the predictions of the model
     * @param targets {@code y}, the true values
     * @throws IllegalArgumentException if the shapes differ or are empty
     */
    public static double r2(NDArray predictions, NDArray targets) {
        return once(Metric.r2(), predictions, targets);
    }
}
