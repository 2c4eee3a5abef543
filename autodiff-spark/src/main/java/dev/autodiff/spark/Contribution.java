package dev.autodiff.spark;

import java.io.Serializable;

/**
 * The weighted numbers of one partition, or the sum of those of several.
 *
 * @param weight the number of examples; 0 for a partition that has none, whose arrays are empty
 * @param loss the sum of the losses of the examples
 * @param numbers the values of arrays with a single element, times the weight
 * @param values the values of all other arrays, one after the other, times the weight
 * @param constants whole numbers that all partitions have in common
 */
record Contribution(double weight, double loss, double[] numbers, float[] values, int[][] constants)
        implements Serializable {
    static final Contribution NONE = new Contribution(0, 0, new double[0], new float[0], new int[0][]);

    /** Returns the sum, for which the arrays of this one may be used. */
    Contribution plus(Contribution other) {
        if (other.weight == 0) {
            return this;
        }
        if (weight == 0) {
            return other;
        }
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] += other.numbers[i];
        }
        for (int i = 0; i < values.length; i++) {
            values[i] += other.values[i];
        }
        return new Contribution(weight + other.weight, loss + other.loss, numbers, values, constants);
    }
}
