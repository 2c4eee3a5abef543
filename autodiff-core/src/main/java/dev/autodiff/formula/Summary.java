package dev.autodiff.formula;

import dev.autodiff.array.NDArray;

/**
 * A summary of the values of an array. Its norm and largest magnitude tell how large the values are; the mean does not,
 * since values of both signs cancel in it.
 *
 * @param min the smallest finite value, NaN if there is none
 * @param max the largest finite value, NaN if there is none
 * @param mean the mean of the finite values, NaN if there are none
 * @param norm the Euclidean norm of the finite values, the root of the sum of their squares; NaN if there are none
 * @param nan the number of values that are NaN
 * @param infinite the number of values that are infinite
 */
public record Summary(double min, double max, double mean, double norm, int nan, int infinite) {
    /** Computes the summary of an array. */
    public static Summary of(NDArray array) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        int finite = 0;
        int nan = 0;
        for (int i = 0; i < array.size(); i++) {
            double value = array.at(i);
            if (Double.isFinite(value)) {
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
                finite++;
            } else if (Double.isNaN(value)) {
                nan++;
            }
        }
        int infinite = array.size() - finite - nan;
        return finite == 0
                ? new Summary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, nan, infinite)
                : new Summary(min, max, sum / finite, norm(array, Math.max(-min, max)), nan, infinite);
    }

    /** Returns the norm; the squares are of numbers up to 1, so that none overflows or vanishes. */
    private static double norm(NDArray array, double largest) {
        if (largest == 0) {
            return 0;
        }
        double squares = 0;
        for (int i = 0; i < array.size(); i++) {
            double ratio = array.at(i) / largest;
            squares += Double.isFinite(ratio) ? ratio * ratio : 0;
        }
        return largest * Math.sqrt(squares);
    }

    /** Returns the largest magnitude of a finite value, NaN if there is none. */
    public double largest() {
        return Math.max(-min, max);
    }

    /** Returns the number of values that are NaN or infinite. */
    public int nonFinite() {
        return nan + infinite;
    }
}
