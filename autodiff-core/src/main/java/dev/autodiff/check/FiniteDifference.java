package dev.autodiff.check;

import java.util.function.DoubleUnaryOperator;

/**
 * The derivative of a function of one number at 0, from its values: central differences, extrapolated to a step of zero
 * as in Ridders (1982), "Accurate computation of F'(x) and F'(x)F''(x)".
 */
final class FiniteDifference {
    /** The number of times that the thorough search halves the step. */
    private static final int LEVELS = 14;
    /** The number of halvings after which the slopes to both sides are compared. */
    private static final int SLOPE_LEVEL = 9;

    /**
     * An estimate of the derivative.
     *
     * @param value the derivative
     * @param error the estimated error
     * @param left the slope to the left
     * @param right the slope to the right
     * @param isKink whether the slopes differ however near one looks (a thousandth of the step, as nearer there is
     *     only noise)
     */
    record Estimate(double value, double error, double left, double right, boolean isKink) {
        boolean isFinite() {
            return Double.isFinite(value) && Double.isFinite(left) && Double.isFinite(right);
        }
    }

    private final DoubleUnaryOperator function;
    private final double step;
    private final double noise;

    /**
     * Takes a function to differentiate.
     *
     * @param function the function, with value 0 at 0
     * @param step the largest step to take
     * @param noise the largest rounding error of a value
     */
    FiniteDifference(DoubleUnaryOperator function, double step, double noise) {
        this.function = function;
        this.step = step;
        this.noise = noise;
    }

    /** Takes two steps, which is enough for a smooth function of ordinary scale. */
    Estimate quick() {
        double right = function.applyAsDouble(step);
        double left = function.applyAsDouble(-step);
        double nearRight = function.applyAsDouble(step / 2);
        double nearLeft = function.applyAsDouble(-step / 2);
        double wide = (right - left) / (2 * step);
        double narrow = (nearRight - nearLeft) / step;
        double bend = Math.abs(right + left) / step;
        double nearBend = Math.abs(nearRight + nearLeft) / (step / 2);
        double extrapolated = (4 * narrow - wide) / 3;
        double error = Math.abs(extrapolated - narrow) + noise / step;
        boolean bends = nearBend > 0.7 * bend && nearBend > 4 * noise / step;
        return new Estimate(extrapolated, error, -2 * nearLeft / step, 2 * nearRight / step, bends);
    }

    /** Takes many steps and returns the extrapolation with the smallest estimated error. */
    Estimate thorough() {
        double[] previous = new double[0];
        double best = Double.NaN;
        double error = Double.POSITIVE_INFINITY;
        double firstBend = 0;
        double left = Double.NaN;
        double right = Double.NaN;
        double widest = widestInside();
        double h = widest;
        for (int level = 0; level < LEVELS; level++, h /= 2) {
            double forward = function.applyAsDouble(h);
            double backward = function.applyAsDouble(-h);
            double[] row = new double[level + 1];
            row[0] = (forward - backward) / (2 * h);
            double factor = 4;
            for (int j = 1; j <= level; j++, factor *= 4) {
                row[j] = (factor * row[j - 1] - previous[j - 1]) / (factor - 1);
                double off = Math.max(Math.abs(row[j] - row[j - 1]), Math.abs(row[j] - previous[j - 1])) + noise / h;
                if (off < error) {
                    error = off;
                    best = row[j];
                }
            }
            if (level == 0) {
                firstBend = Math.abs(forward + backward) / h;
            } else if (level == SLOPE_LEVEL) {
                left = -backward / h;
                right = forward / h;
            }
            previous = row;
        }
        double bend = Math.abs(right - left);
        double slopeNoise = noise / Math.scalb(widest, -SLOPE_LEVEL);
        boolean kink = bend > 0.5 * firstBend && bend > 100 * slopeNoise;
        return new Estimate(best, error, left, right, kink);
    }

    /** Returns a step that does not lead out of the function's domain, if there is one that is not very small. */
    private double widestInside() {
        double h = step;
        for (int i = 0; i < 8; i++) {
            if (Double.isFinite(function.applyAsDouble(h)) && Double.isFinite(function.applyAsDouble(-h))) {
                return h;
            }
            h /= 16;
        }
        return step;
    }
}
