package dev.autodiff.nn.optimizer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.UpdateLine;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that turns gradients into updates. {@link #minimize} builds a whole training step. Between its two halves,
 * {@link #gradients} and {@link #apply}, gradients can be changed, for example clipped:
 *
 * <pre>{@code
 * Optimizer optimizer = new GradientDescent(0.1);
 * List<VariableGradient> clipped = optimizer.gradients(cost).stream()
 *         .map(pair -> new VariableGradient(pair.variable(), Arithmetic.clip(pair.gradient(), -1, 1)))
 *         .toList();
 * TrainOp train = optimizer.apply(cost, clipped);
 * }</pre>
 */
public abstract class Optimizer {
    private final Tensor learningRate;

    /**
     * Makes an optimizer.
     *
     * @param learningRate the learning rate, a floating-point scalar: a constant, or a placeholder that is fed
     */
    protected Optimizer(Tensor learningRate) {
        if (!learningRate.shape().isScalar() || !learningRate.dtype().isFloating()) {
            throw new GraphException("A learning rate is a floating-point scalar, not " + learningRate + "\n    at "
                    + SourceLine.here());
        }
        this.learningRate = learningRate;
    }

    /** Returns the learning rate. */
    final Tensor learningRate() {
        return learningRate;
    }

    /**
     * Returns a number as a learning rate. It is a FLOAT64, which {@link Context#learningRate} rounds to the type of
     * each parameter.
     */
    protected static Tensor rate(double learningRate) {
        require(
                learningRate > 0 && !Double.isInfinite(learningRate),
                "A learning rate is a number above 0, such as 0.01, not " + learningRate);
        return Tensors.scalar(learningRate, DType.FLOAT64).named("learningRate");
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new GraphException(message + "\n    at " + SourceLine.here());
        }
    }

    /** Returns the rule in the textbook's symbols: w the parameter, g its gradient, η the learning rate. */
    public abstract String formula();

    /**
     * Builds the update of one parameter.
     *
     * @param variable the parameter
     * @param gradient the gradient of the cost with respect to the parameter, of its type and shape
     * @param context the state that all updates of the training step share
     * @return the assignment of the parameter's new value, followed by those of what the rule remembers about it
     */
    protected abstract List<Tensor> update(Variable variable, Tensor gradient, Context context);

    /**
     * Builds the update of a parameter of which a step looks up some rows, such as an embedding: of these alone, so that
     * it costs the same however many rows there are. By default there is none, and the whole parameter is updated.
     *
     * @param variable the parameter
     * @param rows the rows and their gradients
     * @param context the state that all updates of the training step share
     * @return the assignments as {@link #update} returns them; empty if all rows are to be updated
     */
    protected List<Tensor> updateRows(Variable variable, RowUpdates rows, Context context) {
        return List.of();
    }

    /**
     * Describes the update of one parameter line by line, for readers of a trace. It is called only when a step is
     * traced; nodes that only explain the rule are built here rather than in {@link #update}, where they would be part
     * of every training step. By default there are no lines, and a trace shows the new value as one expression.
     *
     * @param variable the parameter
     * @param gradient the gradient that {@link #update} was given
     * @param assignments the assignments that {@link #update} returned; the value of each is the value that it writes
     * @param context the context that {@link #update} was given
     * @return the lines in the order in which they are computed, the parameter's new value last
     */
    protected List<UpdateLine> explain(Variable variable, Tensor gradient, List<Tensor> assignments, Context context) {
        return List.of();
    }

    /** The state that the updates of one training step share. */
    protected static final class Context {
        private final Tensor learningRate;
        private final List<Tensor> assignments = new ArrayList<>();
        private final List<Counter> counters = new ArrayList<>();

        private record Counter(Variable variable, Tensor next) {}

        Context(Tensor learningRate) {
            this.learningRate = learningRate;
        }

        /** Returns the learning rate as a scalar of the type of a parameter. */
        public Tensor learningRate(Variable variable) {
            return learningRate.cast(variable.dtype());
        }

        /**
         * Returns the number of the training step, 1 for the first, as a scalar of the type of a parameter. All
         * parameters of a type share one counter.
         *
         * @param variable the parameter
         * @param owner the optimizer's name, which becomes the scope of the counter's name
         */
        public Tensor stepNumber(Variable variable, String owner) {
            for (Counter counter : counters) {
                if (counter.variable.dtype() == variable.dtype()) {
                    return counter.next;
                }
            }
            Variable count =
                    Variable.of(owner + "/step", variable.dtype(), Shape.scalar(), Initializers.zeros(), false);
            Tensor next = count.add(1);
            assignments.add(Tensors.assign(count, next));
            counters.add(new Counter(count, next));
            return next;
        }
    }

    /** Returns a number of the rule, such as a momentum, as an operand of a line that explains it. */
    static Tensor number(double value) {
        return Tensors.scalar(value, DType.FLOAT64);
    }

    /** Returns the variable that an assignment writes. */
    static Tensor assigned(Tensor assignment) {
        return Tensors.assignedBy(assignment).orElseThrow();
    }

    /**
     * Makes a slot, which holds what the rule remembers about a parameter: a variable of its type and shape that starts
     * at 0.
     *
     * @param variable the parameter
     * @param name the last part of the slot's name, which follows the parameter's
     */
    protected static Variable slot(Variable variable, String name) {
        return Variable.of(
                variable.name() + "/" + name, variable.dtype(), variable.shape(), Initializers.zeros(), false);
    }

    /**
     * Builds a training step for all trainable variables that the cost depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    public final TrainOp minimize(Tensor cost) {
        return apply(cost, gradients(cost));
    }

    /**
     * Builds a training step for the given variables.
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    public final TrainOp minimize(Tensor cost, Variable... variables) {
        return apply(cost, gradients(cost, variables));
    }

    /**
     * Builds the gradients, the first half of {@link #minimize(Tensor)}: those of the cost with respect to all
     * trainable variables that it depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    public final List<VariableGradient> gradients(Tensor cost) {
        List<Variable> variables = new ArrayList<>();
        for (Tensor node : Topology.orderOfMaking(List.of(cost))) {
            if (node instanceof Variable variable) {
                variables.add(variable);
            }
        }
        List<Variable> trainable = new ArrayList<>(variables);
        trainable.removeIf(variable -> !variable.isTrainable());
        Gradients gradients = Gradients.of(cost, trainable);
        List<VariableGradient> pairs = new ArrayList<>();
        for (Variable variable : trainable) {
            Optional<Tensor> gradient = gradients.find(variable);
            if (gradient.isPresent()) {
                pairs.add(new VariableGradient(variable, gradient.get()));
            }
        }
        if (!pairs.isEmpty()) {
            return List.copyOf(pairs);
        }
        if (!trainable.isEmpty()) {
            gradients.of(trainable.get(0)); // throws, with the reason why no gradient reaches it
        }
        throw new GraphException(
                "There is nothing to train: " + cost.describe() + " is computed from no trainable variable"
                        + (variables.isEmpty()
                                ? ", nor from any other. Parameters that are learned are made with Variable.of(...)"
                                : "; those that are not trainable must be named: minimize(cost, "
                                        + variables.get(0).name() + ")")
                        + "\n    made at " + cost.sourceLine());
    }

    /**
     * Builds the gradients, the first half of {@link #minimize(Tensor, Variable...)}: those of the cost with respect to
     * the variables.
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    public final List<VariableGradient> gradients(Tensor cost, Variable... variables) {
        Gradients gradients = Gradients.of(cost, List.of(variables));
        List<VariableGradient> pairs = new ArrayList<>();
        for (Variable variable : variables) {
            pairs.add(new VariableGradient(variable, gradients.of(variable)));
        }
        return List.copyOf(pairs);
    }

    /**
     * Builds the updates, the second half of {@link #minimize(Tensor)}, from gradients that may have been changed. The
     * step also makes the assignments that are {@linkplain Attachments attached} to what the cost is computed from,
     * such as those of moving averages, and applies the {@linkplain Variable#constraint constraints} of the variables.
     *
     * @throws GraphException if there are none, or two for one variable
     */
    public final TrainOp apply(Tensor cost, List<VariableGradient> gradients) {
        if (gradients.isEmpty()) {
            throw new GraphException("There is nothing to train: no variable was given\n    at " + SourceLine.here());
        }
        Set<Variable> seen = new HashSet<>();
        Context context = new Context(learningRate);
        List<TrainOp.Update> updates = new ArrayList<>();
        for (VariableGradient pair : gradients) {
            Variable variable = pair.variable();
            if (!seen.add(variable)) {
                throw new GraphException("Variable " + variable.describe()
                        + " is to be updated twice in one step: name it once\n    at " + SourceLine.here());
            }
            Tensor gradient = pair.gradient();
            List<Tensor> ofRows = updateRows(variable, gradient, context);
            if (!ofRows.isEmpty()) {
                updates.add(new TrainOp.Update(variable, gradient, ofRows));
                continue;
            }
            List<Tensor> assignments = update(variable, gradient, context);
            updates.add(
                    variable.constraint().isPresent()
                            ? constrained(variable, gradient, assignments, context)
                            : new TrainOp.Update(
                                    variable,
                                    gradient,
                                    assignments,
                                    () -> explain(variable, gradient, assignments, context)));
        }
        List<Tensor> others = new ArrayList<>(context.assignments);
        others.addAll(Attachments.assignments(cost));
        return new TrainOp(cost, updates, others, formula());
    }

    private List<Tensor> updateRows(Variable variable, Tensor gradient, Context context) {
        return variable.constraint().isPresent()
                ? List.of()
                : RowUpdates.of(gradient, variable)
                        .map(rows -> updateRows(variable, rows, context))
                        .orElse(List.of());
    }

    /** Returns an update that applies the variable's constraint to its new value. */
    private TrainOp.Update constrained(Variable variable, Tensor gradient, List<Tensor> assignments, Context context) {
        Tensor next = assignments.get(0).inputs().get(0);
        Tensor allowed = variable.constraint().orElseThrow().apply(next);
        List<Tensor> changed = new ArrayList<>(assignments);
        changed.set(0, Tensors.assign(variable, allowed));
        return new TrainOp.Update(variable, gradient, changed, () -> {
            List<Tensor> before = new ArrayList<>(assignments);
            before.set(0, next);
            List<UpdateLine> lines = new ArrayList<>(explain(variable, gradient, before, context));
            if (!lines.isEmpty()) {
                lines.add(new UpdateLine(variable.name(), "constraint(w)", Map.of("w", next), allowed));
            }
            return lines;
        });
    }
}
