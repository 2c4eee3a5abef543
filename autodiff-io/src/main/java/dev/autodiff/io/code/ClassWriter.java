package dev.autodiff.io.code;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The writer of the class that builds a graph. */
final class ClassWriter {
    /** The classes that the source may name. */
    private static final List<String> IMPORTS = List.of(
            "dev.autodiff.array.DType",
            "dev.autodiff.array.NDArray",
            "dev.autodiff.array.Shape",
            "dev.autodiff.graph.Activations",
            "dev.autodiff.graph.Arithmetic",
            "dev.autodiff.graph.Arrangement",
            "dev.autodiff.graph.Attention",
            "dev.autodiff.graph.Comparisons",
            "dev.autodiff.graph.Convolutions",
            "dev.autodiff.graph.CrossEntropy",
            "dev.autodiff.graph.Einsum",
            "dev.autodiff.graph.Indexing",
            "dev.autodiff.graph.LinearAlgebra",
            "dev.autodiff.graph.PadMode",
            "dev.autodiff.graph.Pooling",
            "dev.autodiff.graph.Recurrence",
            "dev.autodiff.graph.Reductions",
            "dev.autodiff.graph.Rounding",
            "dev.autodiff.graph.Scans",
            "dev.autodiff.graph.Shaping",
            "dev.autodiff.graph.Sorting",
            "dev.autodiff.graph.Statistics",
            "dev.autodiff.graph.Tensor",
            "dev.autodiff.graph.Tensors",
            "dev.autodiff.graph.Triangles",
            "dev.autodiff.graph.Trigonometry",
            "dev.autodiff.graph.WindowOptions",
            "dev.autodiff.nn.Initializers",
            "dev.autodiff.nn.Placeholder",
            "dev.autodiff.nn.Variable",
            "java.util.List",
            "java.util.Map");

    private final List<Tensor> order;
    private final List<Tensor> outputs;
    private final Map<Placeholder, Tensor> computed;
    private final Identifiers identifiers = new Identifiers();
    private final List<String> fields = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    /**
     * Creates a writer.
     *
     * @param computed the placeholders that are no fields, with what computes them
     */
    ClassWriter(List<Tensor> order, List<Tensor> outputs, Map<Placeholder, Tensor> computed) {
        this.order = order;
        this.outputs = outputs;
        this.computed = computed;
    }

    String write() {
        Map<Tensor, String> results = new LinkedHashMap<>();
        for (Tensor output : outputs) {
            boolean isLeaf = output instanceof Placeholder || output instanceof Variable;
            if (!isLeaf && !results.containsKey(output)) {
                results.put(output, identifiers.of(output.isNamed() ? output.name() : "output"));
            }
        }
        Map<Tensor, String> keys = keys();
        Statements statements = new Statements(identifiers, new HashMap<>(), problems, "        ");
        results.forEach(statements::assignTo);
        computed.forEach(statements::standsFor);
        List<Tensor> needed = statements.needed(order, outputs);
        for (Tensor tensor : needed) {
            if (computed.containsKey(tensor)) {
                statements.write(tensor);
            } else if (tensor instanceof Placeholder) {
                field(statements, tensor, "Placeholder", placeholder(tensor));
            } else if (tensor instanceof Variable variable) {
                field(statements, tensor, "Variable", variable(variable, keys));
            } else {
                Optional<NDArray> constant = GraphCode.value(tensor);
                if (constant.isEmpty()) {
                    statements.write(tensor);
                } else if (GraphCode.isLarge(constant.get())) {
                    statements.constant(tensor, "Tensors.constant(" + array(constant.get(), tensor, keys) + ")");
                } else {
                    statements.constant(tensor, constant.get());
                }
            }
        }
        refuseProblems();
        results.values().forEach(field -> fields.add("public final Tensor " + field + ";"));
        return text(statements);
    }

    private void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new GraphException("The graph cannot be written as Java, since no public function makes "
                    + (problems.size() == 1 ? "one" : String.valueOf(problems.size())) + " of its tensors:\n    "
                    + String.join("\n    ", problems));
        }
    }

    /** Returns the keys of large values, as {@link GraphCode#arrays} gives them. */
    private Map<Tensor, String> keys() {
        Map<String, Tensor> taken = new LinkedHashMap<>();
        for (Tensor tensor : order) {
            GraphCode.value(tensor)
                    .filter(GraphCode::isLarge)
                    .ifPresent(value -> taken.put(GraphCode.unused(tensor, taken), tensor));
        }
        Map<Tensor, String> keys = new HashMap<>();
        taken.forEach((key, tensor) -> keys.put(tensor, key));
        return keys;
    }

    private void field(Statements statements, Tensor tensor, String type, String expression) {
        String name = identifiers.of(tensor.name());
        fields.add("public final " + type + " " + name + ";");
        statements.leaf(tensor, name, expression);
    }

    private static String placeholder(Tensor tensor) {
        String dtype = tensor.dtype() == DType.FLOAT32 ? "" : Literals.dtype(tensor.dtype()) + ", ";
        return "Placeholder.of(" + Literals.text(tensor.name()) + ", " + dtype + Literals.shape(tensor.shape()) + ")";
    }

    private String variable(Variable variable, Map<Tensor, String> keys) {
        String name = Literals.text(variable.name());
        String value = array(variable.value(), variable, keys);
        boolean usual = variable.isTrainable() == variable.dtype().isFloating();
        return usual
                ? "Variable.of(" + name + ", " + value + ")"
                : "Variable.of(" + name + ", " + Literals.dtype(variable.dtype()) + ", "
                        + Literals.shape(variable.shape()) + ", Initializers.value(" + value + "), "
                        + variable.isTrainable() + ")";
    }

    private String array(NDArray value, Tensor tensor, Map<Tensor, String> keys) {
        if (!GraphCode.isLarge(value)) {
            return Literals.array(value);
        }
        String key = keys.getOrDefault(tensor, tensor.name());
        arrays.put(key, value);
        return "arrays.get(" + Literals.text(key) + ")";
    }

    private String text(Statements statements) {
        String body = statements.toString();
        String signature = arrays.isEmpty() ? "Graph()" : "Graph(Map<String, NDArray> arrays)";
        String all = String.join("\n", fields) + signature + body;
        StringBuilder text = new StringBuilder();
        for (String name : new TreeSet<>(IMPORTS)) {
            if (all.matches("(?s).*\\b" + name.substring(name.lastIndexOf('.') + 1) + "\\b.*")) {
                text.append("import ").append(name).append(";\n");
            }
        }
        text.append("\npublic final class Graph {\n");
        fields.forEach(field -> text.append("    ").append(field).append('\n'));
        text.append('\n');
        if (!arrays.isEmpty()) {
            text.append("    /** @param arrays the values of ")
                    .append(String.join(", ", arrays.keySet()).replace("*/", "* /"))
                    .append(" */\n");
        }
        text.append("    public ").append(signature).append(" {\n");
        return text.append(body).append("    }\n}\n").toString();
    }
}
