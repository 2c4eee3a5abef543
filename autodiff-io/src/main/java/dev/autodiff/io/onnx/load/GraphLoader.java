package dev.autodiff.io.onnx.load;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A loader of a graph: inputs become placeholders, tensors of the file variables or constants, and every node what its
 * rule in the {@link LoadTable} makes of it.
 *
 * <p>A floating-point tensor with at least one axis becomes a variable that can be trained further, one without axes a
 * constant, as numbers in formulas are. The moving averages of a batch normalisation are variables that are not
 * trained.
 */
public final class GraphLoader {
    /** The operands of operations that are no parameters to be trained, by their positions. */
    private static final Map<String, Set<Integer>> NOT_TRAINED = Map.of("BatchNormalization", Set.of(3, 4));

    private static final long MOST_IN_BODIES = 1 << 18;

    private final int opset;
    private final ExternalData external;
    private final Map<String, Integer> lengths;
    private final Map<String, Item> items = new HashMap<>();
    private final Map<String, Variable> variables = new LinkedHashMap<>();
    private final Map<String, Placeholder> inputs = new LinkedHashMap<>();
    private final Set<String> fixed = new HashSet<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final LoadContext context = new Context();
    private final Map<String, Integer> typeCodes = new HashMap<>();
    /** The number of nodes in bodies, each as often as it is loaded. */
    private long loadedInBodies;
    /** The names of open dimensions. */
    private final Set<String> open = new TreeSet<>();

    /**
     * Creates a loader.
     *
     * @param lengths lengths for open dimensions, by their names
     */
    public GraphLoader(int opset, ExternalData external, Map<String, Integer> lengths) {
        this.opset = opset;
        this.external = external;
        this.lengths = lengths;
    }

    /**
     * Loads a graph.
     *
     * @throws CannotLoad if operations are not known, which are all named, or something else is wrong
     */
    public LoadedGraph load(GraphProto graph) {
        refuseUnknown(graph);
        findFixed(graph);
        for (TensorProto tensor : graph.initializers()) {
            typeCodes.put(tensor.name(), tensor.typeCode());
            if (items.put(tensor.name(), about("the tensor " + tensor.name(), () -> initializer(tensor))) != null) {
                throw new CannotLoad("has two tensors named " + tensor.name());
            }
        }
        for (ValueInfoProto input : graph.inputs()) {
            if (!items.containsKey(input.name())) { // old files name tensors of the file here too
                Placeholder placeholder = about("the input " + input.name(), () -> input(input));
                inputs.put(input.name(), placeholder);
                items.put(input.name(), Item.of(placeholder));
            }
        }
        refuseUnusedLengths(graph);
        List<String> problems = new ArrayList<>();
        Set<String> lost = new HashSet<>();
        boolean lengthsHelp = false;
        for (int i = 0; i < graph.nodes().size(); i++) {
            NodeProto node = graph.nodes().get(i);
            if (node.inputs().stream().anyMatch(lost::contains)) {
                lost.addAll(node.outputs()); // reported where it began
                continue;
            }
            try {
                load(node);
            } catch (CannotLoad | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
                problems.add(describe(node, i) + " " + e.getMessage());
                lengthsHelp |= lengthsMayHelp(node, e);
                lost.addAll(node.outputs());
            }
        }
        if (!problems.isEmpty()) {
            throw new CannotLoad(
                    "cannot be read:\n    " + String.join("\n    ", problems) + (lengthsHelp ? hint() : ""));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (ValueInfoProto output : graph.outputs()) {
            outputs.put(output.name(), about("the output " + output.name(), () -> output(output)));
        }
        return new LoadedGraph(inputs, outputs, variables, tensors);
    }

    /**
     * Tells whether a node that failed may have done so because a dimension is open: a graph's own errors say so,
     * or are of other mistakes.
     */
    private boolean lengthsMayHelp(NodeProto node, RuntimeException e) {
        if (e instanceof GraphException && !String.valueOf(e.getMessage()).contains("known")) {
            return false;
        }
        boolean complete = node.inputs().stream().allMatch(input -> input.isEmpty() || items.containsKey(input));
        boolean hasBody = node.attributes().values().stream().anyMatch(attribute -> attribute.graph() != null);
        return complete
                && (hasBody
                        || node.inputs().stream()
                                .flatMap(input -> Optional.ofNullable(items.get(input)).stream())
                                .anyMatch(Item::isOpen));
    }

    /** Returns what helps where a shape must be known. */
    private String hint() {
        open.remove("");
        return open.isEmpty()
                ? ""
                : "\nOpen dimensions are " + String.join(", ", open) + "; where a shape must be known, lengths for them"
                        + " help: OnnxModel.read(file, Map.of(\""
                        + open.iterator().next() + "\", 3))";
    }

    private void refuseUnusedLengths(GraphProto graph) {
        Set<String> symbols = new TreeSet<>();
        for (ValueInfoProto input : graph.inputs()) {
            input.shape().ifPresent(dims -> dims.forEach(dim -> symbols.add(dim.symbol())));
        }
        symbols.remove("");
        for (Map.Entry<String, Integer> length : lengths.entrySet()) {
            if (!symbols.contains(length.getKey()) || length.getValue() < 0) {
                throw new CannotLoad("has no open dimension \"" + length.getKey() + "\" for the length "
                        + length.getValue() + "; it has " + (symbols.isEmpty() ? "none with a name" : symbols));
            }
        }
    }

    private interface Part<T> {
        T make();
    }

    private static <T> T about(String what, Part<T> part) {
        try {
            return part.make();
        } catch (CannotLoad | IllegalArgumentException | ArithmeticException e) {
            throw new CannotLoad("cannot be read: " + what + " " + e.getMessage(), e);
        }
    }

    // ---- operations ----

    private static void findUnknown(GraphProto graph, Map<String, List<String>> unknown) {
        for (int i = 0; i < graph.nodes().size(); i++) {
            NodeProto node = graph.nodes().get(i);
            if (!node.domain().isEmpty() || LoadTable.find(node.opType()).isEmpty()) {
                unknown.computeIfAbsent(operation(node), key -> new ArrayList<>())
                        .add(label(node, i));
            }
            for (AttributeProto attribute : node.attributes().values()) {
                Optional.ofNullable(attribute.graph()).ifPresent(inner -> findUnknown(inner, unknown));
            }
        }
    }

    private static void refuseUnknown(GraphProto graph) {
        Map<String, List<String>> unknown = new LinkedHashMap<>();
        findUnknown(graph, unknown);
        if (!unknown.isEmpty()) {
            StringBuilder text = new StringBuilder("has operations that are not known here:");
            unknown.forEach((operation, nodes) -> {
                int shown = Math.min(5, nodes.size());
                text.append("\n    ").append(operation).append(": ");
                text.append(String.join(", ", nodes.subList(0, shown)));
                text.append(shown < nodes.size() ? ", ... (" + nodes.size() + " nodes)" : "");
            });
            throw new CannotLoad(text.toString());
        }
    }

    private static String operation(NodeProto node) {
        return node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
    }

    private static String label(NodeProto node, int index) {
        return node.name().isEmpty() ? "node " + index : node.name();
    }

    private static String describe(NodeProto node, int index) {
        return "node " + index + (node.name().isEmpty() ? "" : ", " + node.name()) + " (" + operation(node) + "):";
    }

    private void load(NodeProto node) {
        List<Optional<Item>> operands = new ArrayList<>();
        for (String input : node.inputs()) {
            if (!input.isEmpty() && !items.containsKey(input)) {
                throw new CannotLoad("needs \"" + input + "\", which nothing before makes");
            }
            operands.add(Optional.ofNullable(items.get(input)));
        }
        LoadNode n = new LoadNode(node, operands, context);
        List<Item> results = Folding.fold(n).map(List::of).orElseGet(() -> computed(n));
        for (int i = 0; i < node.outputs().size(); i++) {
            String name = node.outputs().get(i);
            if (name.isEmpty()) {
                continue;
            }
            if (i >= results.size()) {
                throw new CannotLoad("has the result " + (i + 1) + ", \"" + name + "\", which is not computed here");
            }
            if (items.put(name, results.get(i)) != null) {
                throw new CannotLoad("makes \"" + name + "\" a second time");
            }
            keep(results.get(i), name);
        }
    }

    private static List<Item> computed(LoadNode n) {
        List<Item> results = LoadTable.find(n.node().opType()).orElseThrow().load(n);
        return n.hasBody() || n.node().opType().startsWith("Random")
                ? results
                : results.stream().map(item -> Folding.computed(n, item)).toList();
    }

    /** Keeps a tensor, and gives it the name that it has in the file, unless it has another one. */
    private void keep(Item item, String name) {
        if (item.longs().isEmpty()) {
            Tensor tensor = item.tensor();
            tensors.put(name, tensor);
            if (!tensor.isNamed()) {
                tensor.named(name);
            }
        }
    }

    // ---- the model around a node ----

    private final class Context implements LoadContext {
        @Override
        public int opset() {
            return opset;
        }

        @Override
        public ExternalData external() {
            return external;
        }

        @Override
        public ElementType typeInFile(String name) {
            return Elements.type(Optional.ofNullable(typeCodes.get(name))
                    .orElseThrow(() -> new CannotLoad("depends on the type of \"" + name + "\", which is computed")));
        }

        @Override
        public List<Item> body(GraphProto graph, List<Item> operands) {
            loadedInBodies += graph.nodes().size() + 1 + items.size() / 16;
            if (loadedInBodies > MOST_IN_BODIES) {
                throw new CannotLoad("has loops that are too long to be unrolled");
            }
            if (operands.size() > graph.inputs().size()) {
                throw new CannotLoad("has a body of " + graph.inputs().size() + " inputs for " + operands.size());
            }
            Map<String, Item> outside = new HashMap<>(items);
            try {
                for (TensorProto tensor : graph.initializers()) {
                    items.put(tensor.name(), about("the tensor " + tensor.name(), () -> initializer(tensor)));
                }
                for (int i = 0; i < operands.size(); i++) {
                    items.put(graph.inputs().get(i).name(), operands.get(i));
                }
                for (int i = 0; i < graph.nodes().size(); i++) {
                    NodeProto node = graph.nodes().get(i);
                    try {
                        load(node);
                    } catch (CannotLoad
                            | IllegalArgumentException
                            | ArithmeticException
                            | IndexOutOfBoundsException e) {
                        throw new CannotLoad("has a body with " + describe(node, i) + " " + e.getMessage(), e);
                    }
                }
                List<Item> results = new ArrayList<>();
                for (ValueInfoProto output : graph.outputs()) {
                    Item item = items.get(output.name());
                    if (item == null) {
                        throw new CannotLoad("has a body whose result \"" + output.name() + "\" is made by no node");
                    }
                    results.add(item);
                }
                return results;
            } finally {
                items.clear();
                items.putAll(outside);
            }
        }
    }

    // ---- leaves ----

    private void findFixed(GraphProto graph) {
        for (NodeProto node : graph.nodes()) {
            for (int position : NOT_TRAINED.getOrDefault(node.opType(), Set.of())) {
                if (position < node.inputs().size()) {
                    fixed.add(node.inputs().get(position));
                }
            }
        }
    }

    private Item initializer(TensorProto tensor) {
        Item constant = Elements.item(tensor, external);
        if (constant.longs().isPresent() || tensor.dims().length == 0) {
            return constant;
        }
        NDArray value = constant.array().orElseThrow();
        return Item.ofVariable(value, () -> variable(tensor.name(), value));
    }

    private Variable variable(String name, NDArray value) {
        Variable variable = fixed.contains(name)
                ? Variable.of(name, value.dtype(), value.shape(), Initializers.value(value), false)
                : Variable.of(name, value);
        variable.assign(value);
        variables.put(name, variable);
        return variable;
    }

    private Placeholder input(ValueInfoProto input) {
        if (input.typeCode() == 0) {
            throw new CannotLoad("is no tensor");
        }
        typeCodes.put(input.name(), input.typeCode());
        DType dtype = Elements.dtype(Elements.type(input.typeCode()));
        List<ValueInfoProto.Dim> dims = input.shape().orElseThrow(() -> new CannotLoad("has no known number of axes"));
        int[] known = new int[dims.size()];
        for (int i = 0; i < known.length; i++) {
            ValueInfoProto.Dim dim = dims.get(i);
            Integer length = lengths.get(dim.symbol());
            if (dim.value() > Integer.MAX_VALUE || (dim.value() < 0 && dim.value() != -1)) {
                throw new CannotLoad("has a dimension of " + dim.value());
            }
            known[i] = dim.value() >= 0 ? (int) dim.value() : length == null ? Shape.UNKNOWN : length;
        }
        Placeholder placeholder = Placeholder.of(input.name(), dtype, Shape.of(known));
        for (int i = 0; i < known.length; i++) {
            if (known[i] == Shape.UNKNOWN) {
                open.add(dims.get(i).symbol());
            }
        }
        return placeholder;
    }

    /** Returns a result, whole numbers and truth values as INT32. */
    private Tensor output(ValueInfoProto output) {
        Item item = items.get(output.name());
        if (item == null) {
            throw new CannotLoad("is made by no node");
        }
        Tensor tensor = item.tensor();
        DType declared = output.typeCode() == 0 ? tensor.dtype() : Elements.dtype(Elements.type(output.typeCode()));
        return tensor.dtype() == declared ? tensor : tensor.cast(declared).named(output.name());
    }
}
