package dev.autodiff.nn.metric;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The counts of each class's predictions: row {@code i}, column {@code j} counts the examples of class {@code i} that
 * were predicted as {@code j}, as in scikit-learn. Immutable.
 *
 * <pre>{@code
 * NDArray predicted = NDArray.of(0, 0, 1, 1);
 * NDArray actual = NDArray.of(0, 1, 1, 1);
 * ConfusionMatrix matrix = ConfusionMatrix.of(predicted, actual, 2);
 * matrix.count(1, 0); // 1
 * matrix.recall(1); // 0.6666666666666666
 * matrix.precision(1); // 1.0
 * }</pre>
 */
public final class ConfusionMatrix {
    private final int[][] counts;

    private ConfusionMatrix(int[][] counts) {
        this.counts = counts;
    }

    /**
     * Counts predictions against targets.
     *
     * @param predictions the class numbers {@code [rows]} or {@code [rows, 1]}, or a number for each class
     *     {@code [rows, classes]}, of which the largest is the prediction
     * @param targets the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @param classes the number of classes
     * @throws IllegalArgumentException if the rows differ in number, there are none, or a number is not one of
     *     the classes
     */
    public static ConfusionMatrix of(NDArray predictions, NDArray targets, int classes) {
        Rows rows = Rows.of(predictions, targets);
        int[] predicted = Arguments.classes(rows.predictions(), "Predictions");
        int[] actual = Arguments.classes(rows.targets(), "Targets");
        Arguments.checkSameRows(predicted.length, actual.length);
        if (classes < 1) {
            throw new IllegalArgumentException("There is at least one class, but classes = " + classes);
        }
        Shape.of(classes, classes).size(); // refuses more than an array can hold
        int[][] counts = new int[classes][classes];
        for (int i = 0; i < actual.length; i++) {
            Arguments.checkClass(predicted[i], classes, "prediction", i);
            Arguments.checkClass(actual[i], classes, "target", i);
            counts[actual[i]][predicted[i]]++;
        }
        return new ConfusionMatrix(counts);
    }

    /**
     * Counts the predictions of two classes that have one score, such as the output of a single unit with sigmoid.
     *
     * <pre>{@code
     * NDArray probabilities = NDArray.of(0.9f, 0.4f, 0.2f, 0.1f);
     * ConfusionMatrix.binary(probabilities, NDArray.of(1, 1, 0, 0), 0.5).counts(); // [[2 0] [1 1]]
     * }</pre>
     *
     * @param scores the probabilities of class 1 (threshold 0.5) or logits (threshold 0), {@code [rows]} or {@code
     *     [rows, 1]}
     * @param targets the classes 0 or 1, {@code [rows]} or {@code [rows, 1]}
     * @param threshold the score above which class 1 is predicted
     * @throws IllegalArgumentException if the shapes differ, there are no rows, a score is NaN or a target neither 0
     *     nor 1
     */
    public static ConfusionMatrix binary(NDArray scores, NDArray targets, double threshold) {
        Rows rows = Arguments.binaryClasses(scores, targets, threshold);
        return of(rows.predictions(), rows.targets(), 2);
    }

    /** Returns these counts as of more classes. */
    ConfusionMatrix widened(int classes) {
        int[][] wide = new int[classes][classes];
        for (int i = 0; i < classes(); i++) {
            System.arraycopy(counts[i], 0, wide[i], 0, classes());
        }
        return new ConfusionMatrix(wide);
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.length;
    }

    /**
     * Returns the number of examples of one class that were predicted as another, or as the same.
     *
     * @param actual the class that they are of
     * @param predicted the class that was predicted
     * @throws ArrayIndexOutOfBoundsException if one is not a class
     */
    public int count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /**
     * Returns the counts, INT32 {@code [classes, classes]}: a row for each actual class, a column for each
     * predicted one.
     */
    public NDArray counts() {
        return NDArray.of(counts);
    }

    /** Returns the number of examples. */
    public int total() {
        return Arrays.stream(counts).flatMapToInt(Arrays::stream).sum();
    }

    /** Returns the fraction of examples whose class was predicted correctly. */
    public double accuracy() {
        int right = 0;
        for (int i = 0; i < classes(); i++) {
            right += counts[i][i];
        }
        return (double) right / total();
    }

    /**
     * Returns the number of examples of a class.
     *
     * @param of the class
     */
    public int support(int of) {
        return Arrays.stream(counts[of]).sum();
    }

    /**
     * Returns the precision of a class: the fraction of its predictions that were correct, {@code TP / (TP + FP)}; 0 if
     * it was never predicted, as in scikit-learn.
     *
     * @param of the class
     */
    public double precision(int of) {
        int predicted = predictions(of);
        return predicted == 0 ? 0 : (double) counts[of][of] / predicted;
    }

    private int predictions(int of) {
        int predicted = 0;
        for (int[] row : counts) {
            predicted += row[of];
        }
        return predicted;
    }

    /**
     * Returns the recall of a class: the fraction of its examples that were predicted as such, {@code TP / (TP + FN)};
     * 0 if there are none, as in scikit-learn.
     *
     * @param of the class
     */
    public double recall(int of) {
        int support = support(of);
        return support == 0 ? 0 : (double) counts[of][of] / support;
    }

    /**
     * Returns the F1 score of a class: the harmonic mean of precision and recall, {@code 2 p r / (p + r)}; 0 if both
     * are 0.
     *
     * @param of the class
     */
    public double f1(int of) {
        double precision = precision(of);
        double recall = recall(of);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /**
     * Returns the precision of all classes together.
     *
     * @param average the way of making one number of those of the classes
     */
    public double precision(Average average) {
        return average(average, this::precision);
    }

    /**
     * Returns the recall of all classes together.
     *
     * @param average the way of making one number of those of the classes
     */
    public double recall(Average average) {
        return average(average, this::recall);
    }

    /**
     * Returns the F1 score of all classes together.
     *
     * @param average the way of making one number of those of the classes
     */
    public double f1(Average average) {
        return average(average, this::f1);
    }

    private double average(Average average, IntToDoubleFunction measure) {
        if (average == Average.MICRO) {
            return accuracy();
        }
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < classes(); i++) {
            int support = support(i);
            if (support > 0 || predictions(i) > 0) {
                double weight = average == Average.WEIGHTED ? support : 1;
                sum += weight * measure.applyAsDouble(i);
                weights += weight;
            }
        }
        return sum / weights;
    }

    /**
     * Returns the counts of both, as of another batch of examples.
     *
     * @param other the counts of examples of the same classes
     * @throws IllegalArgumentException if the numbers of classes differ
     */
    public ConfusionMatrix plus(ConfusionMatrix other) {
        if (other.classes() != classes()) {
            throw new IllegalArgumentException("Counts of the same classes are added, but one matrix has " + classes()
                    + " classes and the other " + other.classes());
        }
        int[][] sums = new int[classes()][classes()];
        for (int i = 0; i < classes(); i++) {
            for (int j = 0; j < classes(); j++) {
                sums[i][j] = counts[i][j] + other.counts[i][j];
            }
        }
        return new ConfusionMatrix(sums);
    }

    /** Returns a table of the counts, with precision, recall and F1 score of each class. */
    @Override
    public String toString() {
        int width = Math.max(
                Integer.toString(classes() - 1).length(),
                Arrays.stream(counts)
                        .flatMapToInt(Arrays::stream)
                        .map(count -> Integer.toString(count).length())
                        .max()
                        .orElse(1));
        int label = Math.max("actual".length(), Integer.toString(classes() - 1).length());
        StringBuilder out = new StringBuilder(" ".repeat(label)).append(" | predicted\n");
        out.append("actual").append(" ".repeat(label - "actual".length())).append(" |");
        for (int j = 0; j < classes(); j++) {
            out.append(' ').append(right(Integer.toString(j), width));
        }
        out.append(" | precision recall    f1 support\n");
        for (int i = 0; i < classes(); i++) {
            out.append(right(Integer.toString(i), label)).append(" |");
            for (int count : counts[i]) {
                out.append(' ').append(right(Integer.toString(count), width));
            }
            out.append(" | ").append(right(share(precision(i)), 9));
            out.append(' ').append(right(share(recall(i)), 6));
            out.append(' ').append(right(share(f1(i)), 5));
            out.append(' ').append(right(Integer.toString(support(i)), 7)).append('\n');
        }
        return out.append("accuracy ")
                .append(share(accuracy()))
                .append(" of ")
                .append(total())
                .toString();
    }

    private static String share(double value) {
        return String.format(java.util.Locale.ROOT, "%.3f", value);
    }

    private static String right(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }
}
