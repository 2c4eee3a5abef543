package dev.autodiff.nn;

import dev.autodiff.graph.Tensor;
import dev.autodiff.trace.Tracer;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of training, to be run by a {@link Session}: the updates of all parameters at once. Compared by identity, as
 * tensors are.
 *
 * @param cost what is minimized
 * @param updates what happens to each parameter
 * @param others further assignments of the step, such as counters
 * @param rule how a parameter changes, in the textbook's symbols; empty if nobody has said
 */
public record TrainOp(Tensor cost, List<Update> updates, List<Tensor> others, String rule) {
    /**
     * The update of one parameter.
     *
     * @param variable the parameter
     * @param gradient of the cost with respect to it
     * @param assignments of the parameter's new value first, then of what the optimizer remembers about it
     * @param lines how that is worked out, for a trace to show; empty if nobody has said
     */
    public record Update(Variable variable, Tensor gradient, List<Tensor> assignments, List<Tracer.Line> lines) {
        /** Copies the lists. */
        public Update {
            assignments = List.copyOf(assignments);
            lines = List.copyOf(lines);
        }

        /** An update that nobody has written down line by line. */
        public Update(Variable variable, Tensor gradient, List<Tensor> assignments) {
            this(variable, gradient, assignments, List.of());
        }
    }

    /** A step whose rule nobody has written down. */
    public TrainOp(Tensor cost, List<Update> updates, List<Tensor> others) {
        this(cost, updates, others, "");
    }

    /** Copies the lists. */
    public TrainOp {
        updates = List.copyOf(updates);
        others = List.copyOf(others);
    }

    /** All assignments of the step. */
    public List<Tensor> assignments() {
        List<Tensor> all = new ArrayList<>();
        for (Update update : updates) {
            all.addAll(update.assignments());
        }
        all.addAll(others);
        return List.copyOf(all);
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** As {@code training of cost FLOAT32 [] (weights, bias)}. */
    @Override
    public String toString() {
        return "training of " + cost.describe()
                + updates.stream().map(u -> u.variable().name()).toList();
    }
}
