package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;

/** Checks and conversions of the arguments of metrics. */
final class Arguments {
    private Arguments() {}

    /** Checks that the shapes are the same, where {@code [..., n]} and {@code [..., n, 1]} count as the same. */
    static void checkSameShape(NDArray predictions, NDArray targets) {
        checkNotEmpty(predictions, targets);
        if (!withoutUnitAxis(predictions.shape()).equals(withoutUnitAxis(targets.shape()))) {
            throw new IllegalArgumentException("Predictions and targets have the same shape, but predictions are "
                    + predictions.shape() + " and targets " + targets.shape());
        }
    }

    private static Shape withoutUnitAxis(Shape shape) {
        int rank = shape.rank();
        while (rank > 1 && shape.dim(rank - 1) == 1) {
            rank--;
        }
        return Shape.of(Arrays.copyOf(shape.dims(), rank));
    }

    static void checkNotEmpty(NDArray predictions, NDArray targets) {
        if (predictions.size() == 0 || targets.size() == 0) {
            throw new IllegalArgumentException("There is nothing to measure: predictions are " + predictions.shape()
                    + " and targets " + targets.shape());
        }
    }

    /** Returns whether the array is {@code [rows]} or {@code [rows, 1]}. */
    static boolean isColumn(NDArray array) {
        return array.shape().rank() == 1 || (array.shape().rank() == 2 && array.dim(1) == 1);
    }

    /**
     * Returns class numbers: those in a column of whole numbers, or the positions of the largest numbers in rows of
     * more than one.
     *
     * @param what the word {@code Predictions} or {@code Targets}, for messages
     */
    static int[] classes(NDArray array, String what) {
        if (isColumn(array)) {
            return wholeNumbers(array, what);
        }
        if (array.shape().rank() != 2) {
            throw new IllegalArgumentException(
                    what + " of classes have shape [rows] (class numbers) or [rows, classes] (a"
                            + " number for each class), not " + array.shape());
        }
        int rows = array.dim(0);
        int columns = array.dim(1);
        int[] classes = new int[rows];
        for (int row = 0; row < rows; row++) {
            int best = 0;
            for (int i = 0; i < columns; i++) {
                double value = array.at(row * columns + i);
                if (Double.isNaN(value)) {
                    throw new IllegalArgumentException(what + " contain NaN in row " + row);
                }
                if (value > array.at(row * columns + best)) {
                    best = i;
                }
            }
            classes[row] = best;
        }
        return classes;
    }

    private static int[] wholeNumbers(NDArray array, String what) {
        int[] classes = new int[array.size()];
        for (int i = 0; i < classes.length; i++) {
            double value = array.at(i);
            if (value != (int) value || value < 0) {
                throw new IllegalArgumentException(what + " of shape " + array.shape()
                        + " are class numbers 0, 1, 2, .., but row " + i + " is " + value
                        + "; for probabilities or logits of two classes, one for each row, there are"
                        + " Classification.binaryAccuracy, ConfusionMatrix.binary, and Metric.binaryAccuracy,"
                        + " binaryPrecision, binaryRecall and binaryF1");
            }
            classes[i] = (int) value;
        }
        return classes;
    }

    static void checkSameRows(int predictions, int targets) {
        if (predictions != targets) {
            throw new IllegalArgumentException("There is one target for each prediction, but there are " + predictions
                    + " predictions and " + targets + " targets");
        }
    }

    static void checkClass(int number, int classes, String what, int row) {
        if (number >= classes) {
            throw new IllegalArgumentException("With " + classes + " classes, numbers go from 0 to " + (classes - 1)
                    + ", but the " + what + " of row " + row + " is " + number);
        }
    }

    /** Checks that predictions and one-hot targets have the same number of columns. */
    static void checkColumns(NDArray predictions, NDArray targets) {
        boolean bothWide = !isColumn(predictions) && !isColumn(targets);
        if (bothWide && predictions.dim(-1) != targets.dim(-1)) {
            throw new IllegalArgumentException(
                    "Predictions and one-hot targets have a column for each class, but predictions are "
                            + predictions.shape() + " and targets " + targets.shape());
        }
    }

    static double notNaN(double score, int row) {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("Scores contain NaN in row " + row);
        }
        return score;
    }

    /**
     * Returns class 1 for scores above the threshold, class 0 for the others, and the targets, one a row. Checks that
     * the targets are classes 0 and 1.
     */
    static Rows binaryClasses(NDArray scores, NDArray targets, double threshold) {
        checkSameShape(scores, targets);
        int[] classes = new int[scores.size()];
        for (int i = 0; i < classes.length; i++) {
            double target = targets.at(i);
            if (target != 0 && target != 1) {
                throw new IllegalArgumentException("Targets of two classes are 0 or 1, but row " + i + " is " + target);
            }
            classes[i] = notNaN(scores.at(i), i) > threshold ? 1 : 0;
        }
        return new Rows(NDArray.of(classes), targets.reshape(-1));
    }
}
