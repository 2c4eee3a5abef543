package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;

/** Measures for models that predict classes. */
public final class Classification {
    private Classification() {}

    /**
     * Returns the accuracy: the fraction of rows whose class was predicted correctly, from 0 to 1.
     *
     * <pre>{@code
     * NDArray logits = NDArray.of(new float[][] {{2, 1}, {0, 3}, {4, 5}});
     * Classification.accuracy(logits, NDArray.of(0, 1, 1)); // 1.0
     * Classification.accuracy(NDArray.of(0, 1, 1), NDArray.of(0, 1, 0)); // 0.6666666666666666
     * }</pre>
     *
     * @param predictions the class numbers {@code [rows]} or {@code [rows, 1]}, or a number for each class
     *     {@code [rows, classes]} (logits, probabilities), of which the largest, the first of equals, is the prediction
     * @param targets the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
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
     * Returns the accuracy for two classes: the fraction of rows whose class was predicted correctly, where class 1 is
     * predicted if the score is greater than the threshold.
     *
     * <pre>{@code
     * NDArray probabilities = NDArray.of(0.9f, 0.4f, 0.2f, 0.1f);
     * Classification.binaryAccuracy(probabilities, NDArray.of(1, 1, 0, 0), 0.5); // 0.75
     * }</pre>
     *
     * @param scores the probabilities of class 1 (threshold 0.5) or logits (threshold 0), {@code [rows]} or {@code
     *     [rows, 1]}
     * @param targets the classes 0 or 1, {@code [rows]} or {@code [rows, 1]}
     * @param threshold the score above which class 1 is predicted
     * @return the fraction, from 0 to 1
     * @throws IllegalArgumentException if the shapes differ, there are no rows, a score is NaN or a target neither 0
     *     nor 1
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
