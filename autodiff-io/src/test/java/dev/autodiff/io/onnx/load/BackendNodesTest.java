package dev.autodiff.io.onnx.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.OnnxModel;
import dev.autodiff.io.onnx.schema.ElementType;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * ONNX's published tests of its operations. {@code backend_nodes.py}, beside the tests' models, writes those of single
 * operations; others are in the Python package, {@code onnx/backend/test/data}. Run with {@code -Donnx.nodes=} and
 * their directories; prints how many pass, and why the others do not.
 */
@EnabledIfSystemProperty(named = "onnx.nodes", matches = ".+")
class BackendNodesTest {
    private static final String PASSED = "passed";

    private final Map<String, List<String>> outcomes = new TreeMap<>();

    @Test
    void publishedNodeTests() throws IOException {
        List<Path> tests = new ArrayList<>();
        for (String directory : System.getProperty("onnx.nodes").split(File.pathSeparator, -1)) {
            try (Stream<Path> all = Files.list(Path.of(directory))) {
                all.filter(test -> Files.exists(test.resolve("model.onnx")))
                        .sorted()
                        .forEach(tests::add);
            }
        }
        int floats = 0;
        int floatsPassed = 0;
        for (Path test : tests) {
            ModelProto model = ModelProto.read(reader(test.resolve("model.onnx")));
            String outcome = outcome(model, test);
            outcomes.computeIfAbsent(outcome, key -> new ArrayList<>()).add(String.valueOf(test.getFileName()));
            boolean ofFloats = !outcome.startsWith("outside") && isOfFloats(model.graph());
            floats += ofFloats ? 1 : 0;
            floatsPassed += ofFloats && outcome.equals(PASSED) ? 1 : 0;
        }
        outcomes.forEach((outcome, names) -> System.out.println(
                names.size() + " " + outcome + (outcome.equals(PASSED) ? "" : ": " + String.join(" ", names))));
        int outside = outcomes.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("outside"))
                .mapToInt(entry -> entry.getValue().size())
                .sum();
        int passed = outcomes.getOrDefault(PASSED, List.of()).size();
        System.out.println(passed + " of " + (tests.size() - outside) + " pass, of those whose operands and results are"
                + " all FLOAT or DOUBLE " + floatsPassed + " of " + floats + "; " + outside + " are outside of what is"
                + " read");
        assertTrue(passed > (tests.size() - outside) * 3 / 4, "most tests pass");
    }

    private static ProtoReader reader(Path file) throws IOException {
        return ProtoReader.of(ByteBuffer.wrap(Files.readAllBytes(file)));
    }

    private static Stream<ValueInfoProto> operandsAndResults(GraphProto graph) {
        return Stream.concat(graph.inputs().stream(), graph.outputs().stream());
    }

    private static boolean isOfFloats(GraphProto graph) {
        return operandsAndResults(graph)
                .allMatch(each ->
                        each.typeCode() == ElementType.FLOAT.code() || each.typeCode() == ElementType.DOUBLE.code());
    }

    private static String outcome(ModelProto model, Path test) {
        long opset = model.opsets().getOrDefault("", 0L);
        for (NodeProto node : model.graph().nodes()) {
            if (!node.domain().isEmpty()) {
                return "outside, of the operations of " + node.domain();
            }
        }
        if (opset < OnnxModel.OLDEST_OPSET) {
            return "outside, before version " + OnnxModel.OLDEST_OPSET;
        }
        if (operandsAndResults(model.graph()).anyMatch(each -> !isRead(each.typeCode()))) {
            return "outside, of other types";
        }
        try {
            List<String> differences = new ArrayList<>();
            for (int set = 0; Files.exists(test.resolve("test_data_set_" + set)); set++) {
                differences.add(run(model, test.resolve("test_data_set_" + set)));
            }
            return differences.stream()
                    .filter(each -> !each.isEmpty())
                    .findFirst()
                    .orElse(PASSED);
        } catch (CannotLoad e) {
            String reason = String.valueOf(e.getMessage());
            return "refused: "
                    + reason.replaceAll("(?s).*\\n    (?=node)", "")
                            .replaceAll("(?s).*known here:\\n *([A-Za-z0-9]+).*", "unknown operation $1")
                            .replaceAll("(?s)\\n.*", "")
                            .replaceAll("node \\d+[^(]*\\(", "(")
                            .replaceAll("\\d+", "#");
        } catch (RuntimeException | IOException | StackOverflowError e) {
            return "FAILED: " + e.toString().lines().findFirst().orElse("");
        }
    }

    /** Returns whether there is a type for a number. */
    private static boolean isRead(long typeCode) {
        try {
            Elements.dtype(Elements.type(typeCode));
            return true;
        } catch (CannotLoad e) {
            return false;
        }
    }

    /** Loads a model; where constants are needed, operands but the first, or all of them, become part of it. */
    private static LoadedGraph load(ModelProto model, Path data) throws IOException {
        int opset = (int) (long) model.opsets().getOrDefault("", 0L);
        GraphProto graph = model.graph();
        for (int from = graph.inputs().size(); ; from = from > 1 ? 1 : 0) {
            List<TensorProto> constants = new ArrayList<>(graph.initializers());
            for (int i = from; i < graph.inputs().size(); i++) {
                TensorProto fed = TensorProto.read(reader(data.resolve("input_" + i + ".pb")));
                constants.add(fed.named(graph.inputs().get(i).name()));
            }
            GraphProto fixed = new GraphProto(
                    graph.name(), graph.doc(), graph.nodes(), constants, graph.inputs(), graph.outputs(), false);
            try {
                return new GraphLoader(opset, ExternalData.none(), Map.of()).load(fixed);
            } catch (CannotLoad e) {
                if (from == 0 || !String.valueOf(e.getMessage()).contains("where a constant is needed")) {
                    throw e;
                }
            }
        }
    }

    private static NDArray array(Path file, DType dtype) throws IOException {
        return Elements.item(TensorProto.read(reader(file)), ExternalData.none())
                .array()
                .orElseThrow()
                .cast(dtype);
    }

    private static String run(ModelProto model, Path data) throws IOException {
        LoadedGraph graph = load(model, data);
        List<String> names =
                model.graph().inputs().stream().map(ValueInfoProto::name).toList();
        List<Feed> feeds = new ArrayList<>();
        for (Map.Entry<String, Placeholder> input : graph.inputs().entrySet()) {
            Path file = data.resolve("input_" + names.indexOf(input.getKey()) + ".pb");
            feeds.add(Feed.feed(input.getValue(), array(file, input.getValue().dtype())));
        }
        List<Tensor> outputs = List.copyOf(graph.outputs().values());
        try (Session session = new Session()) {
            List<NDArray> results = session.run(outputs, feeds.toArray(Feed[]::new));
            for (int i = 0; i < results.size(); i++) {
                NDArray expected = array(
                        data.resolve("output_" + i + ".pb"), outputs.get(i).dtype());
                long type = model.graph().outputs().get(i).typeCode();
                String difference = difference(expected, results.get(i), tolerance(type));
                if (!difference.isEmpty()) {
                    return "DIFFERENT: " + difference;
                }
            }
        }
        return "";
    }

    /** Returns the published tolerance, or that of numbers of 16 bits, which are computed with 32. */
    private static double tolerance(long type) {
        return type == ElementType.BFLOAT16.code() ? 2e-2 : type == ElementType.FLOAT16.code() ? 4e-3 : 1e-3;
    }

    private static String difference(NDArray expected, NDArray actual, double tolerance) {
        if (!expected.shape().equals(actual.shape())) {
            return "shape " + actual.shape() + " for " + expected.shape();
        }
        for (int i = 0; i < expected.size(); i++) {
            double a = expected.at(i);
            double b = actual.at(i);
            if (a != b && Double.compare(a, b) != 0 && !(Math.abs(a - b) <= 1e-7 + tolerance * Math.abs(a))) {
                return "numbers";
            }
        }
        return "";
    }
}
