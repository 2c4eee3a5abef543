package dev.autodiff.io.onnx.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.OnnxException;
import dev.autodiff.io.onnx.OnnxModel;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
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
 * ONNX's published tests of single operations, which its Python package has in {@code onnx/backend/test/data/node}. Run
 * with {@code -Donnx.nodes=} that directory; prints how many pass, and why the others do not.
 */
@EnabledIfSystemProperty(named = "onnx.nodes", matches = ".+")
class BackendNodesTest {
    private final Map<String, List<String>> outcomes = new TreeMap<>();

    @Test
    void publishedNodeTests() throws IOException {
        List<Path> tests;
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("onnx.nodes")))) {
            tests = all.filter(test -> Files.exists(test.resolve("model.onnx")))
                    .sorted()
                    .toList();
        }
        for (Path test : tests) {
            outcomes.computeIfAbsent(outcome(test), key -> new ArrayList<>()).add(String.valueOf(test.getFileName()));
        }
        outcomes.forEach((outcome, names) -> System.out.println(names.size() + " " + outcome
                + (outcome.equals("passed")
                        ? ""
                        : ": " + String.join(" ", names.subList(0, Math.min(60, names.size()))))));
        assertTrue(outcomes.getOrDefault("passed", List.of()).size() > 300, "most tests of known operations pass");
    }

    private static String outcome(Path test) {
        OnnxModel model;
        try {
            model = read(test);
        } catch (IOException e) {
            return "cannot be read";
        } catch (OnnxException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("not known here")) {
                return "unknown operation";
            }
            if (message.contains("where a constant is needed")) {
                return "needs a constant that is fed";
            }
            return message.contains("numbers") || message.contains("no tensor") || message.contains("not among")
                    ? "type that is not read"
                    : "refused: " + message.replaceAll("(?s).*\n", "").replaceAll("\\d+", "#");
        } catch (RuntimeException | StackOverflowError e) {
            return "CRASHED at reading: " + e;
        }
        try {
            return run(model, test.resolve("test_data_set_0"));
        } catch (CannotLoad e) {
            return "type that is not read";
        } catch (RuntimeException | IOException e) {
            return "FAILED to run: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        }
    }

    /** Reads a model; where constants are needed, the whole numbers that are fed become part of it. */
    private static OnnxModel read(Path test) throws IOException {
        Path file = test.resolve("model.onnx");
        try {
            return OnnxModel.read(file);
        } catch (OnnxException e) {
            if (!String.valueOf(e.getMessage()).contains("where a constant is needed")) {
                throw e;
            }
        }
        ModelProto model = ModelProto.read(ProtoReader.of(ByteBuffer.wrap(Files.readAllBytes(file))));
        GraphProto graph = model.graph();
        List<TensorProto> constants = new ArrayList<>(graph.initializers());
        for (int i = 0; i < graph.inputs().size(); i++) {
            TensorProto fed = tensor(test.resolve("test_data_set_0").resolve("input_" + i + ".pb"));
            if (i > 0) {
                constants.add(fed.named(graph.inputs().get(i).name()));
            }
        }
        GraphProto fixed = new GraphProto(
                graph.name(), graph.doc(), graph.nodes(), constants, graph.inputs(), graph.outputs(), false);
        return OnnxModel.of(new ModelProto(
                        model.irVersion(),
                        model.producer(),
                        model.producerVersion(),
                        model.doc(),
                        model.opsets(),
                        model.metadata(),
                        fixed,
                        model.functions())
                .write()
                .toByteArray());
    }

    private static TensorProto tensor(Path file) throws IOException {
        return TensorProto.read(ProtoReader.of(ByteBuffer.wrap(Files.readAllBytes(file))));
    }

    private static NDArray array(Path file, DType dtype) throws IOException {
        Item item = Elements.item(tensor(file), ExternalData.none());
        NDArray array = item.array().orElseThrow();
        return array.cast(dtype);
    }

    private static String run(OnnxModel model, Path data) throws IOException {
        List<Feed> feeds = new ArrayList<>();
        int i = 0;
        for (Placeholder input : model.inputs().values()) { // those that became constants are behind the others
            feeds.add(Feed.feed(input, array(data.resolve("input_" + i++ + ".pb"), input.dtype())));
        }
        try (Session session = new Session()) {
            List<NDArray> results = session.run(List.copyOf(model.outputs().values()), feeds.toArray(Feed[]::new));
            i = 0;
            for (Tensor output : model.outputs().values()) {
                NDArray expected = array(data.resolve("output_" + i + ".pb"), output.dtype());
                String difference = difference(expected, results.get(i++));
                if (!difference.isEmpty()) {
                    return "DIFFERENT: " + difference;
                }
            }
        }
        return "passed";
    }

    private static String difference(NDArray expected, NDArray actual) {
        if (!expected.shape().equals(actual.shape())) {
            return "shape " + actual.shape() + " for " + expected.shape();
        }
        for (int i = 0; i < expected.size(); i++) {
            double a = expected.at(i);
            double b = actual.at(i);
            if (Double.compare(a, b) != 0 && !(Math.abs(a - b) <= 1e-7 + 1e-3 * Math.abs(a))) {
                return "numbers";
            }
        }
        return "";
    }
}
