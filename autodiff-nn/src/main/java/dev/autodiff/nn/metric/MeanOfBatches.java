package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.function.ToDoubleBiFunction;

/** The mean of a measure of batches, weighted by their numbers of rows. */
final class MeanOfBatches implements Metric.Accumulator {
    private final ToDoubleBiFunction<NDArray, NDArray> measure;
    private double sum;
    private long rows;

    MeanOfBatches(ToDoubleBiFunction<NDArray, NDArray> measure) {
        this.measure = measure;
    }

    @Override
    public void add(NDArray predictions, NDArray targets) {
        int count = predictions.dim(0);
        sum += measure.applyAsDouble(predictions, targets) * count;
        rows += count;
    }

    @Override
    public double value() {
        return sum / rows;
    }
}
