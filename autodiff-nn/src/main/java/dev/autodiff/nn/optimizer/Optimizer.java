package dev.autodiff.nn.optimizer;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.RowUpdates;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.UpdateLine;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A rule that turns gradients into updates. {@link #minimize} builds a whole training step:
 *
 * <pre>{@code
 * Optimizer optimizer = new Adam(Schedule.cosine(0.001, 0, 10_000))
 *         .clipGlobalNorm(1)
 *         .weightDecay(WeightDecay.of(0.01).exceptBiasesAndNorms())
 *         .averaging(0.999);
 * TrainOp train = optimizer.minimize(cost);
 * }</pre>
 *
 * <p>The learning rate is a number, a tensor or a {@link Schedule}. Between the two halves of {@code minimize}, {@link
 * #gradients} and {@link #apply}, gradients can be changed by hand:
 *
 * <pre>{@code
 * Optimizer optimizer = new GradientDescent(0.1);
 * List<VariableGradient> halved = optimizer.gradients(cost).stream()
 *         .map(pair -> new VariableGradient(pair.variable(), pair.gradient().mul(0.5)))
 *         .toList();
 * TrainOp train = optimizer.apply(cost, halved);
 * }</pre>
 *
 * <p>Immutable: the methods that return an optimizer return another one. All that an optimizer remembers is in
 * variables of the training step, so that each step that is built begins anew.
 */
public abstract class Optimizer {
    private final Schedule schedule;
    private final UpdateOptions options;

    /**
     * Makes an optimizer.
     *
     * @param learningRate the learning rate, a floating-point scalar: a constant, or a placeholder that is fed
     */
    protected Optimizer(Tensor learningRate) {
        this(Schedule.of(learningRate));
    }

    /**
     * Makes an optimizer.
     *
     * @param learningRate the learning rate
     */
    protected Optimizer(Schedule learningRate) {
        this(learningRate, UpdateOptions.NONE);
    }

    Optimizer(Schedule learningRate, UpdateOptions options) {
        this.schedule = Objects.requireNonNull(learningRate, "learningRate is null");
        this.options = options;
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

    static void requireBetas(String optimizer, double beta1, double beta2) {
        require(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                optimizer + "'s β₁ and β₂ are from 0 to below 1, not " + beta1 + " and " + beta2);
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
     * Builds the update of a parameter of which a step looks up some rows, such as an embedding: of these alone, so
     * that it costs the same however many rows there are. By default there is none, and the whole parameter is updated.
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
        private final Schedule schedule;
        private final List<RateFactor> factors;
        private final List<Tensor> assignments = new ArrayList<>();
        private final List<Shared> all = new ArrayList<>();
        private @Nullable Tensor rate;
        private @Nullable Variable stepsBefore;

        private record Shared(String name, Variable variable, Tensor next) {}

        Context(Schedule schedule, List<RateFactor> factors) {
            this.schedule = schedule;
            this.factors = factors;
        }

        /** Returns the learning rate of a parameter as a scalar of its type. */
        public Tensor learningRate(Variable variable) {
            double factor = RateFactor.of(variable, factors);
            return (factor == 1 ? learningRate() : learningRate().mul(factor)).cast(variable.dtype());
        }

        Tensor learningRate() {
            Tensor known = rate != null ? rate : schedule.fixed().orElseGet(this::scheduled);
            rate = known;
            return known;
        }

        private Tensor scheduled() {
            Variable count =
                    Variable.of("learningRate/step", DType.FLOAT64, Shape.scalar(), Initializers.zeros(), false);
            stepsBefore = count;
            assignments.add(Tensors.assign(count, count.add(1)));
            return Schedule.of(schedule.at(count)).at(count).named("learningRate");
        }

        /** Returns the lines that explain the learning rate; none if it is not scheduled. */
        List<UpdateLine> lines() {
            return rate == null || stepsBefore == null
                    ? List.of()
                    : List.of(new UpdateLine("η", schedule.formula(), Map.of("k", stepsBefore), rate));
        }

        /** Returns the assignments of what the updates share. */
        List<Tensor> assignments() {
            return assignments;
        }

        /**
         * Returns the number of the training step, 1 for the first, as a scalar of the type of a parameter. All
         * parameters of a type share one counter.
         *
         * @param variable the parameter
         * @param owner the optimizer's name, which becomes the scope of the counter's name
         */
        public Tensor stepNumber(Variable variable, String owner) {
            return shared(variable, owner, "step", 0, count -> count.add(1));
        }

        /**
         * Returns the new value of a number that changes in each step and that all parameters of a type share.
         *
         * @param variable the parameter, which gives the type
         * @param owner the optimizer's name, which becomes the scope of the name
         * @param name the name of the number
         * @param start the value before the first step
         * @param change returns the new value, in terms of the last one
         */
        Tensor shared(Variable variable, String owner, String name, double start, UnaryOperator<Tensor> change) {
            boolean taken = false;
            for (Shared number : all) {
                if (number.name.equals(name)) {
                    if (number.variable.dtype() == variable.dtype()) {
                        return number.next;
                    }
                    taken = true;
                }
            }
            String path = owner + "/" + name + (taken ? "/" + variable.dtype() : "");
            Variable number = Variable.of(path, variable.dtype(), Shape.scalar(), Initializers.constant(start), false);
            Tensor next = change.apply(number);
            assignments.add(Tensors.assign(number, next));
            all.add(new Shared(name, number, next));
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
        return minimize(cost, List.of(variables));
    }

    /**
     * Builds a training step for the given variables, such as those of one of several networks:
     *
     * <pre>{@code
     * Layer generator = new Sequential(new Dense(16, Activation.RELU), new BatchNorm(), new Dense(2));
     * Tensor made = generator.apply(Tensors.ones(8, 4), Mode.TRAINING);
     * TrainOp train = new Adam(0.001).minimize(made.square().mean(), generator.trainableVariables());
     * }</pre>
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    public final TrainOp minimize(Tensor cost, List<Variable> variables) {
        return apply(cost, CostGradients.of(cost, variables));
    }

    /**
     * Builds the gradients, the first half of {@link #minimize(Tensor)}: those of the cost with respect to all
     * trainable variables that it depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    public final List<VariableGradient> gradients(Tensor cost) {
        return CostGradients.of(cost);
    }

    /**
     * Builds the gradients, the first half of {@link #minimize(Tensor, Variable...)}: those of the cost with respect to
     * the variables.
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    public final List<VariableGradient> gradients(Tensor cost, Variable... variables) {
        return CostGradients.of(cost, List.of(variables));
    }

    /**
     * Builds the updates, the second half of {@link #minimize(Tensor)}, from gradients that may have been changed. The
     * step also makes the assignments that are {@linkplain Attachments attached} to what the cost is computed from,
     * such as those of moving averages, and applies the {@linkplain Variable#constraint constraints} of the variables.
     *
     * @throws GraphException if there are none, or two for one variable
     */
    public final TrainOp apply(Tensor cost, List<VariableGradient> gradients) {
        return new TrainOpBuilder(this, options, new Context(schedule, options.factors())).build(cost, gradients);
    }

    // ---- options ----

    /**
     * Returns this optimizer with a transform of the gradients, which is made after those that were set before.
     *
     * @param transform the change of all gradients
     */
    public final Optimizer transform(GradientTransform transform) {
        return with(options.transform(
                "f(g₀)", UpdateOptions.Norm.NONE, Objects.requireNonNull(transform, "transform is null")));
    }

    /**
     * Returns this optimizer with every element of the gradients limited to the range from -c to c, as {@link
     * GradientTransform#clipValue} does.
     *
     * @param limit the limit c, above 0
     */
    public final Optimizer clipValue(double limit) {
        String text = ScheduleRules.text(limit);
        return with(options.transform(
                "max(-" + text + ", min(g₀, " + text + "))",
                UpdateOptions.Norm.NONE,
                GradientTransform.clipValue(limit)));
    }

    /**
     * Returns this optimizer with each gradient scaled down to a norm of c if it has a larger one, as {@link
     * GradientTransform#clipNorm} does.
     *
     * @param limit the largest norm c, above 0
     */
    public final Optimizer clipNorm(double limit) {
        return with(options.transform(scaled(limit), UpdateOptions.Norm.OWN, GradientTransform.clipNorm(limit)));
    }

    /**
     * Returns this optimizer with all gradients scaled by one factor if their norm together is above c, as {@link
     * GradientTransform#clipGlobalNorm} does.
     *
     * @param limit the largest norm c, above 0
     */
    public final Optimizer clipGlobalNorm(double limit) {
        return with(options.transform(scaled(limit), UpdateOptions.Norm.ALL, GradientTransform.clipGlobalNorm(limit)));
    }

    /**
     * Returns this optimizer with a decoupled weight decay of all parameters, w ← w - η λ w in each step besides its
     * rule, in the place of one that it had before.
     *
     * @param factor the decay λ, at least 0, often 0.01
     */
    public final Optimizer weightDecay(double factor) {
        return weightDecay(WeightDecay.of(factor));
    }

    /**
     * Returns this optimizer with a decoupled weight decay, in the place of one that it had before.
     *
     * @param decay the factor, and the parameters that decay
     */
    public final Optimizer weightDecay(WeightDecay decay) {
        return new ConfiguredOptimizer(
                rule().withoutDecay(), schedule, options.decay(Objects.requireNonNull(decay, "decay is null")));
    }

    /**
     * Returns this optimizer with a moving average of each parameter after each step, a ← β a + (1 - β) w, beginning
     * with its value after the first step, as PyTorch's {@code AveragedModel} with an exponential average. {@link
     * dev.autodiff.nn.AveragedWeights} puts the averages in the place of the parameters for a while.
     *
     * @param decay the decay β, from 0 to below 1, often 0.999
     */
    public final Optimizer averaging(double decay) {
        require(decay >= 0 && decay < 1, "The decay of an average is from 0 to below 1, not " + decay);
        return with(options.averaging(decay));
    }

    /**
     * Returns this optimizer with another learning rate.
     *
     * @param learningRate the learning rate
     */
    public final Optimizer withLearningRate(Schedule learningRate) {
        return new ConfiguredOptimizer(rule(), learningRate, options);
    }

    /**
     * Returns this optimizer with another learning rate for some parameters, whatever its schedule: PyTorch's parameter
     * groups with an {@code lr} each. Weight decay, which is times the learning rate, follows it.
     *
     * <pre>{@code
     * Optimizer fineTuning = new Adam(0.001).learningRateFactor(0.1, "encoder");
     * }</pre>
     *
     * @param factor the number of times the usual rate, above 0; factors for the same parameter are multiplied
     * @param names the names of variables or layers, as in {@link WeightDecay#except(String...)}. A training step for a
     *     cost that is computed from none with such a name is refused
     */
    public final Optimizer learningRateFactor(double factor, String... names) {
        return with(options.factor(new RateFactor(factor, List.of(names))));
    }

    /** Returns the learning rate. */
    public final Schedule learningRate() {
        return schedule;
    }

    private static String scaled(double limit) {
        return "g₀ · min(1, " + ScheduleRules.text(limit) + " / n)";
    }

    private Optimizer with(UpdateOptions changed) {
        return new ConfiguredOptimizer(rule(), schedule, changed);
    }

    /** Returns the optimizer that has the rule. */
    Optimizer rule() {
        return this;
    }

    /** Returns the optimizer with a rule that does not decay weights itself. */
    Optimizer withoutDecay() {
        return this;
    }
}
