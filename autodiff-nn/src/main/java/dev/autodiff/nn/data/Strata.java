package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rows of a data set by their classes. */
final class Strata {
    /** The rows of each class, the classes in ascending order. */
    private final Map<Integer, int[]> rows = new TreeMap<>();

    private final int total;

    /**
     * Groups rows.
     *
     * @param labels the class numbers {@code [rows]} or {@code [rows, 1]}, or one-hot rows {@code [rows, classes]}
     * @throws IllegalArgumentException if the labels are neither
     */
    Strata(NDArray labels) {
        boolean isWide = labels.shape().rank() == 2 && labels.dim(1) > 1;
        if (isWide && !areRows(labels)) {
            throw new IllegalArgumentException("INT32 labels " + labels.shape() + " with other rows than one-hot ones,"
                    + " of a single 1 and zeros, are class numbers of positions: an example has no class of its own");
        }
        NDArray classes = isWide ? OneHot.decode(labels) : labels;
        if (classes.shape().rank() > 2 || classes.size() != classes.dim(0)) {
            throw new IllegalArgumentException("Classes have shape [rows], or [rows, classes] as one-hot rows, but the"
                    + " labels are " + labels.shape());
        }
        this.total = classes.dim(0);
        Map<Integer, List<Integer>> lists = new TreeMap<>();
        for (int row = 0; row < total; row++) {
            double value = classes.at(row);
            if (value != (int) value) {
                throw new IllegalArgumentException(
                        "Classes are whole numbers, but the label of row " + row + " is " + value);
            }
            lists.computeIfAbsent((int) value, number -> new ArrayList<>()).add(row);
        }
        lists.forEach((number, list) ->
                rows.put(number, list.stream().mapToInt(Integer::intValue).toArray()));
    }

    /**
     * Returns the labels of positions one after the other, if INT32 labels {@code [rows, positions]} are class numbers;
     * others as they are.
     */
    static NDArray ofPositions(NDArray labels) {
        return labels.shape().rank() == 2 && labels.dim(1) > 1 && !areRows(labels) ? labels.reshape(-1) : labels;
    }

    /** Returns whether labels with several columns are rows of numbers for classes: fractions, or one-hot. */
    private static boolean areRows(NDArray labels) {
        if (labels.dtype().isFloating()) {
            return true;
        }
        int columns = labels.dim(1);
        for (int row = 0; row < labels.dim(0); row++) {
            int ones = 0;
            for (int i = 0; i < columns; i++) {
                double label = labels.at(row * columns + i);
                if (label != 0 && label != 1) {
                    return false;
                }
                ones += (int) label;
            }
            if (ones != 1) {
                return false;
            }
        }
        return true;
    }

    /** Returns for each class the number of rows over the number of classes times that of its rows. */
    Map<Integer, Double> balancedWeights() {
        Map<Integer, Double> weights = new TreeMap<>();
        rows.forEach((number, own) -> weights.put(number, (double) total / ((double) rows.size() * own.length)));
        return weights;
    }

    /** Returns the rows of parts, each with its fraction of every class, in random order. */
    List<int[]> split(SeededRandom random, double... fractions) {
        List<List<Integer>> parts = empty(fractions.length);
        for (int[] own : rows.values()) {
            int[] order = random.permutation(own.length);
            double reached = 0;
            int from = 0;
            for (int i = 0; i < fractions.length; i++) {
                reached += fractions[i];
                int to = i == fractions.length - 1 ? own.length : Dataset.end(own.length, reached);
                for (int j = from; j < to; j++) {
                    parts.get(i).add(own[order[j]]);
                }
                from = to;
            }
        }
        return shuffled(parts, random);
    }

    /** Returns the rows of {@code k} parts, to which the rows of each class are dealt in turn, in random order. */
    List<int[]> deal(SeededRandom random, int k) {
        List<List<Integer>> parts = empty(k);
        int next = 0;
        for (int[] own : rows.values()) {
            for (int place : random.permutation(own.length)) {
                parts.get(next++ % k).add(own[place]);
            }
        }
        return shuffled(parts, random);
    }

    private static List<List<Integer>> empty(int count) {
        List<List<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(new ArrayList<>());
        }
        return parts;
    }

    private static List<int[]> shuffled(List<List<Integer>> parts, SeededRandom random) {
        List<int[]> orders = new ArrayList<>();
        for (List<Integer> part : parts) {
            int[] order = random.permutation(part.size());
            for (int i = 0; i < order.length; i++) {
                order[i] = part.get(order[i]);
            }
            orders.add(order);
        }
        return orders;
    }
}
