package dev.autodiff.io.onnx.export;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.RecurrenceBody;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A writer of a graph: placeholders become inputs, variables and constants initializers, and every operation the nodes
 * that its rule in the {@link ExportTable} writes. Names are kept; where two tensors have the same one, the later one
 * gets a number.
 */
public final class GraphWriter {
    /** The most elements of an array of which one copy serves all. */
    private static final int SHARED = 64;

    /** The most variables without values that a message names. */
    private static final int MOST_SHOWN = 5;

    private final int opset;
    private final SymbolicDims symbols;
    /** The nodes of the graph, or of the step of a loop that is being written. */
    private List<NodeProto> nodes = new ArrayList<>();

    private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
    private final Map<List<Object>, String> shared = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    /** The number of times that a name was asked for again. */
    private final Map<String, Integer> copies = new HashMap<>();

    private final Map<Tensor, String> results = new HashMap<>();
    /** The names of truth values that a comparison's 1 and 0 were made of. */
    private final Map<String, String> truths = new HashMap<>();

    /** The results of loops over time, and the names that the loops gave them. */
    private final Map<Tensor, List<Tensor>> loops = new HashMap<>();

    private final Map<Tensor, String> loopNames = new HashMap<>();

    /** The names of unknown dimensions. */
    public interface SymbolicDims {
        /** Returns the name of an unknown dimension of a placeholder. */
        String name(Tensor placeholder, int axis);
    }

    /**
     * Creates a writer.
     *
     * @param opset the version of ONNX's operations
     * @param symbols the names of unknown dimensions
     */
    public GraphWriter(int opset, SymbolicDims symbols) {
        this.opset = opset;
        this.symbols = symbols;
    }

    /**
     * Writes everything that results are computed from.
     *
     * @param computed the placeholders that are no inputs of the file, with what computes them
     * @throws CannotWrite if something cannot be written, with all that cannot and the lines that made it
     */
    public GraphProto write(String name, String doc, List<Tensor> outputs, Map<Placeholder, Tensor> computed) {
        List<Tensor> order = Topology.orderOfMaking(computed.values());
        order.addAll(Topology.orderOfMaking(outputs));
        findLoops(order);
        List<ValueInfoProto> inputs = new ArrayList<>();
        for (Tensor tensor : order) {
            if (tensor instanceof Placeholder && !computed.containsKey(tensor)) {
                if (!names.add(tensor.name())) {
                    throw new CannotWrite("Two placeholders are named " + tensor.name()
                            + ", and an ONNX model is fed by name: name them apart\n    made at "
                            + tensor.sourceLine());
                }
                results.put(tensor, tensor.name());
                inputs.add(input(tensor));
            }
        }
        List<String> outputNames = outputs.stream()
                .map(output -> fresh(outputName(output, outputs)))
                .toList();
        Map<Tensor, String> wanted = new HashMap<>();
        for (int i = 0; i < outputs.size(); i++) {
            wanted.putIfAbsent(outputs.get(i), outputNames.get(i));
        }
        List<String> problems = new ArrayList<>();
        List<Tensor> withoutValues = new ArrayList<>();
        for (Tensor tensor : order) {
            if (tensor instanceof Placeholder) {
                results.put(tensor, result(computed.getOrDefault(tensor, tensor)));
                continue;
            }
            if (tensor instanceof Variable variable && !variable.isInitialized()) {
                withoutValues.add(tensor);
                results.put(tensor, fresh(tensor.name()));
                continue;
            }
            try {
                results.put(tensor, write(tensor, Optional.ofNullable(wanted.get(tensor))));
            } catch (CannotWrite | IllegalStateException e) {
                problems.add(tensor.name() + " (" + tensor.op() + ", " + tensor.sourceLine() + "): " + e.getMessage());
                results.put(tensor, "");
            }
        }
        if (!problems.isEmpty() || !withoutValues.isEmpty()) {
            throw new CannotWrite("The graph cannot be written as ONNX, since "
                    + (problems.isEmpty() ? "" : inexpressible(problems))
                    + (problems.isEmpty() || withoutValues.isEmpty() ? "" : "\nBesides, ")
                    + (withoutValues.isEmpty() ? "" : noValues(withoutValues)));
        }
        List<ValueInfoProto> infos = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            infos.add(output(outputs.get(i), outputNames.get(i)));
        }
        return new GraphProto(name, doc, nodes, List.copyOf(initializers.values()), inputs, infos, false);
    }

    private static String inexpressible(List<String> problems) {
        return "ONNX has no way to say " + (problems.size() == 1 ? "one" : String.valueOf(problems.size()))
                + " of its tensors:\n    " + String.join("\n    ", problems);
    }

    private static String noValues(List<Tensor> variables) {
        int shown = Math.min(MOST_SHOWN, variables.size());
        return (variables.size() == 1 ? "1 variable has" : variables.size() + " variables have") + " no value yet: "
                + variables.subList(0, shown).stream()
                        .map(variable -> variable.name() + " (" + variable.sourceLine() + ")")
                        .collect(Collectors.joining(", "))
                + (shown < variables.size() ? ", ..." : "")
                + ". Variables get values when a session runs something that is computed from them, those of a model"
                + " when it trains, predicts or is saved, or all at once with"
                + " model.session().run(List.copyOf(model.variables().values()))";
    }

    /** Returns the name of a result: its label without the scopes around it, if it is the only one of that label. */
    private static String outputName(Tensor output, List<Tensor> outputs) {
        boolean isAlone = outputs.stream().filter(other -> other != output).noneMatch(other -> label(other)
                .equals(label(output)));
        return output.isNamed() && isAlone ? label(output) : output.name();
    }

    private static String label(Tensor tensor) {
        return tensor.name().substring(tensor.name().lastIndexOf('/') + 1);
    }

    private ValueInfoProto input(Tensor placeholder) {
        List<ValueInfoProto.Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < placeholder.shape().rank(); axis++) {
            int dim = placeholder.shape().dim(axis);
            dims.add(
                    dim == Shape.UNKNOWN
                            ? new ValueInfoProto.Dim(-1, symbols.name(placeholder, axis))
                            : new ValueInfoProto.Dim(dim, ""));
        }
        return new ValueInfoProto(
                placeholder.name(), Weights.type(placeholder.dtype()).code(), dims);
    }

    private ValueInfoProto output(Tensor tensor, String name) {
        if (!name.equals(result(tensor))) { // an input, or the same as another output
            add("Identity", List.of(result(tensor)), List.of(name), Map.of());
        }
        return info(tensor, name);
    }

    private static ValueInfoProto info(Tensor tensor, String name) {
        List<ValueInfoProto.Dim> dims = Arrays.stream(tensor.shape().dims())
                .mapToObj(dim -> new ValueInfoProto.Dim(dim, ""))
                .toList();
        return new ValueInfoProto(name, Weights.type(tensor.dtype()).code(), dims);
    }

    private String write(Tensor tensor, Optional<String> wanted) {
        if (tensor instanceof Variable variable) {
            return initializer(wanted.orElseGet(() -> fresh(tensor.name())), variable.value());
        }
        Optional<NDArray> constant = Leaves.constantValue(tensor);
        if (constant.isPresent()) {
            boolean own = wanted.isPresent() || tensor.isNamed();
            return own
                    ? initializer(wanted.orElseGet(() -> fresh(tensor.name())), constant.get())
                    : constant(constant.get());
        }
        Rule rule = ExportTable.find(tensor.op().type())
                .orElseThrow(() -> new CannotWrite("an operation of one's own, or one without a counterpart in ONNX"));
        if (tensor.inputs().stream().anyMatch(input -> result(input).isEmpty())) {
            return ""; // reported where it began
        }
        int before = nodes.size();
        String result = rule.write(new Emission(this, tensor));
        boolean made =
                nodes.size() > before && nodes.get(nodes.size() - 1).outputs().contains(result);
        if (!made) {
            return result;
        }
        String name = wanted.orElseGet(() -> fresh(tensor.name()));
        rename(nodes.size() - 1, result, name);
        return name;
    }

    private void rename(int index, String from, String to) {
        NodeProto node = nodes.get(index);
        List<String> outputs = node.outputs().stream()
                .map(output -> output.equals(from) ? to : output)
                .toList();
        nodes.set(index, new NodeProto(to, node.domain(), node.opType(), node.inputs(), outputs, node.attributes()));
        String truth = truths.remove(from);
        if (truth != null) {
            truths.put(to, truth);
        }
    }

    // ---- loops over time ----

    private void findLoops(List<Tensor> order) {
        for (Tensor tensor : order) {
            if (tensor.op().type() == Recurrence.SCAN_RESULT) {
                List<Tensor> results = loops.computeIfAbsent(tensor.inputs().get(0), loop -> new ArrayList<>());
                if (!results.contains(tensor)) {
                    results.add(tensor);
                }
            }
        }
    }

    List<Tensor> loopResults(Tensor loop) {
        return List.copyOf(loops.getOrDefault(loop, List.of()));
    }

    void keepLoopResult(Tensor result, String name) {
        loopNames.put(result, name);
    }

    String loopResult(Tensor result) {
        return String.valueOf(loopNames.get(result));
    }

    /**
     * Writes the graph of the steps of a loop.
     *
     * @param captured the operands in the places of those that the body captured
     * @param roots the states after a step, and what is wanted besides
     */
    GraphProto body(String name, RecurrenceBody body, List<Tensor> captured, List<Tensor> roots) {
        List<NodeProto> outside = nodes;
        Set<Tensor> known = new HashSet<>(results.keySet());
        nodes = new ArrayList<>();
        try {
            List<ValueInfoProto> inputs = new ArrayList<>();
            for (List<Tensor> leaves : List.of(body.states(), body.inputs())) {
                for (Tensor leaf : leaves) {
                    results.put(leaf, fresh(name + "/" + leaf.name()));
                    inputs.add(info(leaf, result(leaf)));
                }
            }
            for (int i = 0; i < captured.size(); i++) {
                results.put(body.captured().get(i), result(captured.get(i)));
            }
            List<Tensor> order = Topology.orderOfMaking(roots);
            findLoops(order);
            for (Tensor tensor : order) {
                if (!results.containsKey(tensor)) {
                    results.put(tensor, write(tensor, Optional.empty()));
                }
            }
            List<ValueInfoProto> outputs = new ArrayList<>();
            for (Tensor root : roots) {
                String output = fresh(name + "/" + root.name() + "/result");
                add("Identity", List.of(result(root)), List.of(output), Map.of());
                outputs.add(info(root, output));
            }
            return new GraphProto(name, "", nodes, List.of(), inputs, outputs, false);
        } finally {
            nodes = outside;
            results.keySet().retainAll(known);
        }
    }

    // ---- for emissions ----

    int opset() {
        return opset;
    }

    String result(Tensor tensor) {
        return String.valueOf(results.get(tensor));
    }

    Map<String, String> truths() {
        return truths;
    }

    /** Returns a name that no other value has. */
    String fresh(String name) {
        String candidate = name;
        while (!names.add(candidate)) {
            candidate = name + "_" + copies.merge(name, 1, Integer::sum);
        }
        return candidate;
    }

    void add(String opType, List<String> inputs, List<String> outputs, Map<String, AttributeProto> attributes) {
        nodes.add(new NodeProto(outputs.get(0), "", opType, inputs, outputs, attributes));
    }

    /** Returns the name of a constant, one for all that are small and equal. */
    String constant(NDArray value) {
        return constant(Weights.of("constant", value), value.size());
    }

    /** Returns the name of a constant of 64-bit numbers. */
    String constant(long[] dims, long... values) {
        return constant(Weights.of("constant", dims, values), values.length);
    }

    private String constant(TensorProto tensor, int size) {
        if (size > SHARED) {
            return initializer(fresh("constant"), tensor);
        }
        List<Object> key = List.of(
                tensor.typeCode(),
                Arrays.toString(tensor.dims()),
                Optional.ofNullable(tensor.raw()).orElse(ByteBuffer.allocate(0)));
        String known = shared.get(key);
        if (known == null) {
            known = initializer(fresh("constant"), tensor);
            shared.put(key, known);
        }
        return known;
    }

    private String initializer(String name, NDArray value) {
        return initializer(name, Weights.of(name, value));
    }

    private String initializer(String name, TensorProto tensor) {
        initializers.put(name, tensor.named(name));
        return name;
    }
}
