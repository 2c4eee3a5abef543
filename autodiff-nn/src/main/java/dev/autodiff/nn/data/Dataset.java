package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Examples for training or evaluation: row {@code i} of the labels is the answer to row {@code i} of the features.
 *
 * <p>Features are usually {@code [rows, columns]}; labels {@code [rows]} (INT32 classes) or {@code [rows, outputs]}
 * (targets of a regression, one-hot classes).
 *
 * <pre>{@code
 * Dataset all = new Dataset(NDArray.of(new float[][] {{1}, {2}, {3}, {4}}), NDArray.of(0, 0, 1, 1));
 * List<Dataset> parts = all.split(42, 0.75, 0.25);
 * parts.get(0).rows(); // 3
 * parts.get(1).rows(); // 1
 * }</pre>
 *
 * <p>For models with several inputs or outputs there are as many arrays, each with one row for each example:
 *
 * <pre>{@code
 * Dataset pairs = new Dataset(List.of(features, features), List.of(labels));
 * pairs.inputs().size(); // 2
 * }</pre>
 *
 * @param inputs the values of the inputs of the model, one example a row
 * @param targets the expected answers for its outputs, one example a row
 */
public record Dataset(List<NDArray> inputs, List<NDArray> targets) {

    /**
     * Makes a data set for models with several inputs or outputs.
     *
     * @throws IllegalArgumentException if there is no input or no target, if the arrays differ in their number of rows,
     *     or if one is a scalar and has none
     */
    public Dataset {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        if (inputs.isEmpty() || targets.isEmpty()) {
            throw new IllegalArgumentException("A data set has at least one array of features and one of labels, not "
                    + inputs.size() + " and " + targets.size());
        }
        NDArray first = inputs.get(0);
        checkRows(first, inputs, "features");
        checkRows(first, targets, "labels");
    }

    /**
     * Makes a data set of features and labels of the same examples.
     *
     * @param features the input of the model, one example a row
     * @param labels the expected answers, one example a row
     * @throws IllegalArgumentException if they differ in their number of rows, or one is a scalar and has none
     */
    public Dataset(NDArray features, NDArray labels) {
        this(
                List.of(Objects.requireNonNull(features, "features is null")),
                List.of(Objects.requireNonNull(labels, "labels is null")));
    }

    private static void checkRows(NDArray first, List<NDArray> arrays, String name) {
        for (NDArray array : arrays) {
            if (array.shape().isScalar()) {
                throw new IllegalArgumentException(
                        "A data set has one example a row, but the " + name + " are a scalar, which has no rows");
            }
            if (array.dim(0) != first.dim(0)) {
                throw new IllegalArgumentException(
                        "Features and labels have one row for each example, but features " + first.shape() + " have "
                                + first.dim(0) + " rows and " + name + " " + array.shape() + " have " + array.dim(0));
            }
        }
    }

    /**
     * Returns the only array of features.
     *
     * @throws IllegalStateException if there are several, which {@link #inputs} returns
     */
    public NDArray features() {
        return only(inputs, "arrays of features; inputs()");
    }

    /**
     * Returns the only array of labels.
     *
     * @throws IllegalStateException if there are several, which {@link #targets} returns
     */
    public NDArray labels() {
        return only(targets, "arrays of labels; targets()");
    }

    static NDArray only(List<NDArray> arrays, String what) {
        if (arrays.size() != 1) {
            throw new IllegalStateException("There are " + arrays.size() + " " + what + " returns them all");
        }
        return arrays.get(0);
    }

    /** Returns the number of examples. */
    public int rows() {
        return inputs.get(0).dim(0);
    }

    private Dataset each(UnaryOperator<NDArray> change) {
        return new Dataset(
                inputs.stream().map(change).toList(),
                targets.stream().map(change).toList());
    }

    /**
     * Returns the examples {@code from .. to-1}, as a view that copies nothing.
     *
     * @param from the first row
     * @param to the row after the last one
     * @throws IndexOutOfBoundsException if they are not all there
     */
    public Dataset rows(int from, int to) {
        return each(array -> array.rows(from, to));
    }

    /**
     * Returns a copy of the given examples, in the given order.
     *
     * @param rowIndices the numbers of the rows, from 0
     * @throws IndexOutOfBoundsException if one is not there
     */
    public Dataset take(int... rowIndices) {
        return each(array -> array.take(rowIndices));
    }

    /**
     * Returns a copy with the examples in random order.
     *
     * @param seed the seed; the same one always gives the same order
     */
    public Dataset shuffled(long seed) {
        return take(new SeededRandom(seed).permutation(rows()));
    }

    /**
     * Returns these examples with other features, as in {@code train.mapFeatures(scaler::transform)}.
     *
     * @param change the function from all features to the new ones
     * @throws IllegalStateException if there are several arrays of features
     */
    public Dataset mapFeatures(UnaryOperator<NDArray> change) {
        return new Dataset(List.of(change.apply(features())), targets);
    }

    /**
     * Returns these examples with other labels, as in {@code train.mapLabels(y -> OneHot.encode(y, 10))}.
     *
     * @param change the function from all labels to the new ones
     * @throws IllegalStateException if there are several arrays of labels
     */
    public Dataset mapLabels(UnaryOperator<NDArray> change) {
        return new Dataset(inputs, List.of(change.apply(labels())));
    }

    /**
     * Returns a copy of the examples that fulfil a condition, in their order.
     *
     * <pre>{@code
     * Dataset data = new Dataset(NDArray.of(new float[][] {{1}, {2}, {3}}), NDArray.of(0, 1, 2));
     * data.filter((x, y) -> y.at(0) != 1).labels(); // [0 2]
     * }</pre>
     *
     * @param condition the condition on the features and the labels of one example, each of one row
     */
    public Dataset filter(BiPredicate<NDArray, NDArray> condition) {
        return take(IntStream.range(0, rows())
                .filter(row -> condition.test(features().rows(row, row + 1), labels().rows(row, row + 1)))
                .toArray());
    }

    /**
     * Returns a copy with the examples of both, those of the other one last.
     *
     * @param other examples of the same types and shapes
     * @throws IllegalArgumentException if types or shapes differ
     */
    public Dataset concat(Dataset other) {
        return new Dataset(concat("features", inputs, other.inputs), concat("labels", targets, other.targets));
    }

    private static List<NDArray> concat(String name, List<NDArray> a, List<NDArray> b) {
        if (a.size() != b.size()) {
            throw new IllegalArgumentException(
                    "Examples with the same number of arrays are put together, but there are " + a.size() + " and "
                            + b.size() + " of " + name);
        }
        return IntStream.range(0, a.size())
                .mapToObj(i -> concat(name, a.get(i), b.get(i)))
                .toList();
    }

    private static NDArray concat(String name, NDArray a, NDArray b) {
        if (a.dtype() != b.dtype() || !a.shape().with(0, 1).equals(b.shape().with(0, 1))) {
            throw new IllegalArgumentException("Examples of the same type and shape are put together, but the " + name
                    + " are " + a.dtype() + " " + a.shape() + " and " + b.dtype() + " " + b.shape());
        }
        return NDArray.concat(0, a, b);
    }

    /**
     * Returns a copy with the examples several times, one pass after the other.
     *
     * @param times the number of passes, at least 1
     * @throws IllegalArgumentException if it is less, or there would be more rows than an array can have
     */
    public Dataset repeat(int times) {
        if (times < 1) {
            throw new IllegalArgumentException("Examples are repeated at least once, not " + times + " times");
        }
        long all = (long) rows() * times;
        if (all > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(rows() + " examples " + times + " times are " + all
                    + " rows, but an array has at most " + Integer.MAX_VALUE);
        }
        return take(IntStream.range(0, (int) all).map(i -> i % rows()).toArray());
    }

    /**
     * Splits the examples at random, for example {@code split(42, 0.7, 0.15, 0.15)} into training, validation and test
     * set. Each example is in exactly one part. A part ends at the row that the sum of the fractions up to it, times
     * the number of rows, is rounded to.
     *
     * @param seed the seed; the same one always gives the same parts
     * @param fractions the sizes of the parts, as fractions of the whole
     * @return one part for each fraction
     * @throws IllegalArgumentException if the fractions are not positive with sum 1, or a part would be empty
     */
    public List<Dataset> split(long seed, double... fractions) {
        int[] ends = ends(fractions);
        return parts(ends, shuffled(seed));
    }

    /**
     * Splits the examples in their order, into views that copy nothing. This is for time series; a file that is sorted
     * by class would have whole classes in one part.
     *
     * @param fractions the sizes of the parts, as fractions of the whole
     * @return one part for each fraction
     * @throws IllegalArgumentException if the fractions are not positive with sum 1, or a part would be empty
     */
    public List<Dataset> splitInOrder(double... fractions) {
        return parts(ends(fractions), this);
    }

    /**
     * Splits the examples at random, each class by itself, so that all parts have the classes in the same proportions.
     * The number of rows of a class in a part is rounded.
     *
     * @param seed the seed; the same one always gives the same parts
     * @param fractions the sizes of the parts, as fractions of the whole
     * @return one part for each fraction
     * @throws IllegalArgumentException if the labels are not classes, the fractions are not positive with sum 1, or a
     *     part would be empty
     */
    public List<Dataset> splitStratified(long seed, double... fractions) {
        checkFractions(fractions);
        List<Dataset> parts = new ArrayList<>();
        for (int[] part : new Strata(labels()).split(new SeededRandom(seed), fractions)) {
            if (part.length == 0) {
                throw new IllegalArgumentException("Part " + parts.size() + " of " + Arrays.toString(fractions)
                        + " would have no row at all: no class has enough rows");
            }
            parts.add(take(part));
        }
        return List.copyOf(parts);
    }

    private static List<Dataset> parts(int[] ends, Dataset examples) {
        List<Dataset> parts = new ArrayList<>(ends.length);
        int from = 0;
        for (int end : ends) {
            parts.add(examples.rows(from, end));
            from = end;
        }
        return List.copyOf(parts);
    }

    /** Returns the row at which a part ends. */
    static int end(int rows, double fraction) {
        return (int) Math.floor(rows * fraction + 0.5 + 1e-9); // 1e-9: 0.7 + 0.15 is a little below 0.85
    }

    private static void checkFractions(double... fractions) {
        double sum = Arrays.stream(fractions).sum();
        if (!(Math.abs(sum - 1) < 1e-9) || Arrays.stream(fractions).anyMatch(fraction -> !(fraction > 0))) {
            throw new IllegalArgumentException(
                    "The fractions of a split are positive and sum to 1, as in 0.7, 0.15, 0.15," + " but "
                            + Arrays.toString(fractions) + " sum to " + sum);
        }
    }

    private int[] ends(double... fractions) {
        checkFractions(fractions);
        int[] ends = new int[fractions.length];
        double reached = 0;
        for (int i = 0; i < fractions.length; i++) {
            reached += fractions[i];
            ends[i] = i == fractions.length - 1 ? rows() : end(rows(), reached);
            if (ends[i] == (i == 0 ? 0 : ends[i - 1])) {
                throw new IllegalArgumentException("A fraction of " + fractions[i] + " of " + rows()
                        + " rows is no row at all (part " + i + " of " + Arrays.toString(fractions) + ")");
            }
        }
        return ends;
    }

    /**
     * One split of a data set for cross-validation.
     *
     * @param train the training set
     * @param validation the validation set
     */
    public record Fold(Dataset train, Dataset validation) {}

    /**
     * Returns the folds of a k-fold cross-validation: the examples in random order are cut into {@code k} parts whose
     * sizes differ by at most one (the first {@code rows % k} are larger, as in scikit-learn), and each part is the
     * validation set of one fold whose training set is all the others.
     *
     * @param k the number of folds
     * @param seed the seed; the same one always gives the same folds
     * @throws IllegalArgumentException if {@code k} is less than 2 or more than the number of rows
     */
    public List<Fold> folds(int k, long seed) {
        checkFolds(k);
        int[] order = new SeededRandom(seed).permutation(rows());
        List<int[]> parts = new ArrayList<>(k);
        int from = 0;
        for (int i = 0; i < k; i++) {
            int to = from + rows() / k + (i < rows() % k ? 1 : 0);
            parts.add(Arrays.copyOfRange(order, from, to));
            from = to;
        }
        return folds(parts);
    }

    /**
     * Returns the folds of a k-fold cross-validation as {@link #folds}, in which every validation set has the classes
     * in the proportions of the whole: the rows of each class are dealt to the folds in turn.
     *
     * @param k the number of folds
     * @param seed the seed; the same one always gives the same folds
     * @throws IllegalArgumentException if the labels are not classes, or {@code k} is less than 2 or more than the
     *     number of rows
     */
    public List<Fold> foldsStratified(int k, long seed) {
        checkFolds(k);
        return folds(new Strata(labels()).deal(new SeededRandom(seed), k));
    }

    private void checkFolds(int k) {
        if (k < 2 || k > rows()) {
            throw new IllegalArgumentException(
                    "Cross-validation takes between 2 folds and one for each row (" + rows() + "), but k = " + k);
        }
    }

    private List<Fold> folds(List<int[]> parts) {
        List<Fold> folds = new ArrayList<>(parts.size());
        for (int[] validation : parts) {
            int[] others = parts.stream()
                    .filter(part -> part != validation)
                    .flatMapToInt(Arrays::stream)
                    .toArray();
            folds.add(new Fold(take(others), take(validation)));
        }
        return List.copyOf(folds);
    }

    /**
     * Returns weights with which all classes count the same, for {@code FitOptions.classWeights}: the number of rows
     * over the number of classes times the number of rows of the class, as scikit-learn's {@code "balanced"}. INT32
     * labels {@code [rows, positions]} of sequences are counted position by position, unless each row is one-hot.
     *
     * <pre>{@code
     * Dataset data = new Dataset(NDArray.zeros(DType.FLOAT32, 4, 2), NDArray.of(0, 0, 0, 1));
     * data.balancedClassWeights(); // {0=0.6666666666666666, 1=2.0}
     * }</pre>
     *
     * @return the weights by the numbers of the classes
     * @throws IllegalArgumentException if the labels are not classes
     */
    public Map<Integer, Double> balancedClassWeights() {
        return Collections.unmodifiableMap(new Strata(Strata.ofPositions(labels())).balancedWeights());
    }

    /**
     * Returns a description such as {@code Dataset[1000 rows: features FLOAT32 [1000, 2], labels FLOAT32 [1000, 1]]}.
     */
    @Override
    public String toString() {
        return "Dataset[" + rows() + " rows: features " + describe(inputs) + ", labels " + describe(targets) + "]";
    }

    private static String describe(List<NDArray> arrays) {
        return arrays.stream().map(array -> array.dtype() + " " + array.shape()).collect(Collectors.joining(" and "));
    }
}
