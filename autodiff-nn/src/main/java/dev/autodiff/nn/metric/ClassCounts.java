package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A confusion matrix of all batches, and a measure of it. */
final class ClassCounts implements Metric.Accumulator {
    /** The most classes: the counts of their pairs are kept. */
    private static final int MOST_CLASSES = 4096;

    private final BiFunction<NDArray, NDArray, Rows> classes;
    private final ToDoubleFunction<ConfusionMatrix> measure;
    private @Nullable ConfusionMatrix counts;

    /**
     * Counts classes.
     *
     * @param classes the function from predictions and targets, which it may check, to predicted and actual classes
     * @param measure the measure of the counts
     */
    ClassCounts(BiFunction<NDArray, NDArray, Rows> classes, ToDoubleFunction<ConfusionMatrix> measure) {
        this.classes = classes;
        this.measure = measure;
    }

    @Override
    public void add(NDArray predictions, NDArray targets) {
        Rows rows = classes.apply(predictions, targets);
        ConfusionMatrix before = counts;
        int known = before == null ? 1 : before.classes();
        int found = Math.max(classCount(rows.predictions(), "Predictions"), classCount(rows.targets(), "Targets"));
        int count = Math.max(known, found);
        ConfusionMatrix batch = ConfusionMatrix.of(rows.predictions(), rows.targets(), count);
        counts = before == null ? batch : before.widened(count).plus(batch);
    }

    private static int classCount(NDArray array, String what) {
        int count = 1;
        for (int number : Arguments.classes(array, what)) {
            if (number >= MOST_CLASSES) {
                throw new IllegalArgumentException("Pairs of at most " + MOST_CLASSES + " classes are counted, but "
                        + what + " have class " + number);
            }
            count = Math.max(count, number + 1);
        }
        return count;
    }

    @Override
    public double value() {
        return counts == null ? Double.NaN : measure.applyAsDouble(counts);
    }
}
