package dev.autodiff.nn;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import java.util.List;

/** The number of runs of a training step in a session, and how its cost went, as far as it was fetched. */
final class TrainingProgress {
    /** The growth of a cost at which it diverges rather than swings. */
    private static final double DIVERGED = 1e6;

    private final String cost;
    private long runs;
    private double first;
    /** The largest cost that causes no further look: none before the first step. */
    private double limit = Double.NEGATIVE_INFINITY;

    private boolean warned;

    TrainingProgress(Tensor cost) {
        this.cost = cost.describe();
    }

    /** Returns the number of runs; with several threads, about that. */
    long runs() {
        return runs;
    }

    /** Takes note of a run whose cost was not fetched. */
    void ran() {
        runs++;
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
        GraphWarnings.warn(
                "diverged",
                runs == 1
                        ? now + ", the first: look for what is missing in the data, and for logarithms, roots and"
                                + " quotients of 0. A session with checkNumerics(true) names the first operation whose"
                                + " value is not finite"
                        : now + ", and was " + first + " in the first: most often the learning rate is too large."
                                + " Make it smaller, and scale the features. A session with checkNumerics(true) names"
                                + " the first operation whose value is not finite");
    }
}
