package dev.autodiff.examples.context;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A check for a cost that explodes during training: it is no longer finite, or has grown to a thousand times its first
 * value. That happens when the learning rate is too large: each step overshoots the minimum and ends at a higher cost.
 */
public final class DivergenceCheck {
    private static final double FACTOR = 1000;

    private final double learningRate;
    private double first = Double.NaN;
    private int seen;
    private @Nullable String warning;

    /** Creates a check of training with the given learning rate, which the warning names. */
    public DivergenceCheck(double learningRate) {
        this.learningRate = learningRate;
    }

    /** Takes the cost of one more step or epoch, and returns false if the cost has exploded. */
    public boolean isStable(double cost) {
        seen++;
        if (seen == 1) {
            first = cost;
        }
        // The first cost may happen to be 0.
        if (warning == null && !(cost <= FACTOR * Math.max(Math.abs(first), 1e-3))) {
            warning = String.format(
                    Locale.ROOT,
                    "The cost explodes: it was %s at first and %s %s later. The learning rate %s is too large for these"
                            + " features: take a smaller one, or scale the features.",
                    Numbers.brief(first),
                    Numbers.brief(cost),
                    seen == 2 ? "one step" : (seen - 1) + " steps",
                    Numbers.brief(learningRate));
        }
        return warning == null;
    }

    /**
     * Takes the cost of one more step or epoch, for runs that are useless once the cost has exploded.
     *
     * @throws DivergenceException if the cost has exploded
     */
    public void check(double cost) {
        if (!isStable(cost)) {
            throw new DivergenceException(warning());
        }
    }

    /** Returns a message for the user, empty if the cost has not exploded. */
    public String warning() {
        return warning == null ? "" : warning;
    }
}
