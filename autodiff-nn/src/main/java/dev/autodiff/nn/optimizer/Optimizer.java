package dev.autodiff.nn.optimizer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.trace.Tracer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that turns gradients into updates. {@link #minimize} does all; its halves, {@link #gradients} and {@link #apply},
 * leave room in between, to clip gradients, say.
 */
public abstract class Optimizer {
    private final Tensor learningRate;

    /** An optimizer with a learning rate that is a scalar tensor: a constant, or a placeholder that is fed. */
    protected Optimizer(Tensor learningRate) {
        if (!learningRate.shape().isScalar() || !learningRate.dtype().isFloating()) {
            throw new GraphException("A learning rate is a floating-point scalar, not " + learningRate + "\n    at "
                    + SourceLine.here());
        }
        this.learningRate = learningRate;
    }

    /** A learning rate that is a number: of the larger type, to be rounded to that of each parameter. */
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

    /**
     * The rule in the textbook's symbols: w the parameter, g its gradient, η the learning rate.
     */
    public abstract String formula();

    /** What the rule does with one parameter: assignments, of its new value first. */
    protected abstract List<Tensor> update(Variable variable, Tensor gradient, Context context);

    /** What the updates of one training step share. */
    protected static final class Context {
        private final Tensor learningRate;
        private final List<Tensor> assignments = new ArrayList<>();
        private final List<Counter> counters = new ArrayList<>();
        private final List<Tracer.Line> lines = new ArrayList<>();

        private record Counter(Variable variable, Tensor next) {}

        Context(Tensor learningRate) {
            this.learningRate = learningRate;
        }

        /** The learning rate in the type of a parameter. */
        public Tensor learningRate(Variable variable) {
            return learningRate.cast(variable.dtype());
        }

        /**
         * Says how the rule is worked out, for traces: once for each line, the parameter's new value last. Nothing need be
         * said; the new value is then shown as one expression.
         *
         * @param symbol what is worked out, such as {@code v}
         * @param formula of which, in the textbook's symbols, with {@code *} where elements are multiplied one by one
         * @param operands what the formula's words stand for
         * @param value what comes out
         */
        public void explain(String symbol, String formula, Map<String, Tensor> operands, Tensor value) {
            lines.add(new Tracer.Line(symbol, formula, operands, value));
        }

        private List<Tracer.Line> takeLines() {
            List<Tracer.Line> taken = List.copyOf(lines);
            lines.clear();
            return taken;
        }

        /** The number of this step, 1 for the first, as a scalar of the type of a parameter; counted once for all. */
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

    /** A number of the rule, such as a momentum, for a line that explains it. */
    static Tensor number(double value) {
        return Tensors.scalar(value, DType.FLOAT64);
    }

    /** Something to remember about a parameter: a variable of its type and shape that starts at 0. */
    protected static Variable slot(Variable variable, String name) {
        return Variable.of(
                variable.name() + "/" + name, variable.dtype(), variable.shape(), Initializers.zeros(), false);
    }

    /**
     * A training step for all trainable variables that the cost depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    public final TrainOp minimize(Tensor cost) {
        return apply(cost, gradients(cost));
    }

    /**
     * A training step for the given variables.
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    public final TrainOp minimize(Tensor cost, Variable... variables) {
        return apply(cost, gradients(cost, variables));
    }

    /**
     * The first half of {@link #minimize(Tensor)}: the gradients of the cost with respect to all trainable variables that it
     * depends on.
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
            gradients.of(trainable.get(0)); // explains
        }
        throw new GraphException(
                "There is nothing to train: " + cost.describe() + " is computed from no trainable variable"
                        + (variables.isEmpty()
                                ? ", nor from any other. Parameters that are to be learned are made with Variable.of(...)"
                                : "; those that are not trainable must be named: minimize(cost, "
                                        + variables.get(0).name() + ")")
                        + "\n    made at " + cost.sourceLine());
    }

    /**
     * The first half of {@link #minimize(Tensor, Variable...)}: the gradients of the cost with respect to the variables.
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
     * The second half of {@link #minimize(Tensor)}: the updates, from gradients that may have been changed.
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
            List<Tensor> assignments = update(variable, pair.gradient(), context);
            updates.add(new TrainOp.Update(variable, pair.gradient(), assignments, context.takeLines()));
        }
        return new TrainOp(cost, updates, context.assignments, formula());
    }
}
