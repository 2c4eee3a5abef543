package dev.autodiff.nn.optimizer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A rule that turns gradients into updates. {@link #minimize} does all; its halves, {@link #gradients} and {@link #apply},
 * leave room in between, to clip gradients, say.
 */
public abstract class Optimizer {
    private final Tensor learningRate;

    /** An optimizer with a learning rate that is a scalar tensor: a constant, or a placeholder that is fed. */
    protected Optimizer(Tensor learningRate) {
        if (!learningRate.shape().isScalar()) {
            throw new GraphException("A learning rate is a scalar, not " + learningRate.describe());
        }
        this.learningRate = learningRate;
    }

    /** A learning rate that is a number. */
    static Tensor rate(double learningRate) {
        if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
            throw new IllegalArgumentException("A learning rate is a number above 0, not " + learningRate);
        }
        return Tensors.scalar(learningRate).named("learningRate");
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

        private record Counter(Variable variable, Tensor next) {}

        Context(Tensor learningRate) {
            this.learningRate = learningRate;
        }

        /** The learning rate in the type of a parameter. */
        Tensor learningRate(Variable variable) {
            return learningRate.cast(variable.dtype());
        }

        /** The number of this step, 1 for the first, as a scalar of the type of a parameter; counted once for all. */
        Tensor stepNumber(Variable variable, String owner) {
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

    /** Something to remember about a parameter: a variable of its type and shape that starts at 0. */
    static Variable slot(Variable variable, String name) {
        return Variable.of(
                variable.name() + "/" + name, variable.dtype(), variable.shape(), Initializers.zeros(), false);
    }

    /**
     * A training step for all trainable variables that the cost depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    public final TrainOp minimize(Tensor cost) {
        Variable[] all = Topology.order(List.of(cost)).stream()
                .filter(node -> node instanceof Variable variable && variable.isTrainable())
                .map(Variable.class::cast)
                .sorted(Comparator.comparingLong(Tensor::id))
                .toArray(Variable[]::new);
        Gradients gradients = Gradients.of(cost, Arrays.asList(all));
        List<VariableGradient> pairs = Arrays.stream(all)
                .flatMap(v -> gradients.find(v).stream().map(g -> new VariableGradient(v, g)))
                .toList();
        if (pairs.isEmpty()) {
            throw new GraphException("There is nothing to train: " + cost.describe()
                    + " depends on no trainable variable through which gradients flow\n    made at "
                    + cost.sourceLine());
        }
        return step(cost, pairs);
    }

    /**
     * A training step for the given variables.
     *
     * @throws GraphException if the cost does not depend on one of them, with the reason
     */
    public final TrainOp minimize(Tensor cost, Variable... variables) {
        return step(cost, gradients(cost, variables));
    }

    /** The first half of {@link #minimize}: the gradients of the cost. */
    public final List<VariableGradient> gradients(Tensor cost, Variable... variables) {
        Gradients gradients = Gradients.of(cost, Arrays.asList(variables));
        return Arrays.stream(variables)
                .map(variable -> new VariableGradient(variable, gradients.of(variable)))
                .toList();
    }

    /** The second half of {@link #minimize}: the updates, from gradients that may have been changed. */
    public final TrainOp apply(Tensor cost, List<VariableGradient> gradients) {
        return step(cost, gradients);
    }

    private TrainOp step(Tensor cost, List<VariableGradient> gradients) {
        Context context = new Context(learningRate);
        List<TrainOp.Update> updates = gradients.stream()
                .map(pair -> new TrainOp.Update(
                        pair.variable(), pair.gradient(), update(pair.variable(), pair.gradient(), context)))
                .toList();
        return new TrainOp(cost, updates, context.assignments, formula());
    }
}
