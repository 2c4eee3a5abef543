package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** The sums of squared errors and deviations of each output over all batches, and a measure of them. */
final class ErrorSums implements Metric.Accumulator {
    /**
     * The sums of one output.
     *
     * @param count the number of targets
     * @param mean the mean of the targets
     * @param deviations Σ (y - mean)²
     * @param errors Σ (p - y)²
     */
    record Output(long count, double mean, double deviations, double errors) {
        /** Adds one target, by Welford's formula, which cancels no digits. */
        Output plus(double prediction, double target) {
            double change = target - mean;
            double newMean = mean + change / (count + 1);
            double error = prediction - target;
            return new Output(count + 1, newMean, deviations + change * (target - newMean), errors + error * error);
        }
    }

    /** Returns the root of the mean squared error. */
    static double rmse(Output output) {
        return Math.sqrt(output.errors / output.count);
    }

    /** Returns the coefficient of determination; see {@link Regression#r2}. */
    static double r2(Output output) {
        if (output.count < 2) {
            return Double.NaN;
        }
        if (output.deviations == 0) {
            return output.errors == 0 ? 1 : 0;
        }
        return 1 - output.errors / output.deviations;
    }

    private final ToDoubleFunction<Output> measure;
    private Output[] outputs = {};

    ErrorSums(ToDoubleFunction<Output> measure) {
        this.measure = measure;
    }

    @Override
    public void add(NDArray predictions, NDArray targets) {
        Arguments.checkSameShape(predictions, targets);
        NDArray full = predictions.shape().rank() < targets.shape().rank() ? targets : predictions;
        int columns = full.shape().rank() < 2 ? 1 : full.dim(-1);
        if (outputs.length == 0) {
            outputs = new Output[columns];
            Arrays.fill(outputs, new Output(0, 0, 0, 0));
        }
        for (int i = 0; i < targets.size(); i++) {
            outputs[i % columns] = outputs[i % columns].plus(predictions.at(i), targets.at(i));
        }
    }

    @Override
    public double value() {
        double sum = 0;
        for (Output output : outputs) {
            sum += measure.applyAsDouble(output);
        }
        return sum / outputs.length;
    }
}
