package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;

/**
 * Measures for models that predict classes. Arrays of rank above 2 have a row for each vector along the last axis: with
 * scores {@code [batch, time, classes]} and class numbers {@code [batch, time]}, each position is a row, and counts the
 * same.
 */
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
        Rows rows = Rows.of(predictions, targets);
        Arguments.checkColumns(rows.predictions(), rows.targets());
        int[] predicted = Arguments.classes(rows.predictions(), "Predictions");
        int[] actual = Arguments.classes(rows.targets(), "Targets");
        Arguments.checkSameRows(predicted.length, actual.length);
        int right = 0;
        for (int i = 0; i < predicted.length; i++) {
            right += predicted[i] == actual[i] ? 1 : 0;
        }
        return (double) right / predicted.length;
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
     * @param scores the probabilities of class 1 (threshold 0.5) or logits (threshold 0), of any shape, of which each
     *     element counts as a row
     * @param targets the classes 0 or 1, of the same shape, where a last axis of 1 may be missing
     * @param threshold the score above which class 1 is predicted
     * @return the fraction, from 0 to 1
     * @throws IllegalArgumentException if the shapes differ, there are no rows, a score is NaN or a target neither 0
     *     nor 1
     */
    public static double binaryAccuracy(NDArray scores, NDArray targets, double threshold) {
        Rows rows = Arguments.binaryClasses(scores, targets, threshold);
        int right = 0;
        for (int i = 0; i < scores.size(); i++) {
            right += rows.predictions().at(i) == rows.targets().at(i) ? 1 : 0;
        }
        return (double) right / scores.size();
    }

    /**
     * Returns the top-k accuracy: the fraction of rows in which fewer than k classes have a higher score than the true
     * one, as in Keras.
     *
     * <pre>{@code
     * NDArray scores = NDArray.of(new float[][] {{5, 4, 1}, {5, 4, 1}});
     * Classification.topKAccuracy(scores, NDArray.of(1, 2), 2); // 0.5
     * }</pre>
     *
     * @param scores the logits or probabilities, {@code [rows, classes]}
     * @param targets the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @param k the number of classes of which one is to be right, at least 1
     * @throws IllegalArgumentException if the shapes do not fit, there are no rows or a score is NaN
     */
    public static double topKAccuracy(NDArray scores, NDArray targets, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("The true class is looked for among at least 1 class, not " + k);
        }
        Rows rows = Rows.of(scores, targets);
        int[] actual = targetsOfScores(rows);
        NDArray flat = rows.predictions();
        int columns = flat.dim(1);
        int right = 0;
        for (int row = 0; row < actual.length; row++) {
            int higher = 0;
            for (int i = 0; i < columns; i++) {
                double score = Arguments.notNaN(flat.at(row * columns + i), row);
                higher += score > flat.at(row * columns + actual[row]) ? 1 : 0;
            }
            right += higher < k ? 1 : 0;
        }
        return (double) right / actual.length;
    }

    private static int[] targetsOfScores(Rows rows) {
        NDArray scores = rows.predictions();
        NDArray targets = rows.targets();
        if (scores.shape().rank() != 2) {
            throw new IllegalArgumentException("Scores have shape [rows, classes], not " + scores.shape());
        }
        Arguments.checkColumns(scores, targets);
        int[] actual = Arguments.classes(targets, "Targets");
        Arguments.checkSameRows(scores.dim(0), actual.length);
        for (int row = 0; row < actual.length; row++) {
            Arguments.checkClass(actual[row], scores.dim(1), "target", row);
        }
        return actual;
    }

    /**
     * Returns the area under the ROC curve: the probability that an example of class 1 has a higher score than one of
     * class 0, where equal scores count half. For several classes it is the mean over the classes, each against all
     * others (scikit-learn's {@code multi_class="ovr"}).
     *
     * <pre>{@code
     * Classification.rocAuc(NDArray.of(0.9f, 0.4f, 0.6f, 0.1f), NDArray.of(1, 1, 0, 0)); // 0.75
     * }</pre>
     *
     * @param scores the scores of class 1 {@code [rows]} or {@code [rows, 1]}, probabilities or logits, or the scores
     *     of each class {@code [rows, classes]}
     * @param targets the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @return the area, from 0 to 1; NaN if a class has no examples or all of them
     * @throws IllegalArgumentException if the shapes do not fit, there are no rows or a score is NaN
     */
    public static double rocAuc(NDArray scores, NDArray targets) {
        return once(Metric.rocAuc(), scores, targets);
    }

    /**
     * Returns the area under the precision-recall curve, in steps: Σ (recall - recall before) * precision over all
     * thresholds, scikit-learn's {@code average_precision_score}. For several classes it is the mean over the classes.
     *
     * @param scores the scores of class 1 {@code [rows]} or {@code [rows, 1]}, or of each class {@code [rows, classes]}
     * @param targets the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @return the area, from 0 to 1; NaN if a class has no examples
     * @throws IllegalArgumentException if the shapes do not fit, there are no rows or a score is NaN
     */
    public static double prAuc(NDArray scores, NDArray targets) {
        return once(Metric.prAuc(), scores, targets);
    }

    private static double once(Metric metric, NDArray predictions, NDArray targets) {
        Metric.Accumulator all = metric.start();
        all.add(predictions, targets);
        return all.value();
    }

    /**
     * Returns the mean of -log p, where p is the probability that was predicted for the true class, in nats: the
     * cross-entropy. Its exponential is the perplexity.
     *
     * @param scores the probabilities or logits, {@code [rows, classes]}
     * @param targets the class numbers, one for each row
     * @param fromLogits whether the scores are logits; otherwise they are probabilities
     * @throws IllegalArgumentException if the shapes do not fit, there are no rows or a score is NaN
     */
    public static double crossEntropy(NDArray scores, NDArray targets, boolean fromLogits) {
        Rows pairs = Rows.of(scores, targets);
        NDArray rows = pairs.predictions();
        int[] actual = targetsOfScores(pairs);
        int columns = rows.dim(1);
        double sum = 0;
        for (int row = 0; row < actual.length; row++) {
            double own = Arguments.notNaN(rows.at(row * columns + actual[row]), row);
            sum += fromLogits ? logSumExp(rows, row, columns) - own : -Math.log(own);
        }
        return sum / actual.length;
    }

    private static double logSumExp(NDArray rows, int row, int columns) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < columns; i++) {
            max = Math.max(max, Arguments.notNaN(rows.at(row * columns + i), row));
        }
        double sum = 0;
        for (int i = 0; i < columns; i++) {
            sum += Math.exp(rows.at(row * columns + i) - max);
        }
        return max + Math.log(sum);
    }
}
