package dev.autodiff.examples.context;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Watches the cost during training and notices when it explodes: when it is no longer finite, or a thousand times what it was
 * at the start. Steps that are too long jump over the minimum to a place that is higher than the one they left, again and
 * again.
 */
public final class DivergenceCheck {
    private static final double FACTOR = 1000;

    private final double learningRate;
    private double first = Double.NaN;
    private int seen;
    private @Nullable String warning;

    /** A watch over training with the given learning rate, which the warning names. */
    public DivergenceCheck(double learningRate) {
        this.learningRate = learningRate;
    }

    /** Looks at the cost of one more step or epoch; false if it has exploded. */
    public boolean isFine(double cost) {
        seen++;
        if (seen == 1) {
            first = cost;
        }
        // The first cost may be 0 by luck.
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
     * As {@link #isFine}, for runs that are of no use once the cost has exploded.
     *
     * @throws DivergenceException if it has
     */
    public void check(double cost) {
        if (!isFine(cost)) {
            throw new DivergenceException(warning());
        }
    }

    /** What to tell the user; empty if all is well. */
    public String warning() {
        return warning == null ? "" : warning;
    }
}
