package dev.autodiff.formula;

import dev.autodiff.array.NDArray;

/**
 * A summary of the values of an array.
 *
 * @param min the smallest finite value, NaN if there is none
 * @param max the largest finite value, NaN if there is none
 * @param mean the mean of the finite values, NaN if there are none
 * @param nonFinite the number of values that are NaN or infinite
 */
public record Summary(double min, double max, double mean, int nonFinite) {
    /** Computes the summary of an array. */
    public static Summary of(NDArray array) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int finite = 0;
        for (int i = 0; i < array.size(); i++) {
            double value = array.at(i);
            if (Double.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                finite++;
            }
        }
        return finite == 0
                ? new Summary(Double.NaN, Double.NaN, Double.NaN, array.size())
                : new Summary(min, max, sum / finite, array.size() - finite);
    }
}
