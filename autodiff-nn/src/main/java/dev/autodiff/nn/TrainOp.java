package dev.autodiff.nn;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One step of training, to be run by a {@link Session}: the updates of all parameters at once. Compared by identity, as
 * tensors are.
 *
 * @param cost the scalar that is minimized
 * @param updates the update of each parameter
 * @param others further assignments of the step, such as counters
 * @param rule the change of a parameter in the textbook's symbols; empty if it is not known
 * @param learningRate the learning rate of the step, a floating-point scalar; null if there is none
 */
public record TrainOp(
        Tensor cost,
        List<Update> updates,
        List<Tensor> others,
        String rule,
        @Nullable Tensor learningRate) {
    /**
     * The update of one parameter.
     *
     * @param variable the parameter
     * @param gradient the gradient of the cost with respect to the parameter, of its type and shape
     * @param assignments the assignment of the parameter's new value, followed by those of the optimizer's slots for it
     * @param lines builds the rule line by line; called only when a step is traced, so that training builds no node
     *     for it
     * @param average the variable among those assigned that keeps a moving average of the parameter; null if none does
     */
    public record Update(
            Variable variable,
            Tensor gradient,
            List<Tensor> assignments,
            Supplier<List<UpdateLine>> lines,
            @Nullable Variable average) {
        /** Copies the list. */
        public Update {
            Objects.requireNonNull(variable, "variable is null");
            Objects.requireNonNull(gradient, "gradient is null");
            Objects.requireNonNull(lines, "lines is null");
            assignments = List.copyOf(assignments);
        }

        /** Makes an update without lines; a trace shows the new value as one expression. */
        public Update(Variable variable, Tensor gradient, List<Tensor> assignments) {
            this(variable, gradient, assignments, List::of, null);
        }
    }

    /** Makes a step whose rule is not known. */
    public TrainOp(Tensor cost, List<Update> updates, List<Tensor> others) {
        this(cost, updates, others, "", null);
    }

    /** Copies the lists. */
    public TrainOp {
        Objects.requireNonNull(cost, "cost is null");
        Objects.requireNonNull(rule, "rule is null");
        updates = List.copyOf(updates);
        others = List.copyOf(others);
    }

    /**
     * Returns this step and another for other parameters of the same cost as one, in which each keeps its own optimizer
     * and learning rate: PyTorch's parameter groups.
     *
     * <pre>{@code
     * TrainOp slow = new Adam(0.0001).minimize(cost, weights);
     * TrainOp fast = new Adam(0.01).minimize(cost, bias);
     * session.run(slow.and(fast), Feed.feed(x, features), Feed.feed(y, labels));
     * }</pre>
     *
     * @return the step, with the rule and the learning rate of this one
     * @throws GraphException if the costs differ, or both update a parameter
     */
    public TrainOp and(TrainOp other) {
        if (!cost.equals(other.cost)) {
            throw new GraphException("One step makes one cost smaller, but there are " + cost.describe() + " and "
                    + other.cost.describe() + ": run them one after the other\n    at " + SourceLine.here());
        }
        Set<Tensor> written = new HashSet<>();
        others.forEach(assignment -> Tensors.assignedBy(assignment).ifPresent(written::add));
        Set<Variable> parameters = new HashSet<>();
        updates.forEach(update -> parameters.add(update.variable()));
        for (Update update : other.updates) {
            if (!parameters.add(update.variable())) {
                throw new GraphException(
                        "Variable " + update.variable().describe() + " is to be updated by both steps: name it in one,"
                                + " minimize(cost, variables)\n    at " + SourceLine.here());
            }
        }
        List<Update> allUpdates = new ArrayList<>(updates);
        allUpdates.addAll(other.updates);
        List<Tensor> allOthers = new ArrayList<>(others);
        for (Tensor assignment : other.others) {
            // Both have the assignments that are attached to the cost.
            if (!Tensors.assignedBy(assignment).map(written::contains).orElse(false)) {
                allOthers.add(assignment);
            }
        }
        return new TrainOp(cost, allUpdates, allOthers, rule, learningRate);
    }

    /** Returns all assignments of the step. */
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

    /** Returns a description such as {@code training of cost FLOAT32 [] (weights, bias)}. */
    @Override
    public String toString() {
        return "training of " + cost.describe()
                + updates.stream().map(u -> u.variable().name()).toList();
    }
}
