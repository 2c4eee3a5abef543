package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The number of runs of a training step in a session, and how its cost went, as far as it was fetched. */
final class TrainingProgress {
    /** The growth of a cost at which it diverges rather than swings. */
    private static final double DIVERGED = 1e6;

    /** The growth of a cost that is more than a swing, and makes it likely that what follows comes of it. */
    private static final double GROWN = 10;

    private static final String NAMES =
            " A session with checkNumerics(true) names the first operation whose value is not finite";
    private static final String FIRST = ", the first: look for what is missing in the data, such as NaN among the"
            + " inputs, and for logarithms, roots and quotients of 0." + NAMES;

    private final String cost;
    /** The parameter that is nearest to the cost, as far as the order tells; null if none is updated. */
    private final @Nullable Variable parameter;

    private long runs;
    private double first;
    private double last;
    /** The largest cost that causes no further look: none before the first step. */
    private double limit = Double.NEGATIVE_INFINITY;

    private boolean warned;

    TrainingProgress(TrainOp train) {
        this.cost = train.cost().describe();
        List<Variable> updated = train.updates().stream()
                .<Variable>map(TrainOp.Update::variable)
                .filter(variable -> variable.dtype().isFloating())
                .toList();
        this.parameter = updated.isEmpty() ? null : updated.get(updated.size() - 1);
    }

    /** Returns the number of runs; with several threads, about that. */
    long runs() {
        return runs;
    }

    /** Takes note of a run whose cost was not fetched, and warns if it left a parameter that is not finite. */
    void ran() {
        runs++;
        if (!warned && parameter != null && !parameter.state().endsFinite()) {
            warned = true;
            GraphWarnings.warn(
                    "diverged",
                    "The parameter " + parameter.describe() + " has numbers that are not finite after run " + runs
                            + " of this training step for the cost " + cost + ", which was not fetched: most often"
                            + " the learning rate is too large. Make it smaller, and scale the features. Otherwise"
                            + " look for NaN in the data." + NAMES);
        }
    }

    /** Takes note of a run, and of its cost if that is among what was fetched. */
    @SuppressWarnings("ReferenceEquality")
    void ran(Tensor wanted, List<? extends Tensor> fetches, List<NDArray> values) {
        for (int i = 0; i < fetches.size(); i++) {
            if (fetches.get(i) == wanted && values.get(i).size() == 1) {
                ran(values.get(i).item());
                return;
            }
        }
        ran();
    }

    /** Takes note of a run and its cost, and warns if the training has diverged. Allocates nothing else. */
    void ran(double value) {
        runs++;
        if (!(value <= limit && value >= -Double.MAX_VALUE) && !warned) {
            look(value);
        }
        last = value;
    }

    /** Returns the likely reason for a cost that was finite before. */
    private String later(double value) {
        boolean grew = Math.abs(last) > GROWN * Math.max(Math.abs(first), 1);
        String before =
                ", and was " + first + " in the first" + (runs == 2 ? ": " : " and " + last + " in the one before: ");
        return (Double.isNaN(value) && !grew
                        ? before + "as it did not grow, look for NaN in what was fed to this run; otherwise the"
                                + " learning rate is too large, or a logarithm, root or quotient is of 0."
                        : before + "most often the learning rate is too large. Make it smaller, and scale the features."
                                + " Otherwise look for NaN in the data.")
                + NAMES;
    }

    private void look(double value) {
        boolean finite = Double.isFinite(value);
        if (finite && limit == Double.NEGATIVE_INFINITY) {
            first = value;
            limit = DIVERGED * Math.max(Math.abs(value), 1);
            return;
        }
        warned = true;
        String now = "The cost " + cost + " is " + value + " in run " + runs + " of this training step";
        GraphWarnings.warn("diverged", runs == 1 ? now + FIRST : now + later(value));
    }
}
