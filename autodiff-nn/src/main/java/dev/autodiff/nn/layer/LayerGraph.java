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
import java.util.Objects;
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
 * <p>Known are the operations that make new tensors of others element by element, along axes or by another order, and
 * constants. Others, and layers that are given more than their input, are named by an {@link
 * UnsupportedOperationException} when the description is written.
 */
public final class LayerGraph implements Described {
    static final String CALL = "Call";
    static final String OPERATION = "Operation";

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
        Map<Tensor, LayerCall> byOutput = new HashMap<>();
        for (LayerCall call : calls) {
            if (!call.inputs().contains(call.output())) { // or else it changes nothing
                byOutput.putIfAbsent(call.output(), call);
            }
        }
        List<Tensor> order = new ArrayList<>();
        Set<Tensor> seen = new HashSet<>(inputs);
        Deque<Tensor> next = new ArrayDeque<>(outputs);
        next.addAll(byOutput.keySet()); // a layer whose output is not used has variables too
        while (!next.isEmpty()) {
            Tensor tensor = next.remove();
            if (seen.add(tensor)) {
                order.add(tensor);
                next.addAll(sources(tensor, byOutput));
            }
        }
        order.sort(Comparator.comparingLong(Tensor::id));
        Map<Tensor, Integer> numbers = new HashMap<>();
        inputs.forEach(input -> numbers.putIfAbsent(input, numbers.size()));
        List<Described> nodes = new ArrayList<>();
        for (Tensor tensor : order) {
            LayerCall call = byOutput.get(tensor);
            int[] of = numbers(sources(tensor, byOutput), numbers);
            nodes.add(node(tensor, call, of));
            numbers.put(tensor, inputs.size() + nodes.size() - 1);
        }
        return new LayerGraph(inputs.size(), nodes, numbers(outputs, numbers));
    }

    /** Returns what a tensor is made of: the inputs of a layer, or the operands of an operation. */
    private static List<Tensor> sources(Tensor tensor, Map<Tensor, LayerCall> byOutput) {
        LayerCall call = byOutput.get(tensor);
        return call == null ? Operations.operands(tensor) : call.inputs();
    }

    private static int[] numbers(Collection<Tensor> tensors, Map<Tensor, Integer> numbers) {
        return tensors.stream()
                .mapToInt(tensor -> Objects.requireNonNull(numbers.get(tensor)))
                .toArray();
    }

    /** Returns what describes itself when it is written, as it may not be possible. */
    private static Described node(Tensor tensor, @Nullable LayerCall call, int... of) {
        if (call == null) {
            return () -> operation(tensor, of);
        }
        LayerCall known = call;
        return () -> call(known, of);
    }

    private static Config operation(Tensor tensor, int... of) {
        return Operations.describe(tensor, Config.of(OPERATION)).with("of", of);
    }

    private static Config call(LayerCall call, int... of) {
        String layer = "the " + call.layer().kind() + " " + call.name() + " ";
        if (of.length > call.layer().mostInputs()) {
            throw new UnsupportedOperationException(
                    layer + "is given more than its input, such as a mask or states, which cannot be described");
        }
        if (reachesFed(call)) {
            throw new UnsupportedOperationException(
                    layer + "uses tensors of the graph besides its input, which cannot be described");
        }
        Config config = Config.of(CALL).with("layer", call.layer()).with("name", call.name());
        return (call.mode() == null ? config : config.with("mode", call.mode().name())).with("of", of);
    }

    /** Returns whether an output depends on what is fed, besides the inputs of the layer and their masks. */
    private static boolean reachesFed(LayerCall call) {
        Set<Tensor> seen = new HashSet<>(call.inputs());
        for (Tensor before : Topology.order(call.inputs())) {
            before.op().attributes().find(Attachments.MASK).ifPresent(seen::add);
        }
        Deque<Tensor> next = new ArrayDeque<>(List.of(call.output()));
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
        for (int i = 0; i < nodes.size(); i++) {
            checkEarlier(inputs + i, nodes.get(i).integers("of"));
        }
        checkEarlier(inputs + nodes.size(), graph.outputs);
        return graph;
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
        for (Described node : nodes) {
            Config config = node.config();
            List<Tensor> in =
                    Arrays.stream(config.integers("of")).mapToObj(values::get).toList();
            if (config.kind().equals(CALL)) {
                Layer layer = config.object("layer", Layer.class);
                LayerScope.presetName(layer, config.text("name"));
                values.add(layer.applyTo(in, config.has("mode") ? Mode.valueOf(config.text("mode")) : null));
            } else {
                values.add(Operations.apply(config, in));
            }
        }
        return Arrays.stream(outputs).mapToObj(values::get).toList();
    }
}
