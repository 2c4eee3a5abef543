package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.function.ToDoubleBiFunction;

/**
 * A measure of predictions that is accumulated over batches: each pass over data starts an accumulator.
 *
 * <pre>{@code
 * Metric.Accumulator accuracy = Metric.accuracy().start();
 * accuracy.add(NDArray.of(0, 1, 1), NDArray.of(0, 1, 0));
 * accuracy.add(NDArray.of(1), NDArray.of(1));
 * accuracy.value(); // 0.75
 * }</pre>
 */
public interface Metric {
    /** Returns the name under which the value is reported, such as {@code accuracy}. */
    String name();

    /** Returns an accumulator for one pass over data. */
    Accumulator start();

    /** The measure of the batches so far. */
    interface Accumulator {
        /**
         * Adds a batch.
         *
         * @param predictions the outputs of the model, one example a row
         * @param targets the true answers, one example a row
         * @throws IllegalArgumentException if they do not fit each other or the measure
         */
        void add(NDArray predictions, NDArray targets);

        /** Returns the measure of all that was added; NaN if that is nothing. */
        double value();
    }

    /** Returns {@link Classification#accuracy} over all examples. */
    static Metric accuracy() {
        return mean("accuracy", Classification::accuracy);
    }

    /**
     * Returns {@link Classification#binaryAccuracy} over all examples.
     *
     * @param threshold the score above which class 1 is predicted: 0.5 for probabilities, 0 for logits
     */
    static Metric binaryAccuracy(double threshold) {
        return mean("accuracy", (scores, targets) -> Classification.binaryAccuracy(scores, targets, threshold));
    }

    /** Returns {@link Regression#mse} over all examples. */
    static Metric mse() {
        return mean("mse", Regression::mse);
    }

    /** Returns {@link Regression#mae} over all examples. */
    static Metric mae() {
        return mean("mae", Regression::mae);
    }

    /**
     * Returns a measure that is a mean over examples, so that batches are averaged by their numbers of rows.
     *
     * <pre>{@code
     * Metric share = Metric.mean("positive", (predictions, targets) -> predictions.at(0) > 0 ? 1 : 0);
     * share.name(); // positive
     * }</pre>
     *
     * @param name the name under which the value is reported
     * @param measure the measure of one batch, from predictions and targets
     */
    static Metric mean(String name, ToDoubleBiFunction<NDArray, NDArray> measure) {
        return new Metric() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Accumulator start() {
                return new MeanOfBatches(measure);
            }
        };
    }
}
