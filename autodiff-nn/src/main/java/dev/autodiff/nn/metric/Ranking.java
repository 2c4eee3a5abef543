package dev.autodiff.nn.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Scores of examples that are of a class or not, and the areas under the curves of all thresholds. */
final class Ranking {
    private double[] scores = new double[64];
    private boolean[] positive = new boolean[64];
    private int size;
    private long positives;

    void add(double score, boolean isPositive) {
        if (size == scores.length) {
            scores = Arrays.copyOf(scores, size * 2);
            positive = Arrays.copyOf(positive, size * 2);
        }
        scores[size] = score;
        positive[size++] = isPositive;
        positives += isPositive ? 1 : 0;
    }

    /** Returns whether there are examples of both kinds, without which there is no curve. */
    boolean hasBoth() {
        return positives > 0 && positives < size;
    }

    /**
     * Returns the area under the ROC curve: the share of the pairs of a positive and a negative example in which the
     * positive one has the higher score, where equal scores count half; NaN without both kinds.
     */
    double rocAuc() {
        int[] order = descending();
        double area = 0;
        long truePositives = 0;
        for (int from = 0; from < size; ) {
            int to = endOfEqual(order, from);
            long found = positivesIn(order, from, to);
            long negatives = to - from - found;
            area += negatives * (truePositives + found / 2.0);
            truePositives += found;
            from = to;
        }
        return hasBoth() ? area / ((double) positives * (size - positives)) : Double.NaN;
    }

    /** Returns the average precision, Σ (recall - recall before) * precision; NaN without positives. */
    double averagePrecision() {
        int[] order = descending();
        double sum = 0;
        long truePositives = 0;
        for (int from = 0; from < size; ) {
            int to = endOfEqual(order, from);
            long found = positivesIn(order, from, to);
            truePositives += found;
            sum += (double) found * truePositives / to;
            from = to;
        }
        return positives > 0 ? sum / positives : Double.NaN;
    }

    private int[] descending() {
        return IntStream.range(0, size)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private int endOfEqual(int[] order, int from) {
        int to = from + 1;
        while (to < size && scores[order[to]] == scores[order[from]]) {
            to++;
        }
        return to;
    }

    private long positivesIn(int[] order, int from, int to) {
        long count = 0;
        for (int i = from; i < to; i++) {
            count += positive[order[i]] ? 1 : 0;
        }
        return count;
    }
}
