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
import dev.autodiff.nn.config.Kinds;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.BatchSource;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Preprocessing;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Optimizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
 * <p>Used by one thread at a time, but any number of threads may predict, also beside one that trains or evaluates.
 * {@link #close} releases memory; the variables keep their values. What needs the graphs throws an {@link
 * IllegalStateException} if they are not built yet, and what runs them if the model is closed.
 */
public final class Model implements AutoCloseable {
    private final ModelState state;

    private Model(ModelGraphs graphs) {
        this.state = new ModelState(this, graphs);
    }

    /** Makes a model of layers that are applied one after the other. */
    public static Model sequential(Layer... layers) {
        return of(new Sequential(layers));
    }

    /** Makes a model of a layer with one input. */
    public static Model of(Layer layer) {
        return new Model(new ModelGraphs(layer));
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
     * model.compile(new Adam(0.01), Loss.meanSquaredError());
     * model.fit(new Dataset(List.of(features, features), List.of(NDArray.zeros(DType.FLOAT32, 4, 3))), 5, 2);
     * model.close();
     * }</pre>
     *
     * <p>The function is the same for training and for inference, in which the layers that it applies differ. Noise for
     * training alone is therefore a layer too, such as {@link dev.autodiff.nn.layer.GaussianNoise} or {@link
     * dev.autodiff.nn.layer.Dropout}: random numbers that the function draws itself, with {@code randomNormalLike}, are
     * drawn by {@link #predict} and {@link #evaluate} as well, which a warning says. A layer that the function
     * applies with a mode, {@code dropout.apply(x, Mode.TRAINING)}, has this mode in predictions too, as Monte Carlo
     * dropout needs it and nothing else does; {@link Layer#apply(Tensor)} leaves the mode to the model.
     *
     * @param inputs the placeholders, in the order in which {@link #predict} and {@link Trainer#step} are given values
     * @param outputs returns the outputs; called once for training and once for inference, so that layers are made
     *     outside of it
     */
    public static Model of(List<Placeholder> inputs, Supplier<List<Tensor>> outputs) {
        if (inputs.isEmpty()) {
            throw new GraphException("A model has at least one input\n    at " + SourceLine.here());
        }
        return new Model(new ModelGraphs(inputs, outputs));
    }

    /** Sets the seed of initial values, dropout and the order of examples, before the model is built; 0 if not said. */
    public Model seed(long newSeed) {
        state.setSeed(newSeed);
        return this;
    }

    /**
     * Sets what is done to the features of all data that {@link #fit}, {@link #evaluate} and {@link #predict} are
     * given; it is saved with the model. A loop by hand does it itself.
     *
     * @param steps fitted to the training data, applied in this order
     * @return this
     * @throws IllegalStateException if the model has several inputs
     */
    public Model preprocessing(Preprocessing... steps) {
        state.setPreprocessing(List.of(steps));
        return this;
    }

    /** Returns what is done to the features of data. */
    public List<Preprocessing> preprocessing() {
        return state.preprocessing();
    }

    /**
     * Returns the input, if there is preprocessing, with what computes it: the preprocessing as operations on a
     * placeholder of the same name that takes the features as the data has them. Exported files of a model begin with
     * it. A category that an encoder does not know is all zeros there, and no error.
     *
     * @throws GraphException if a step is of your own, which cannot be said in operations
     * @throws IllegalStateException if the model is not built yet
     */
    public Map<Placeholder, Tensor> preprocessed() {
        if (preprocessing().isEmpty()) {
            return Map.of();
        }
        Placeholder input = inputs().get(0);
        return Map.of(input, PreprocessingGraph.of(preprocessing(), input));
    }

    /** Sets the names of the classes, in the order of the outputs; they are saved with the model. */
    public Model classNames(String... names) {
        state.setClassNames(List.of(names));
        return this;
    }

    /** Returns the names of the classes; none if they were not set. */
    public List<String> classNames() {
        return state.classNames();
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
        state.build(dtype, shape);
        return this;
    }

    /**
     * Says how the model is trained and measured. It may be said again, for another optimizer for the same variables;
     * the memory of the optimizer then begins anew.
     *
     * <p>All trainable variables are trained that the loss is computed from, also one that no layer made. A variable of
     * the loss alone, such as the logarithm of a noise that weights it, belongs to the training: {@link StateFile} and
     * {@link Checkpoint} keep it, a file of weights does not.
     *
     * @param optimizer the rule of the training steps
     * @param loss the loss, which is minimized together with the penalties of the layers; their sum is a value of its
     *     own in the history and in {@link #evaluate}, {@code penalty}, so that {@code loss} without it is that of the
     *     data
     * @param metrics the metrics of its output; NaN where an output is
     * @throws IllegalArgumentException if two metrics have the same name
     */
    public Model compile(Optimizer optimizer, Loss loss, Metric... metrics) {
        return compile(optimizer, Output.of(loss, metrics));
    }

    /**
     * Says how a model with several outputs is trained and measured. The weighted sum of their losses is made smaller,
     * with the penalties of the layers; the history has the loss of each under {@code output1_loss} and so on, and its
     * metrics, such as {@code output1_mae}; {@link Output#named} gives another name.
     *
     * @param optimizer the rule of the training steps
     * @param outputs the loss and the metrics of each output, in their order; metrics are NaN where the output is
     * @throws IllegalArgumentException if there are none, or two losses or metrics have the same name
     */
    public Model compile(Optimizer optimizer, Output... outputs) {
        state.compile(ModelState.Compiled.of(optimizer, outputs));
        return this;
    }

    /**
     * Keeps the variables of some layers as they are: training steps do not change them. Their moving averages do not
     * follow the data either, and a frozen {@code BatchNorm} normalises by them, as in Keras; dropout still drops.
     * Other models with the same layers are not concerned.
     *
     * @param layers names of layers or variables, such as {@code encoder} or {@code encoder/dense1/weights}
     * @return this
     * @throws IllegalArgumentException if the model is built and has no such name
     */
    public Model freeze(String... layers) {
        state.freeze(layers);
        return this;
    }

    /**
     * Keeps the variables of a layer as they are, as {@link #freeze(String...)} does by name; also those of one that
     * the loss alone applies, such as a pretrained network whose features are compared.
     *
     * @param layer a layer
     * @return this
     */
    public Model freeze(Layer layer) {
        state.freeze(layer);
        return this;
    }

    /** Trains all variables again. */
    public Model unfreeze() {
        state.unfreeze();
        return this;
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
     * @throws IllegalArgumentException if options or metrics do not fit the data, or the data set has not an array for
     *     each input and each loss
     * @throws IllegalStateException if the model is not compiled or is closed
     */
    public History fit(Dataset data, FitOptions options) {
        return new Fit(state, data, options).run();
    }

    /**
     * Trains with batches that are made while they are used, of examples that need not fit into memory.
     *
     * <pre>{@code
     * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.01), Loss.meanSquaredError());
     * Batches batches = Batches.shuffled(new Dataset(features, labels), 2, 42);
     * model.fit(epoch -> Prefetch.of(batches.epoch(epoch), 2), FitOptions.epochs(5)).epochs().size(); // 5
     * model.close();
     * }</pre>
     *
     * <p>A model that is not built is built for the first batch, which is made once more for this.
     *
     * @param source the batches of each epoch
     * @param options the number of epochs, examples for validation, weights of classes and callbacks; the size of a
     *     batch and the order of the examples are up to the source
     * @return the values of loss and metrics after each epoch
     * @throws GraphException if the batches do not fit the loss
     * @throws IllegalArgumentException if an epoch has no batch, a batch does not fit the model or those before it, or
     *     options are for data sets alone
     * @throws IllegalStateException if the source throws an exception, which is the cause; or if the model is not
     *     compiled or is closed
     */
    public History fit(BatchSource source, FitOptions options) {
        return new Fit(state, source, options).run();
    }

    /**
     * Trains with batches that are made while they are used.
     *
     * @param source the batches of each epoch
     * @param epochCount the number of epochs
     */
    public History fit(BatchSource source, int epochCount) {
        return fit(source, FitOptions.epochs(epochCount));
    }

    /** Returns loss and metrics of examples by name, with batches of 256. */
    public Map<String, Double> evaluate(Dataset data) {
        return evaluate(data, Predictor.BATCH);
    }

    /**
     * Returns loss and metrics of examples by name, in inference mode.
     *
     * @param data the examples
     * @param batch the number of examples that are computed at once; it makes no difference but for memory, rounding,
     *     and losses over the positions that count, by a mask or ignored classes: each is the mean of a batch, and
     *     all are averaged by their examples, as in Keras
     * @param callbacks the callbacks of this loop
     * @throws GraphException if the data does not fit the model or the loss
     * @throws IllegalStateException if the model is not compiled
     */
    public Map<String, Double> evaluate(Dataset data, int batch, Callback... callbacks) {
        state.compiled();
        return state.predictor().evaluate(Loop.Kind.EVALUATE, state.prepared(data), batch, List.of(callbacks));
    }

    /**
     * Returns loss and metrics of examples that need not fit into memory, in inference mode.
     *
     * @param batches the examples, which are taken once
     * @param callbacks the callbacks of this loop
     * @throws IllegalArgumentException if there is no batch, or one does not fit
     * @throws IllegalStateException if the model is not compiled, or the batches throw an exception, which is the cause
     */
    public Map<String, Double> evaluate(Iterable<Batch> batches, Callback... callbacks) {
        state.compiled();
        return state.predictor().evaluate(batches, List.of(callbacks));
    }

    /**
     * Returns the output for examples, in inference mode and in batches of 256.
     *
     * @param x the value of each input, one example a row, any number of them
     * @throws GraphException if the input does not fit the model
     * @throws IllegalStateException if the model has several outputs or is closed
     */
    public NDArray predict(NDArray... x) {
        return only(predictAll(Predictor.BATCH, List.of(x)));
    }

    /**
     * Returns the output for examples that need not fit into memory, in inference mode, in one array. The labels of the
     * batches are not used; there may be none.
     *
     * @param batches the examples, which are taken once
     * @throws IllegalArgumentException if there is no batch, or one does not fit
     * @throws IllegalStateException if the model has several outputs or is closed, or the batches throw an exception,
     *     which is the cause
     */
    public NDArray predict(Iterable<Batch> batches) {
        return only(predictAll(batches));
    }

    private static NDArray only(List<NDArray> outputs) {
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
     * @param callbacks the callbacks of this loop
     */
    public List<NDArray> predictAll(int batch, List<NDArray> x, Callback... callbacks) {
        return state.predictor().predict(x.stream().map(state::prepared).toList(), batch, List.of(callbacks));
    }

    /**
     * Returns all outputs for batches, as {@link #predict(Iterable)}.
     *
     * @param batches the examples, which are taken once
     * @param callbacks the callbacks of this loop
     */
    public List<NDArray> predictAll(Iterable<Batch> batches, Callback... callbacks) {
        return state.predictor().predict(batches, List.of(callbacks));
    }

    /**
     * Returns the training steps, for a loop by hand. Until the model is compiled again it is the same one, which
     * {@link #fit} uses too. The model is compiled before.
     */
    public Trainer trainer() {
        return state.trainer();
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
     */
    public Snapshot snapshot() {
        return Snapshot.of(state);
    }

    /**
     * Puts a state back. An optimizer that was not part of it, because the model was compiled or first trained
     * afterwards, begins anew.
     *
     * @throws IllegalArgumentException if the snapshot is of another model
     */
    public void restore(Snapshot snapshot) {
        snapshot.restore(state);
    }

    /**
     * Gives the variables the values of those of another model of the same layers, Keras's {@code set_weights} of
     * {@code get_weights()}, as for the target network of Q-learning. Optimizers are left as they are.
     *
     * @param from a model whose variables have the same names, types and shapes
     * @return this
     * @throws IllegalArgumentException if they have not; the message says all that differs
     */
    public Model copyWeights(Model from) {
        state.copyWeights(from.state);
        return this;
    }

    // ---- files ----

    /**
     * Saves the model: its layers with their arguments, weights, preprocessing and the names of classes, as a
     * safetensors file, of which {@link #load(Path, Kinds...)} makes a model that predicts the same to the bit.
     *
     * <pre>{@code
     * Path file = Files.createTempDirectory("example").resolve("model.safetensors");
     * Model model = Model.sequential(new Dense(8, Activation.RELU), new Dense(1)).build(2);
     * model.save(file);
     * Model.load(file).predict(features).equals(model.predict(features)); // true
     * }</pre>
     *
     * <p>A function, of {@code Model.of} or {@link Layer#of}, is saved as what it did: the layers that it applied, and
     * the operations between them, of which {@link dev.autodiff.nn.layer.LayerGraph} says which are known:
     *
     * <pre>{@code
     * Path file = Files.createTempDirectory("example").resolve("model.safetensors");
     * Layer hidden = new Dense(2, Activation.RELU);
     * Layer output = new Dense(1);
     * Layer residual = Layer.of(in -> in.add(hidden.apply(in)));
     * Model model = Model.of(Layer.of(in -> output.apply(residual.apply(in)))).build(2);
     * model.save(file);
     * Model.load(file).predict(features).equals(model.predict(features)); // true
     * }</pre>
     *
     * @param path the file; one that is there is replaced, and is whole at any moment, the old one or the new
     * @throws GraphException if a layer or an operation between layers cannot be described, such as an activation that
     *     is a lambda; the message names all of them
     * @throws DataException if the file cannot be written
     */
    public void save(Path path) {
        ModelFile.save(state, path);
    }

    /**
     * Loads a model that {@link #save} saved, or a {@link Checkpoint}. It is built, but not compiled.
     *
     * @param own the kinds of layers and preprocessing of your own that it may have
     * @throws DataException if the file is damaged, of another format, or holds no model; the message says what to do
     */
    public static Model load(Path path, Kinds... own) {
        return ModelFile.load(path, own);
    }

    /**
     * Saves the variables alone, under their names, as a safetensors file: of a model of any kind, which the code that
     * made it makes again.
     *
     * <pre>{@code
     * Path file = Files.createTempDirectory("example").resolve("weights.safetensors");
     * Layer dense = new Dense(3, in -> in.tanh().mul(2)); // a lambda is code, which no file holds
     * Model model = Model.of(dense).build(2);
     * model.saveWeights(file);
     * Model again = Model.of(new Dense(3, in -> in.tanh().mul(2))).build(2);
     * again.loadWeights(file);
     * again.predict(features).equals(model.predict(features)); // true
     * }</pre>
     *
     * @throws DataException if the file cannot be written
     */
    public void saveWeights(Path path) {
        ModelFile.saveWeights(state, path);
    }

    /**
     * Loads the variables from a file, which has exactly those that this model has. {@link WeightsFile} loads a part of
     * them, or under other names.
     *
     * @throws DataException if the file is damaged or does not fit; the message says all that differs
     */
    public void loadWeights(Path path) {
        WeightsFile.of(path).into(this);
    }

    /**
     * Returns the placeholders of the inputs, for graphs of one's own around {@link #network}, such as the gradient of
     * an output by the input that shows what it depends on:
     *
     * <pre>{@code
     * Model model = Model.sequential(new Dense(8, Activation.TANH), new Dense(3)).build(2);
     * Placeholder input = model.inputs().get(0);
     * Tensor score = model.network().output(Mode.INFERENCE).max(1).sum();
     * Tensor saliency = Tensors.gradients(score, input).get(0).abs();
     * session.run(saliency, Feed.feed(input, features)).shape(); // [4, 2]
     * }</pre>
     */
    public List<Placeholder> inputs() {
        state.network();
        return state.inputs();
    }

    /** Returns the variables by name. */
    public Map<String, Variable> variables() {
        return state.variables();
    }

    /** Returns a table of the layers: names, kinds, shapes of outputs, numbers of parameters and bytes. */
    public String summary() {
        return state.summary();
    }

    /**
     * Draws the graph for inference, with a frame around each layer; {@code draw().folded()} has a single box for each,
     * {@code draw().folded(2)} one for each layer within them.
     */
    public GraphDrawing draw() {
        return GraphDrawing.of(state.network().outputs(Mode.INFERENCE).toArray(new Tensor[0]));
    }

    /** Returns the two graphs. */
    public Network network() {
        return state.network();
    }

    /** Returns the session that runs the model. */
    public Session session() {
        return state.session();
    }

    /** Releases the compiled programs and their memory. */
    @Override
    public void close() {
        state.close();
    }

    ModelState state() {
        return state;
    }
}
