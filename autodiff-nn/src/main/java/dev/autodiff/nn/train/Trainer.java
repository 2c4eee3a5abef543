package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.nn.AveragedWeights;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The training steps of a compiled model, for a loop by hand; {@link Model#fit} is one. The graph is built at the first
 * step, when the types of inputs and labels are known, and all steps are one prepared run, which allocates nothing.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new GradientDescent(0.05), Loss.meanSquaredError());
 * Trainer train = model.trainer();
 * for (int i = 0; i < 10; i++) {
 *     double loss = train.step(features, labels);
 * }
 * train.gradients(features, labels).keySet(); // [dense1/weights, dense1/bias]
 * model.close();
 * }</pre>
 */
public final class Trainer {
    private final ModelState model;
    private final ModelState.Compiled compiled;
    private int accumulated = 1;
    private @Nullable TrainingGraph graph;
    private boolean isDivided;
    private int position;

    /** Values for the variables that the optimizer will keep, until it is built. */
    private Map<String, NDArray> pending = Map.of();

    private boolean restored;

    /** The beginning of a sentence about the state that was put back: the file that it is from, if it is. */
    private String source = "the state";

    Trainer(ModelState model, ModelState.Compiled compiled) {
        this.model = model;
        this.compiled = compiled;
    }

    /**
     * Sets that the parameters change at every n-th step only, by the mean of the gradients of n batches: as with
     * batches of n times the size, in the memory of one.
     *
     * @param batches the number n of batches, at least 1
     * @return this
     * @throws IllegalStateException if there was a step already
     */
    public Trainer accumulating(int batches) {
        if (batches < 1) {
            throw new IllegalArgumentException("Gradients of at least 1 batch are accumulated, not of " + batches);
        }
        if (graph != null) {
            throw new IllegalStateException(
                    "This trainer has made a step, so that it is too late for accumulating(...):"
                            + " call it first, or compile the model again");
        }
        accumulated = batches;
        return this;
    }

    /**
     * Makes a training step.
     *
     * @param x the input, one example a row; used without copying
     * @param y the labels, one example a row; used without copying
     * @return the mean loss of the examples, with the penalties of the layers, before the update
     * @throws GraphException if inputs or labels do not fit
     */
    public double step(NDArray x, NDArray y) {
        TrainingGraph built = graph == null ? build(x, y) : graph;
        PreparedRun run = next(built);
        run.run(x, y);
        return run.number(0);
    }

    /**
     * Makes a training step of a model with several inputs or outputs, or with weights of examples.
     *
     * @param values the inputs in their order, then the labels of each output
     * @return the mean loss of the examples, with the penalties of the layers, before the update
     * @throws GraphException if inputs or labels do not fit
     */
    public double step(NDArray... values) {
        TrainingGraph built = graph == null ? build(values) : graph;
        PreparedRun run = next(built);
        run.run(values);
        return run.number(0);
    }

    /**
     * Returns the step in two halves, for examples that lie on several machines. Whole steps are then no longer made.
     *
     * @param values values of the types and shapes that will be given, of any number of examples
     * @throws IllegalStateException if there was a whole step already, or gradients are accumulated
     */
    public DividedStep divided(NDArray... values) {
        if (!isDivided) {
            if (graph != null || accumulated > 1) {
                throw new IllegalStateException("This trainer makes whole steps"
                        + (accumulated > 1 ? " and accumulates gradients" : "")
                        + ": call divided(...) before all else, or compile the model again");
            }
            isDivided = true;
        }
        TrainingGraph built = graph == null ? build(values) : graph;
        return Objects.requireNonNull(built.halves());
    }

    /**
     * Makes a training step with a batch of a data set. If its labels are of another form than those before, such as
     * one-hot rows and no class numbers, or the weights are, the graph is built anew and the optimizer goes on.
     *
     * @param weights the weights of its examples; null if all are 1
     */
    double step(Batch batch, @Nullable NDArray weights) {
        if (graph != null && !graph.objective().takes(batch.targets(), weights)) {
            List<NDArray> values = model.session().run(List.copyOf(graph.slots().values()));
            Map<String, NDArray> kept = new LinkedHashMap<>();
            graph.slots().keySet().forEach(name -> kept.put(name, values.get(kept.size())));
            graph = null;
            restore(kept, position);
        }
        if (batch.inputs().size() == 1 && batch.targets().size() == 1 && weights == null) {
            return step(batch.features(), batch.labels());
        }
        Stream<NDArray> values = Stream.concat(batch.inputs().stream(), batch.targets().stream());
        return step(Stream.concat(values, Stream.ofNullable(weights)).toArray(NDArray[]::new));
    }

    private PreparedRun next(TrainingGraph built) {
        if (isDivided) {
            throw new IllegalStateException("The step of this trainer is divided: call compute and apply of"
                    + " divided(...), or compile the model again");
        }
        position = (position + 1) % accumulated;
        return position == 0 ? built.step() : built.collect();
    }

    /**
     * Returns the gradients of the loss, by the names of the trained variables, without a training step.
     *
     * @param values the inputs in their order, then the labels of each output
     */
    public Map<String, NDArray> gradients(NDArray... values) {
        TrainingGraph built = graph == null ? build(values) : graph;
        built.gradientRun().run(values);
        Map<String, NDArray> all = new LinkedHashMap<>();
        for (String name : built.gradients().keySet()) {
            all.put(name, built.gradientRun().value(all.size()));
        }
        return all;
    }

    /**
     * Returns the learning rate of the last step.
     *
     * @throws IllegalStateException if there was no step yet
     */
    public double learningRate() {
        TrainingGraph.Rate rate = built().rate();
        return rate.fetch() < 0 ? rate.number() : last().number(rate.fetch());
    }

    /**
     * Puts the averages of the trained variables in their place, until what is returned is closed.
     *
     * <pre>{@code
     * Model model = Model.sequential(new Dense(1));
     * model.compile(new Adam(0.1).averaging(0.9), Loss.meanSquaredError());
     * Dataset data = new Dataset(features, labels);
     * model.fit(data, 10, 2);
     * try (AveragedWeights averaged = model.trainer().averagedWeights()) {
     *     double loss = model.evaluate(data).get("loss");
     * }
     * model.close();
     * }</pre>
     *
     * @throws IllegalStateException if there was no step yet, or the optimizer keeps no averages
     */
    public AveragedWeights averagedWeights() {
        return AveragedWeights.of(op());
    }

    /**
     * Returns the training step as a part of the graph, to be traced, drawn or profiled with the model's session.
     *
     * @throws IllegalStateException if there was no step yet
     */
    public TrainOp op() {
        return built().op();
    }

    /**
     * Returns the placeholders in the order of the arguments of {@link #step}.
     *
     * @throws IllegalStateException if there was no step yet
     */
    public List<Placeholder> placeholders() {
        return built().placeholders();
    }

    private TrainingGraph built() {
        if (graph == null) {
            throw new IllegalStateException(
                    "The training step is built when it is first made, because it depends on the"
                            + " types of inputs and labels: call step(x, y) first");
        }
        return graph;
    }

    // ---- for Model ----

    /** Returns the run of the last step, whose results {@link Running} adds. */
    PreparedRun last() {
        return position == 0 ? built().step() : built().collect();
    }

    /**
     * Checks that the optimizer keeps averages.
     *
     * @throws IllegalStateException if it does not
     */
    void requireAverages() {
        if (op().updates().get(0).average() == null) {
            throw new IllegalStateException("FitOptions.useAverages takes an optimizer that keeps averages of the"
                    + " weights: compile the model with one such as new Adam(0.001).averaging(0.999)");
        }
    }

    /** Tells whether the learning rate may change from step to step. */
    boolean isRateChanging() {
        return graph != null && graph.rate().fetch() >= 0;
    }

    boolean isBuilt() {
        return graph != null;
    }

    /** Returns whether there is something to remember: a step was made, or a state put back. */
    boolean isStarted() {
        return graph != null || restored;
    }

    int position() {
        return position;
    }

    /** Returns the variables besides those of the network that steps depend on: the optimizer's and their like. */
    Map<String, Variable> slots() {
        return graph == null ? Map.of() : graph.slots();
    }

    /** Returns the values that slots get when they are made. */
    Map<String, NDArray> pending() {
        return pending;
    }

    /**
     * Puts a state back.
     *
     * @param values the values of the slots by their names; compared with them when they are made, if they are not yet
     * @param newPosition the number of batches since the last change of parameters
     */
    void restore(Map<String, NDArray> values, int newPosition) {
        restored = true;
        position = newPosition;
        if (graph == null) {
            pending = Map.copyOf(values);
        } else {
            assign(graph.slots(), values);
        }
    }

    /** Sets the file that the state is from. */
    void setSource(String file) {
        source = file + ":";
    }

    private static void assign(Map<String, Variable> slots, Map<String, NDArray> values) {
        slots.forEach((name, slot) -> slot.assign(Objects.requireNonNull(values.get(name))));
    }

    // ---- building ----

    private TrainingGraph build(NDArray... values) {
        int inputs = model.inputCount();
        int outputs = compiled.outputs().size();
        int given = values.length;
        if (given != inputs + outputs && given != inputs + outputs + 1) {
            throw new GraphException("A step takes " + inputs + " inputs and " + outputs
                    + " arrays of labels, and perhaps" + " weights of the examples, but " + given
                    + " arrays were given\n    at " + SourceLine.here());
        }
        model.buildFor(Arrays.copyOf(values, inputs));
        List<NDArray> labels = List.of(values).subList(inputs, inputs + outputs);
        NDArray weights = given == inputs + outputs ? null : values[inputs + outputs];
        Objective objective = new Objective(model.trainedNetwork(), compiled.outputs(), labels, weights);
        TrainingGraph built = TrainingGraph.build(model, compiled, objective, accumulated, isDivided);
        if (restored) {
            try {
                Differences.between(pending, built.slots())
                        .require("These are the optimizer's variables: compile the model with the optimizer that the"
                                + " state was saved with, or load the weights alone");
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(source + " " + e.getMessage(), e);
            }
            assign(built.slots(), pending);
            pending = Map.of();
        }
        graph = built;
        return built;
    }
}
