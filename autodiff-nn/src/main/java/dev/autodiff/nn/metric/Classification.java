package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;

/** Figures for models that tell classes apart. */
public final class Classification {
    private Classification() {}

    /**
     * Share of rows whose class was predicted right, from 0 to 1.
     *
     * @param predictions class numbers {@code [rows]} or {@code [rows, 1]}, or a number for each class
     *     {@code [rows, classes]} (logits, probabilities), of which the largest, the first of equals, is the prediction
     * @param targets class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @throws IllegalArgumentException if the rows differ in number, there are none, or class numbers are not whole
     */
    public static double accuracy(NDArray predictions, NDArray targets) {
        Arguments.checkNotEmpty(predictions, targets);
        checkColumns(predictions, targets);
        int[] predicted = Arguments.classes(predictions, "Predictions");
        int[] actual = Arguments.classes(targets, "Targets");
        Arguments.checkSameRows(predicted.length, actual.length);
        int right = 0;
        for (int i = 0; i < predicted.length; i++) {
            right += predicted[i] == actual[i] ? 1 : 0;
        }
        return (double) right / predicted.length;
    }

    private static void checkColumns(NDArray predictions, NDArray targets) {
        boolean bothWide = !Arguments.isColumn(predictions) && !Arguments.isColumn(targets);
        if (bothWide && predictions.dim(-1) != targets.dim(-1)) {
            throw new IllegalArgumentException(
                    "Predictions and one-hot targets have a column for each class, but predictions are "
                            + predictions.shape() + " and targets " + targets.shape());
        }
    }

    /**
     * Share of rows that were put right into one of two classes: class 1 is predicted where the score is greater than the
     * threshold.
     *
     * @param scores {@code [rows]} or {@code [rows, 1]}: probabilities of class 1 (threshold 0.5) or logits (threshold 0)
     * @param targets 0 or 1, {@code [rows]} or {@code [rows, 1]}
     * @throws IllegalArgumentException if the shapes differ, there are no rows, a score is NaN or a target neither 0 nor 1
     */
    public static double binaryAccuracy(NDArray scores, NDArray targets, double threshold) {
        Arguments.checkSameShape(scores, targets);
        int right = 0;
        for (int i = 0; i < scores.size(); i++) {
            double score = scores.at(i);
            double target = targets.at(i);
            if (Double.isNaN(score)) {
                throw new IllegalArgumentException("Scores contain NaN at position " + i);
            }
            if (target != 0 && target != 1) {
                throw new IllegalArgumentException("Targets of two classes are 0 or 1, but row " + i + " is " + target);
            }
            right += (score > threshold) == (target == 1) ? 1 : 0;
        }
        return (double) right / scores.size();
    }
}
