package dev.autodiff.nn.layer;

import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The layers that a function applied, and the operations between them, as data: so a model of a function, with
 * branches, sums and several inputs, is saved without its code.
 *
 * <pre>{@code
 * Placeholder left = Placeholder.of("left", Shape.of(Shape.UNKNOWN, 4));
 * Placeholder right = Placeholder.of("right", Shape.of(Shape.UNKNOWN, 4));
 * Layer encoder = new Dense(3).named("encoder");
 * Network network = Network.of(() -> List.of(encoder.apply(left).sub(encoder.apply(right)).abs()));
 * String json = network.graph(List.of(left, right)).config().toString();
 * LayerGraph read = (LayerGraph) LayerKinds.all().read(json);
 * Network same = Network.of(() -> read.apply(List.of(left, right)));
 * same.variables().keySet(); // [encoder/weights, encoder/bias]
 * }</pre>
 *
 * <p>Known are the operations that make new tensors of others element by element, along axes or by another order,
 * random numbers, and constants; layers over sequences may begin with states of others, and weights of layers may be
 * used again. Whatever else there is, an {@link UnsupportedOperationException} names it when the description is
 * written.
 */
public final class LayerGraph implements Described {
    static final String CALL = "Call";
    static final String OPERATION = "Operation";
    static final String WEIGHT = "Weight";

    private final int inputs;

    /** The makers of tensors, of earlier ones, whose numbers are their {@code of}: inputs come first, then these. */
    private final List<Described> nodes;

    private final int[] outputs;

    private LayerGraph(int inputs, List<Described> nodes, int... outputs) {
        this.inputs = inputs;
        this.nodes = List.copyOf(nodes);
        this.outputs = outputs.clone();
    }

    // ---- writing ----

    /**
     * Returns the way from some tensors to others.
     *
     * @param calls the applications of layers
     */
    static LayerGraph of(List<? extends Tensor> inputs, List<Tensor> outputs, List<LayerCall> calls) {
        Map<Tensor, LayerCall> byResult = new HashMap<>();
        Map<Tensor, LayerCall> byWeight = new HashMap<>(); // those that a function uses again, such as tied ones
        Deque<Tensor> next = new ArrayDeque<>(outputs);
        for (LayerCall call : calls) {
            if (!call.inputs().contains(call.output())) { // or else it changes nothing
                call.results().forEach(result -> byResult.putIfAbsent(result, call));
                next.add(call.output()); // a layer whose output is not used has variables too
                call.layer().variables().forEach(weight -> byWeight.putIfAbsent(weight, call));
            }
        }
        List<Tensor> order = new ArrayList<>();
        Set<Tensor> seen = new HashSet<>(inputs);
        while (!next.isEmpty()) {
            Tensor tensor = next.remove();
            if (seen.add(tensor)) {
                order.add(tensor);
                next.addAll(sources(tensor, byResult));
            }
        }
        order.sort(Comparator.comparingLong((Tensor tensor) -> {
                    LayerCall owner = byWeight.get(tensor);
                    return owner == null ? tensor.id() : owner.output().id(); // weights come after their layer
                })
                .thenComparing(byWeight::containsKey));
        Map<Tensor, Integer> numbers = new HashMap<>();
        inputs.forEach(input -> numbers.putIfAbsent(input, numbers.size()));
        List<Described> nodes = new ArrayList<>();
        int count = inputs.size();
        for (Tensor tensor : order) {
            LayerCall call = byResult.get(tensor);
            LayerCall owner = byWeight.get(tensor);
            if (owner != null) {
                nodes.add(() -> weight(owner, tensor));
                numbers.put(tensor, count++);
            } else if (call == null) {
                int[] of = numbers(Operations.operands(tensor), numbers);
                nodes.add(() -> operation(tensor, of)); // described when it is written, as it may not be possible
                numbers.put(tensor, count++);
            } else if (!numbers.containsKey(tensor)) {
                int[] of = numbers(call.inputs(), numbers);
                int[] states = numbers(call.states(), numbers);
                List<Tensor> results =
                        call.finalStates().stream().anyMatch(seen::contains) ? call.results() : List.of(call.output());
                nodes.add(() -> call(call, of, states, results.size()));
                for (Tensor result : results) {
                    numbers.put(result, count++);
                }
            }
        }
        return new LayerGraph(inputs.size(), nodes, numbers(outputs, numbers));
    }

    /** Returns what a tensor is made of: the inputs of a layer, or the operands of an operation. */
    private static List<Tensor> sources(Tensor tensor, Map<Tensor, LayerCall> byResult) {
        LayerCall call = byResult.get(tensor);
        return call == null ? Operations.operands(tensor) : call.sources();
    }

    /** Returns the numbers of tensors; -1 for the weights of a layer that is applied later. */
    private static int[] numbers(Collection<Tensor> tensors, Map<Tensor, Integer> numbers) {
        return tensors.stream()
                .mapToInt(tensor -> numbers.getOrDefault(tensor, -1))
                .toArray();
    }

    private static Config weight(LayerCall owner, Tensor weight) {
        return Config.of(WEIGHT)
                .with("layer", owner.name())
                .with("number", owner.layer().variables().indexOf(weight))
                .with("of", new int[0]);
    }

    private static Config operation(Tensor tensor, int... of) {
        if (Arrays.stream(of).anyMatch(number -> number < 0)) {
            throw new UnsupportedOperationException(tensor.describe()
                    + " uses the weights of a layer that is applied later, made at " + tensor.sourceLine());
        }
        return Operations.describe(tensor, Config.of(OPERATION)).with("of", of);
    }

    private static Config call(LayerCall call, int[] of, int[] states, int results) {
        String layer = "the " + call.layer().kind() + " " + call.name() + " ";
        if (reachesFed(call)) {
            throw new UnsupportedOperationException(
                    layer + "uses tensors of the graph besides its input, which cannot be described");
        }
        Config config = Config.of(CALL).with("layer", call.layer()).with("name", call.name());
        config = call.mode() == null ? config : config.with("mode", call.mode().name());
        config = config.with("of", of);
        config = states.length == 0 ? config : config.with("states", states);
        return results == 1 ? config : config.with("results", results);
    }

    /** Returns whether an output depends on what is fed, besides the inputs of the layer and their masks. */
    private static boolean reachesFed(LayerCall call) {
        Set<Tensor> seen = new HashSet<>(call.sources());
        for (Tensor before : Topology.order(call.inputs())) {
            before.op().attributes().find(Attachments.MASK).ifPresent(seen::add);
        }
        Deque<Tensor> next = new ArrayDeque<>(call.results());
        while (!next.isEmpty()) {
            Tensor tensor = next.remove();
            if (seen.add(tensor)) {
                if (tensor.op().type() == Leaves.PLACEHOLDER) {
                    return true;
                }
                next.addAll(tensor.inputs());
            }
        }
        return false;
    }

    /**
     * Describes layers and operations.
     *
     * @throws UnsupportedOperationException if one cannot be described, when the description is written as text
     */
    @Override
    public Config config() {
        return Config.of("Graph").with("inputs", inputs).with("nodes", nodes).with("outputs", outputs);
    }

    // ---- reading ----

    static LayerGraph read(Config config) {
        List<Config> nodes = config.objects("nodes", Config.class);
        int inputs = config.integer("inputs");
        LayerGraph graph = new LayerGraph(inputs, List.copyOf(nodes), config.integers("outputs"));
        int count = inputs;
        for (Config node : nodes) {
            checkEarlier(count, node.integers("of"));
            checkEarlier(count, states(node));
            count += results(node);
        }
        checkEarlier(count, graph.outputs);
        return graph;
    }

    private static int[] states(Config node) {
        return node.has("states") ? node.integers("states") : new int[0];
    }

    private static int results(Config node) {
        return node.has("results") ? node.integer("results") : 1;
    }

    private static void checkEarlier(int before, int... numbers) {
        for (int number : numbers) {
            if (number < 0 || number >= before) {
                throw new IllegalArgumentException("A graph is made of earlier tensors, but number " + number
                        + " is not among the first " + before);
            }
        }
    }

    /**
     * Applies the layers and operations, as the function did; the layers have the names that they had there.
     *
     * @param to the inputs
     * @return the outputs
     * @throws IllegalArgumentException if there are not as many inputs
     */
    public List<Tensor> apply(List<? extends Tensor> to) {
        if (to.size() != inputs) {
            throw new IllegalArgumentException("This graph has " + inputs + " inputs, but " + to.size() + " are given");
        }
        List<Tensor> values = new ArrayList<>(to);
        Map<String, Layer> layers = new HashMap<>();
        for (Described node : nodes) {
            Config config = node.config();
            List<Tensor> in =
                    Arrays.stream(config.integers("of")).mapToObj(values::get).toList();
            if (config.kind().equals(CALL)) {
                List<Tensor> states =
                        Arrays.stream(states(config)).mapToObj(values::get).toList();
                layers.put(config.text("name"), config.object("layer", Layer.class));
                values.addAll(call(config, in, states));
            } else if (config.kind().equals(WEIGHT)) {
                values.add(weight(config, layers.get(config.text("layer"))));
            } else {
                values.add(Operations.apply(config, in));
            }
        }
        return Arrays.stream(outputs).mapToObj(values::get).toList();
    }

    private static Tensor weight(Config config, @Nullable Layer layer) {
        int number = config.integer("number");
        if (layer == null || number < 0 || number >= layer.variables().size()) {
            throw new IllegalArgumentException(
                    "There is no weight " + number + " of a layer " + config.text("layer") + " before it is used");
        }
        return layer.variables().get(number);
    }

    private static List<Tensor> call(Config config, List<Tensor> in, List<Tensor> states) {
        Layer layer = config.object("layer", Layer.class);
        LayerScope.presetName(layer, config.text("name"));
        Mode mode = config.has("mode") ? Mode.valueOf(config.text("mode")) : null;
        int count = results(config);
        if (layer instanceof SequenceLayer sequences && (count > 1 || !states.isEmpty() || in.size() > 1)) {
            SequenceOutput all = sequences.applyTo(in, states, mode);
            List<Tensor> results = new ArrayList<>(List.of(all.output()));
            results.addAll(all.states());
            if (count == 1 || count == results.size()) {
                return results.subList(0, count);
            }
        } else if (count == 1 && states.isEmpty()) {
            return List.of(layer.applyTo(in, mode));
        }
        throw new IllegalArgumentException("A " + layer.kind() + " has not " + count + " results of " + in.size()
                + " inputs and " + states.size() + " states");
    }
}
