package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network with what trains and runs it, in Keras's words.
 *
 * <pre>{@code
 * Model model = Model.sequential(
 *         new Dense(128, Activation.RELU), Dropout.rate(0.5),
 *         new Dense(128, Activation.RELU), Dropout.rate(0.5),
 *         new Dense(2, Activation.SOFTMAX));
 * model.compile(new GradientDescent(0.05), Loss.softmaxCrossEntropy(), Metric.accuracy());
 * Dataset data = new Dataset(features, NDArray.of(0, 1, 1, 0));
 * model.fit(data, 10, 4);
 * model.evaluate(data).keySet(); // [loss, accuracy]
 * model.predict(features).shape(); // [4, 2]
 * model.close();
 * }</pre>
 *
 * <p>Two graphs over the same variables are built when the shape of the examples is known, from the first data or
 * {@link #build}: one for training, one for everything else. {@link #trainer} has the steps that {@code fit} makes. The
 * same {@link #seed} gives the same bits.
 *
 * <p>Used by one thread at a time. {@link #close} releases memory; the variables keep their values.
 */
public final class Model implements AutoCloseable {
    private final @Nullable Layer layer;
    private final @Nullable Supplier<List<Tensor>> function;
    private List<Placeholder> inputs;
    private @Nullable Network network;
    private @Nullable Session session;
    private long seed;
    private @Nullable Compiled compiled;
    private @Nullable Trainer trainer;
    private @Nullable Predictor predictor;
    private final Set<String> frozen = new LinkedHashSet<>();
    private int epochs;
    private boolean closed;

    /** The arguments of {@link #compile}. */
    record Compiled(Optimizer optimizer, List<Loss> losses, List<Metric> metrics) {}

    private Model(@Nullable Layer layer, @Nullable Supplier<List<Tensor>> function, List<Placeholder> inputs) {
        this.layer = layer;
        this.function = function;
        this.inputs = inputs;
    }

    /** Makes a model of layers that are applied one after the other. */
    public static Model sequential(Layer... layers) {
        return of(new Sequential(layers));
    }

    /** Makes a model of a layer with one input. */
    public static Model of(Layer layer) {
        return new Model(layer, null, List.of());
    }

    /**
     * Makes a model with several inputs or outputs from a function that applies layers to placeholders:
     *
     * <pre>{@code
     * Placeholder left = Placeholder.of("left", Shape.of(Shape.UNKNOWN, 2));
     * Placeholder right = Placeholder.of("right", Shape.of(Shape.UNKNOWN, 2));
     * Layer encoder = new Dense(3);
     * Model model = Model.of(List.of(left, right),
     *         () -> List.of(encoder.apply(left).sub(encoder.apply(right))));
     * model.predict(features, features).shape(); // [4, 3]
     * model.close();
     * }</pre>
     *
     * @param inputs the placeholders, in the order in which {@link #predict} and {@link Trainer#step} are given values
     * @param outputs returns the outputs; called once for training and once for inference, so that layers are made
     *     outside of it
     */
    public static Model of(List<Placeholder> inputs, Supplier<List<Tensor>> outputs) {
        if (inputs.isEmpty()) {
            throw new GraphException("A model has at least one input\n    at " + SourceLine.here());
        }
        return new Model(null, outputs, List.copyOf(inputs));
    }

    /**
     * Sets the seed of initial values, dropout and the order of examples; 0 if nothing is said.
     *
     * @return this
     * @throws IllegalStateException if the model is built
     */
    public Model seed(long newSeed) {
        if (network != null) {
            throw new IllegalStateException("The model is built, so that it is too late for seed(...): call it first");
        }
        seed = newSeed;
        return this;
    }

    /**
     * Builds the graphs for examples of a shape; otherwise they are built when data is first seen.
     *
     * @param exampleDims the shape of one example, such as 784
     * @return this
     * @throws IllegalStateException if the model is built, or was made of placeholders
     */
    public Model build(int... exampleDims) {
        int[] dims = IntStream.concat(IntStream.of(Shape.UNKNOWN), IntStream.of(exampleDims))
                .toArray();
        return build(DType.FLOAT32, Shape.of(dims));
    }

    /**
     * Builds the graphs for an input of any type; otherwise they are built when data is first seen.
     *
     * @param dtype the type of the input
     * @param shape the shape of the input, with the number of examples, the first axis, unknown
     * @return this
     * @throws IllegalStateException if the model is built, or was made of placeholders
     */
    public Model build(DType dtype, Shape shape) {
        if (network != null || layer == null) {
            throw new IllegalStateException(
                    network != null ? "The model is built already" : "This model has placeholders, which have shapes");
        }
        if (shape.rank() == 1 && dtype.isFloating()) {
            throw new GraphException("Features have one example a row, [examples, features], but these are " + shape
                    + ": reshape one number for each example to a column\n    at " + SourceLine.here());
        }
        Placeholder x = Placeholder.of("input", dtype, shape);
        network = Network.of(layer, x);
        inputs = List.of(x);
        return this;
    }

    /**
     * Says how the model is trained and measured. It may be said again, for another optimizer for the same variables;
     * the memory of the optimizer then begins anew.
     *
     * @param optimizer the rule of the training steps
     * @param loss what is made smaller, with the penalties of the layers
     * @param metrics what is measured besides
     * @return this
     */
    public Model compile(Optimizer optimizer, Loss loss, Metric... metrics) {
        return compile(optimizer, List.of(loss), metrics);
    }

    /**
     * Says how a model with several outputs is trained.
     *
     * @param optimizer the rule of the training steps
     * @param losses a loss for each output; their sum is made smaller, with the penalties of the layers
     * @param metrics what is measured at the first output
     * @return this
     */
    public Model compile(Optimizer optimizer, List<Loss> losses, Metric... metrics) {
        compiled = new Compiled(optimizer, List.copyOf(losses), List.of(metrics));
        trainer = null;
        predictor = null;
        return this;
    }

    /**
     * Keeps the variables of some layers as they are: training steps do not change them. Moving averages still follow
     * the data; a layer applied with {@link Mode#INFERENCE} does not.
     *
     * @param layers names of layers or variables, such as {@code encoder} or {@code encoder/dense1/weights}
     * @return this
     * @throws IllegalArgumentException if the model is built and has no such name
     */
    public Model freeze(String... layers) {
        frozen.addAll(List.of(layers));
        trainer = null;
        if (network != null) {
            checkFrozen();
        }
        return this;
    }

    /** Trains all variables again. */
    public Model unfreeze() {
        frozen.clear();
        trainer = null;
        return this;
    }

    private void checkFrozen() {
        for (String name : frozen) {
            if (network().variables().keySet().stream().noneMatch(variable -> isIn(variable, name))) {
                throw new IllegalArgumentException(
                        "There is no layer or variable " + name + " to freeze; the variables are "
                                + network().variables().keySet());
            }
        }
    }

    private static boolean isIn(String variable, String name) {
        return variable.equals(name) || variable.startsWith(name + "/");
    }

    // ---- training, evaluation, prediction ----

    /**
     * Trains, with a new order of the examples in each epoch.
     *
     * @param data the examples
     * @param epochCount the number of passes over them
     * @param batch the number of examples of a training step
     */
    public History fit(Dataset data, int epochCount, int batch) {
        return fit(data, FitOptions.epochs(epochCount).batch(batch));
    }

    /**
     * Trains.
     *
     * @param data the examples
     * @param options the number of epochs and everything else
     * @return the values of loss and metrics after each epoch: means over its batches in training mode, as in Keras,
     *     and those of the validation afterwards
     * @throws GraphException if the data does not fit the model or the loss
     * @throws IllegalArgumentException if options or metrics do not fit the data
     * @throws IllegalStateException if the model is not compiled, has several inputs or outputs, or is closed
     */
    public History fit(Dataset data, FitOptions options) {
        return new Fit(this, data, options).run();
    }

    /** Returns loss and metrics of examples by name, with batches of 256. */
    public Map<String, Double> evaluate(Dataset data) {
        return evaluate(data, Predictor.BATCH);
    }

    /**
     * Returns loss and metrics of examples by name, in inference mode.
     *
     * @param data the examples
     * @param batch the number of examples that are computed at once; it makes no difference but for memory and rounding
     * @param callbacks what is done on the way
     * @throws GraphException if the data does not fit the model or the loss
     * @throws IllegalStateException if the model is not compiled or is closed
     */
    public Map<String, Double> evaluate(Dataset data, int batch, Callback... callbacks) {
        compiled();
        return predictor().evaluate(Loop.Kind.EVALUATE, data, batch, List.of(callbacks));
    }

    /**
     * Returns the output for examples, in inference mode and in batches of 256.
     *
     * @param x the value of each input, one example a row, any number of them
     * @throws GraphException if the input does not fit the model
     * @throws IllegalStateException if the model has several outputs or is closed
     */
    public NDArray predict(NDArray... x) {
        List<NDArray> outputs = predictAll(Predictor.BATCH, List.of(x));
        if (outputs.size() != 1) {
            throw new IllegalStateException(
                    "This model has " + outputs.size() + " outputs; predictAll(batch, inputs) returns them all");
        }
        return outputs.get(0);
    }

    /**
     * Returns all outputs for examples, in inference mode.
     *
     * @param batch the number of examples that are computed at once
     * @param x the value of each input, one example a row
     * @param callbacks what is done on the way
     */
    public List<NDArray> predictAll(int batch, List<NDArray> x, Callback... callbacks) {
        return predictor().predict(x, batch, List.of(callbacks));
    }

    /**
     * Returns the training steps, for a loop by hand. Until the model is compiled again it is the same one, which
     * {@link #fit} uses too.
     *
     * @throws IllegalStateException if the model is not compiled or is closed
     */
    public Trainer trainer() {
        session();
        if (trainer == null) {
            trainer = new Trainer(this, compiled());
        }
        return trainer;
    }

    // ---- state ----

    /**
     * Returns the state of the model: its variables, those of the optimizer, the position of the random numbers and the
     * number of epochs, so that training continues from it bit for bit.
     *
     * <pre>{@code
     * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError());
     * Dataset data = new Dataset(features, labels);
     * model.fit(data, 1, 2);
     * Snapshot before = model.snapshot();
     * double once = model.fit(data, 5, 2).last("loss");
     * model.restore(before);
     * model.fit(data, 5, 2).last("loss") == once; // true
     * model.close();
     * }</pre>
     *
     * @throws IllegalStateException if the model is not built or is closed
     */
    public Snapshot snapshot() {
        Set<Variable> variables = new LinkedHashSet<>(network().variables().values());
        if (trainer != null) {
            variables.addAll(trainer.slots());
        }
        List<Variable> order = List.copyOf(variables);
        List<NDArray> values = session().run(order); // it also gives initial values
        Map<Variable, NDArray> byVariable = new LinkedHashMap<>();
        for (int i = 0; i < order.size(); i++) {
            byVariable.put(order.get(i), values.get(i));
        }
        return new Snapshot(this, byVariable, trainer, session().randomState(), epochs);
    }

    /**
     * Puts a state back. An optimizer that was not part of it, because the model was compiled or first trained
     * afterwards, begins anew.
     *
     * @throws IllegalArgumentException if the snapshot is of another model
     */
    public void restore(Snapshot snapshot) {
        if (snapshot.model() != this) {
            throw new IllegalArgumentException("This snapshot is of another model");
        }
        snapshot.values().forEach(Variable::assign);
        session().setRandomState(snapshot.randomState());
        epochs = snapshot.epochs();
        if (trainer != null && trainer.isBuilt() && trainer != snapshot.trainer()) {
            trainer = null;
        }
        if (trainer != null) {
            trainer.setPosition(snapshot.position());
        }
    }

    /**
     * Returns the variables by name.
     *
     * @throws IllegalStateException if the model is not built
     */
    public Map<String, Variable> variables() {
        return network().variables();
    }

    /**
     * Returns a table of the layers: names, kinds, shapes of outputs, numbers of parameters and bytes.
     *
     * @throws IllegalStateException if the model is not built
     */
    public String summary() {
        return network().summary();
    }

    /**
     * Draws the graph for inference, with a frame around each layer; {@code draw().folded()} has a single box for each,
     * {@code draw().folded(2)} one for each layer within them.
     *
     * @throws IllegalStateException if the model is not built
     */
    public GraphDrawing draw() {
        return GraphDrawing.of(network().outputs(Mode.INFERENCE).toArray(new Tensor[0]));
    }

    /**
     * Returns the two graphs.
     *
     * @throws IllegalStateException if the model is not built
     */
    public Network network() {
        if (network == null) {
            throw new IllegalStateException(
                    "The model is not built yet, because the shape of the examples is not known:"
                            + " call build(784), with the shape of an example, or fit, evaluate or predict");
        }
        return network;
    }

    /**
     * Returns the session that runs the model.
     *
     * @throws IllegalStateException if the model is closed
     */
    public Session session() {
        if (closed) {
            throw new IllegalStateException("The model is closed. Use it inside of its try (...) block");
        }
        if (session == null) {
            session = new Session(seed);
        }
        return session;
    }

    /** Releases the compiled programs and their memory. */
    @Override
    public void close() {
        closed = true;
        if (session != null) {
            session.close();
        }
    }

    // ---- for Fit, Trainer and Predictor ----

    /** Builds the graphs for values of the inputs, unless they are built. */
    void buildFor(NDArray... values) {
        if (network == null && function != null) {
            network = Network.of(function);
        } else if (network == null) {
            build(values[0].dtype(), Objective.withOpenBatch(values[0]));
        }
        checkFrozen();
    }

    int inputCount() {
        return Math.max(1, inputs.size());
    }

    List<Placeholder> inputs() {
        return inputs;
    }

    Compiled compiled() {
        if (compiled == null) {
            throw new IllegalStateException("The model is not compiled, so that there is no loss: call"
                    + " compile(new Adam(0.001), Loss.softmaxCrossEntropy(), Metric.accuracy()), for example, first");
        }
        return compiled;
    }

    /** Returns a trainer with or without weights of examples; the optimizer begins anew when that changes. */
    Trainer trainer(boolean weighted) {
        Trainer current = trainer();
        if (current.isBuilt() && current.isWeighted() != weighted) {
            trainer = null;
            current = trainer();
        }
        return current;
    }

    Predictor predictor() {
        session();
        if (predictor == null) {
            predictor = new Predictor(this, compiled);
        }
        return predictor;
    }

    boolean isFrozen(String variable) {
        return frozen.stream().anyMatch(name -> isIn(variable, name));
    }

    long seed() {
        return seed;
    }

    int epochs() {
        return epochs;
    }

    void countEpoch() {
        epochs++;
    }
}
