package dev.autodiff.nn.optimizer;

/**
 * A search along a direction for a step that fulfils the strong Wolfe conditions: the cost falls by a share of what its
 * slope at the start promises, and the slope there is less steep (Nocedal and Wright 2006, algorithms 3.5 and 3.6).
 */
final class WolfeSearch {
    private static final int MOST_TRIALS = 25;
    /** The share of the promised fall that is enough, c₁. */
    private static final double FALL = 1e-4;
    /** The share of the slope at the start that is flat enough, c₂. */
    private static final double FLATNESS = 0.9;
    /** The share of an interval within which a step is too close to its ends. */
    private static final double MARGIN = 0.1;

    private final FlatCost cost;
    private final double[] x;
    private final double[] direction;
    private final double tolerance;
    private final Trial start;
    private int trials;

    /**
     * A step that was tried.
     *
     * @param length the length in units of the direction
     * @param point cost and gradient after it
     * @param slope the derivative of the cost by the length
     */
    record Trial(double length, FlatCost.Point point, double slope) {
        double cost() {
            return point.cost();
        }
    }

    /**
     * Makes a search.
     *
     * @param x the point where it starts
     * @param at cost and gradient there
     * @param direction the direction, in which the cost falls
     * @param tolerance the change of the largest element below which steps are the same
     */
    WolfeSearch(FlatCost cost, double[] x, FlatCost.Point at, double[] direction, double tolerance) {
        this.cost = cost;
        this.x = x;
        this.direction = direction;
        this.tolerance = tolerance;
        this.start = new Trial(0, at, Vectors.dot(at.gradient(), direction));
    }

    /**
     * Returns the step that was found; the best one that was tried, maybe none, if no step fulfils the conditions.
     *
     * @param length the length of the first trial
     */
    Trial from(double length) {
        Trial before = start;
        Trial trial = attempt(length);
        for (int i = 0; i < MOST_TRIALS; i++) {
            if (isTooHigh(trial) || (i > 1 && trial.cost() >= before.cost())) {
                return between(before, trial);
            }
            if (isFlatEnough(trial)) {
                return trial;
            }
            if (trial.slope >= 0) {
                return between(before, trial);
            }
            double least = trial.length + 0.01 * (trial.length - before.length);
            double next = lowest(before, trial, least, 10 * trial.length);
            before = trial;
            trial = attempt(next);
        }
        return trial.cost() < start.cost() ? trial : start;
    }

    private Trial attempt(double length) {
        trials++;
        double[] at = x.clone();
        Vectors.add(at, length, direction);
        FlatCost.Point point = cost.evaluate(at);
        return new Trial(length, point, Vectors.dot(point.gradient(), direction));
    }

    private boolean isTooHigh(Trial trial) {
        return trial.cost() > start.cost() + FALL * trial.length * start.slope;
    }

    private boolean isFlatEnough(Trial trial) {
        return Math.abs(trial.slope) <= -FLATNESS * start.slope;
    }

    /** Searches between two steps, one of which is lower than the other and has a slope towards it. */
    private Trial between(Trial one, Trial other) {
        Trial low = one.cost() <= other.cost() ? one : other;
        Trial high = one.cost() <= other.cost() ? other : one;
        double size = Vectors.largest(direction);
        boolean wasClose = false;
        while (trials <= MOST_TRIALS && Math.abs(high.length - low.length) * size >= tolerance) {
            double left = Math.min(low.length, high.length);
            double right = Math.max(low.length, high.length);
            double length = lowest(low, high, left, right);
            double margin = MARGIN * (right - left);
            boolean isClose = Math.min(right - length, length - left) < margin;
            if (isClose && (wasClose || length >= right || length <= left)) {
                length = right - length < length - left ? right - margin : left + margin;
                isClose = false;
            }
            wasClose = isClose;
            Trial trial = attempt(length);
            if (isTooHigh(trial) || trial.cost() >= low.cost()) {
                high = trial.cost() < low.cost() ? low : trial;
                low = trial.cost() < low.cost() ? trial : low;
            } else if (isFlatEnough(trial)) {
                return trial;
            } else {
                if (trial.slope * (high.length - low.length) >= 0) {
                    high = low;
                }
                low = trial;
            }
        }
        return low;
    }

    /**
     * Returns the length at which the cubic through the costs and slopes of two steps is lowest, within bounds; their
     * middle if it has no lowest point.
     */
    private static double lowest(Trial one, Trial other, double least, double most) {
        Trial a = one.length <= other.length ? one : other;
        Trial b = one.length <= other.length ? other : one;
        double d1 = a.slope + b.slope - 3 * (a.cost() - b.cost()) / (a.length - b.length);
        double square = d1 * d1 - a.slope * b.slope;
        double d2 = Math.sqrt(square);
        double place = b.length - (b.length - a.length) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
        return square >= 0 && Double.isFinite(place)
                ? Math.min(Math.max(place, least), most)
                : least + (most - least) / 2;
    }
}
