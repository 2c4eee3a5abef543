package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

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

    /**
     * Returns this measure of classes without the rows whose target is of one class, such as padding.
     *
     * @param number the class number, which need not be that of a class
     */
    default Metric ignoreClass(int number) {
        return of(name(), () -> new WithoutClass(start(), number));
    }

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

    /**
     * Returns {@link Classification#topKAccuracy} over all examples, under the name {@code top3Accuracy} for k = 3.
     *
     * @param k the number of classes of which one is to be right
     */
    static Metric topKAccuracy(int k) {
        return mean("top" + k + "Accuracy", (scores, targets) -> Classification.topKAccuracy(scores, targets, k));
    }

    /**
     * Returns {@link ConfusionMatrix#precision(Average)} over all examples.
     *
     * @param average the way of making one number of those of the classes
     */
    static Metric precision(Average average) {
        Objects.requireNonNull(average, "average is null");
        return ofClasses("precision", matrix -> matrix.precision(average));
    }

    /**
     * Returns {@link ConfusionMatrix#recall(Average)} over all examples.
     *
     * @param average the way of making one number of those of the classes
     */
    static Metric recall(Average average) {
        Objects.requireNonNull(average, "average is null");
        return ofClasses("recall", matrix -> matrix.recall(average));
    }

    /**
     * Returns {@link ConfusionMatrix#f1(Average)} over all examples.
     *
     * @param average the way of making one number of those of the classes
     */
    static Metric f1(Average average) {
        Objects.requireNonNull(average, "average is null");
        return ofClasses("f1", matrix -> matrix.f1(average));
    }

    private static Metric ofClasses(String name, ToDoubleFunction<ConfusionMatrix> measure) {
        return of(name, () -> new ClassCounts(Rows::of, measure));
    }

    /**
     * Returns the precision of class 1 of two classes, over all examples.
     *
     * @param threshold the score above which class 1 is predicted: 0.5 for probabilities, 0 for logits
     */
    static Metric binaryPrecision(double threshold) {
        return ofTwoClasses("precision", threshold, matrix -> matrix.precision(1));
    }

    /**
     * Returns the recall of class 1 of two classes, over all examples.
     *
     * @param threshold the score above which class 1 is predicted: 0.5 for probabilities, 0 for logits
     */
    static Metric binaryRecall(double threshold) {
        return ofTwoClasses("recall", threshold, matrix -> matrix.recall(1));
    }

    /**
     * Returns the F1 score of class 1 of two classes, over all examples.
     *
     * @param threshold the score above which class 1 is predicted: 0.5 for probabilities, 0 for logits
     */
    static Metric binaryF1(double threshold) {
        return ofTwoClasses("f1", threshold, matrix -> matrix.f1(1));
    }

    private static Metric ofTwoClasses(String name, double threshold, ToDoubleFunction<ConfusionMatrix> measure) {
        return of(
                name,
                () -> new ClassCounts(
                        (scores, targets) -> Arguments.binaryClasses(scores, targets, threshold),
                        matrix -> measure.applyAsDouble(matrix.widened(2))));
    }

    /** Returns {@link Classification#rocAuc} over all examples, whose scores are kept until the end of the pass. */
    static Metric rocAuc() {
        return of("rocAuc", () -> new ClassRankings(Ranking::rocAuc));
    }

    /** Returns {@link Classification#prAuc} over all examples, whose scores are kept until the end of the pass. */
    static Metric prAuc() {
        return of("prAuc", () -> new ClassRankings(Ranking::averagePrecision));
    }

    /**
     * Returns the perplexity over all examples: e to the power of {@link Classification#crossEntropy}.
     *
     * @param fromLogits whether the outputs are logits; otherwise they are probabilities
     */
    static Metric perplexity(boolean fromLogits) {
        return of("perplexity", () -> {
            MeanOfBatches surprise =
                    new MeanOfBatches((scores, targets) -> Classification.crossEntropy(scores, targets, fromLogits));
            return new Accumulator() {
                @Override
                public void add(NDArray predictions, NDArray targets) {
                    surprise.add(predictions, targets);
                }

                @Override
                public double value() {
                    return Math.exp(surprise.value());
                }
            };
        });
    }

    /** Returns {@link Regression#mse} over all examples. */
    static Metric mse() {
        return mean("mse", Regression::mse);
    }

    /** Returns {@link Regression#rmse} over all examples. */
    static Metric rmse() {
        return of("rmse", () -> new ErrorSums(ErrorSums::rmse));
    }

    /** Returns {@link Regression#mae} over all examples. */
    static Metric mae() {
        return mean("mae", Regression::mae);
    }

    /** Returns {@link Regression#mape} over all examples. */
    static Metric mape() {
        return mean("mape", Regression::mape);
    }

    /** Returns {@link Regression#r2} over all examples. */
    static Metric r2() {
        return of("r2", () -> new ErrorSums(ErrorSums::r2));
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
        Objects.requireNonNull(measure, "measure is null");
        return of(name, () -> new MeanOfBatches(measure));
    }

    /**
     * Returns a measure of one's own.
     *
     * @param name the name under which the value is reported
     * @param start makes an accumulator for a pass over data
     */
    static Metric of(String name, Supplier<Accumulator> start) {
        Objects.requireNonNull(name, "name is null");
        Objects.requireNonNull(start, "start is null");
        return new Metric() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Accumulator start() {
                return start.get();
            }
        };
    }
}
