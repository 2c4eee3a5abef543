package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The two graphs of a model, for training and for inference, over the same variables, which are known here by their
 * names.
 *
 * <pre>{@code
 * Network network = Network.of(new Sequential(new Dense(8, Activation.TANH), new Dense(1)), x);
 * network.variables().keySet(); // [dense1/weights, dense1/bias, dense2/weights, dense2/bias]
 * TrainOp step = new GradientDescent(0.1).minimize(Losses.meanSquaredError(network.output(Mode.TRAINING), y));
 * session.run(step, Feed.feed(x, features), Feed.feed(y, labels));
 * NDArray predicted = session.run(network.output(Mode.INFERENCE), Feed.feed(x, features));
 * }</pre>
 */
public final class Network {
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Set<Variable> known = new HashSet<>();
    private final List<LayerSummary> layers = new ArrayList<>();
    private final Map<String, Layer> applied = new LinkedHashMap<>();
    private final Map<String, Tensor> layerOutputs = new LinkedHashMap<>();
    /** The applications of layers for training that are in no other layer. */
    private final List<LayerCall> calls = new ArrayList<>();

    private final List<LayerCall> inferenceCalls = new ArrayList<>();

    /** The variables that are no layer's, as a summary shows them. */
    private final List<LayerSummary> others = new ArrayList<>();

    private final Layer root;
    private final Supplier<List<Tensor>> body;
    private final Predicate<String> frozen;
    private final List<Tensor> training;
    private final List<Tensor> inference;
    private final List<Tensor> trainingPenalties;
    private final List<Tensor> inferencePenalties;

    private Network(Layer root, Supplier<List<Tensor>> body) {
        this(root, body, name -> false);
    }

    private Network(Layer root, Supplier<List<Tensor>> body, Predicate<String> frozen) {
        this.root = root;
        this.body = body;
        this.frozen = frozen;
        this.training = LayerScope.apply(this, root, Mode.TRAINING, body);
        layers.clear();
        applied.clear();
        layerOutputs.clear();
        Set<Variable> trained = new HashSet<>(known);
        this.inference = LayerScope.apply(this, root, Mode.INFERENCE, body);
        for (Map.Entry<String, Variable> entry : variables.entrySet()) {
            if (entry.getValue().isTrainable() && !trained.contains(entry.getValue())) {
                throw new GraphException("The variable " + entry.getKey()
                        + " is in the graph for inference and not in the one for training: its layer is made inside of"
                        + " the function that applies it, so that each graph has its own layer. Make layers outside"
                        + " of the function\n    at " + SourceLine.here());
            }
        }
        this.trainingPenalties = Attachments.penalties(training.toArray(new Tensor[0]));
        this.inferencePenalties = Attachments.penalties(inference.toArray(new Tensor[0]));
        Block.checkNoise(List.of(), inference, inferenceCalls);
        addOthers();
    }

    /** Adds the variables that are used without being those of a layer, under the names that they were given. */
    private void addOthers() {
        List<Tensor> results = new ArrayList<>(training);
        results.addAll(inference);
        results.addAll(trainingPenalties);
        for (Tensor node : Topology.orderOfMaking(results)) {
            if (node instanceof Variable variable && known.add(variable)) {
                if (variables.putIfAbsent(variable.name(), variable) != null) {
                    throw new GraphException("There are two variables named " + variable.name()
                            + ", of which a file would have one. One that the function of a model makes is made anew"
                            + " for each of its graphs: make variables outside of the function. Otherwise give one"
                            + " another name, or its layer with named(...)\n    made at " + variable.sourceLine());
                }
                others.add(new LayerSummary(variable.name(), "Variable", variable.type(), List.of(variable)));
            }
        }
    }

    /**
     * Applies a layer for training and for inference. The names of a {@link Sequential} or of {@link Layer#of} are not
     * part of the names of the variables.
     *
     * @param layer the outermost layer
     * @param input the input, usually a placeholder
     * @throws GraphException if the input does not fit
     */
    public static Network of(Layer layer, Tensor input) {
        if (layer instanceof Sequential sequence) {
            return new Network(layer, () -> List.of(sequence.inTurn(input)));
        }
        if (layer instanceof Block block) {
            Network network = new Network(layer, () -> List.of(block.call(input)));
            block.remember(input, network.output(Mode.TRAINING), network.calls);
            return network;
        }
        return of(new Sequential(layer), input);
    }

    /**
     * Calls a function that applies layers, for training and for inference, for models with several inputs or outputs:
     *
     * <pre>{@code
     * Placeholder left = Placeholder.of("left", Shape.of(Shape.UNKNOWN, 4));
     * Placeholder right = Placeholder.of("right", Shape.of(Shape.UNKNOWN, 4));
     * Layer encoder = new Dense(3, Activation.TANH).named("encoder");
     * Network twins = Network.of(() -> List.of(encoder.apply(left).sub(encoder.apply(right)).abs()));
     * twins.variables().keySet(); // [encoder/weights, encoder/bias]
     * }</pre>
     *
     * @param function returns the outputs; layers are made outside of it and applied in it
     * @throws GraphException if inputs do not fit, or a layer is made in the function
     */
    public static Network of(Supplier<List<Tensor>> function) {
        return new Network(new Block(x -> x), () -> List.copyOf(function.get()));
    }

    /**
     * Returns the graphs of the same layers over the same variables, in which some variables are left as they are by
     * training too: moving averages do not follow the data, and layers whose moving averages are frozen normalise by
     * them, as Keras's layers that are not trainable.
     *
     * @param names tells of the name of a variable, such as {@code encoder/batchNorm1/movingMean}, whether it is frozen
     */
    public Network frozen(Predicate<String> names) {
        return new Network(root, body, names);
    }

    /** Returns the outputs in a mode. */
    public List<Tensor> outputs(Mode mode) {
        return mode == Mode.TRAINING ? training : inference;
    }

    /**
     * Returns the only output in a mode.
     *
     * @throws IllegalStateException if there are several
     */
    public Tensor output(Mode mode) {
        List<Tensor> outputs = outputs(mode);
        if (outputs.size() != 1) {
            throw new IllegalStateException(
                    "This network has " + outputs.size() + " outputs; outputs(mode) returns them all");
        }
        return outputs.get(0);
    }

    /**
     * Returns the variables by their names, which follow the nesting of the layers and are unique. Last come those that
     * are no layer's, such as one that a function uses, under the names that they were given.
     */
    public Map<String, Variable> variables() {
        return Collections.unmodifiableMap(variables);
    }

    /**
     * Returns the layers and operations from some tensors to the outputs, to be saved and applied again.
     *
     * @param inputs the tensors that the function of the network applied its layers to, usually placeholders
     */
    public LayerGraph graph(List<? extends Tensor> inputs) {
        return LayerGraph.of(inputs, training, calls);
    }

    /** Returns the penalties that the layers leave for the loss in a mode: scalars, each once. */
    public List<Tensor> penalties(Mode mode) {
        return mode == Mode.TRAINING ? trainingPenalties : inferencePenalties;
    }

    /** Returns the layers as they are applied for inference, in that order, an outer one before those in it. */
    public List<LayerSummary> layers() {
        return Collections.unmodifiableList(layers);
    }

    /**
     * Returns a table of the layers with the shapes of their outputs, in which the size of the batch is {@code ?}, and
     * the number and bytes of their parameters, and of the variables that are no layer's.
     */
    public String summary() {
        return LayerSummary.table(
                Stream.concat(layers.stream(), others.stream()).toList());
    }

    /**
     * Returns the layers by their names with those of the layers around them, such as {@code encoder/dense1}, in the
     * order in which they are applied for inference.
     */
    public Map<String, Layer> layersByName() {
        return Collections.unmodifiableMap(applied);
    }

    /**
     * Returns the output of a layer in the graph for inference, for feature maps, attention to what a network sees, or
     * another network on top: Keras's {@code get_layer(name).output}.
     *
     * <pre>{@code
     * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
     * Network network = Network.of(new Sequential(new Dense(3, Activation.RELU), new Dense(1)), x);
     * Tensor features = network.layerOutput("dense1");
     * features.shape(); // [?, 3]
     * }</pre>
     *
     * @param name the name with those of the layers around it; of a layer that is applied several times, the last
     *     output is returned
     * @throws IllegalArgumentException if there is no such layer
     */
    public Tensor layerOutput(String name) {
        Tensor output = layerOutputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("There is no layer " + name + ", but " + layerOutputs.keySet());
        }
        return output;
    }

    // ---- for LayerScope ----

    boolean isFrozen(String name) {
        return frozen.test(name);
    }

    void add(LayerCall call, @Nullable Mode mode) {
        (mode == Mode.TRAINING ? calls : inferenceCalls).add(call);
    }

    void add(int place, LayerSummary summary, Layer layer, Tensor output) {
        layerOutputs.put(summary.path(), output);
        layers.add(place, summary);
        applied.putIfAbsent(summary.path(), layer);
    }

    void add(String name, Variable variable) {
        if (known.add(variable)) {
            variables.put(name, variable);
        }
    }
}
