package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.io.testing.Python;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.data.npy.Npz;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.Adam;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that PyTorch exported, by the script beside them. */
class PyTorchModelsTest {
    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchModelsTest.class.getResource(name))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PyTorch computes in FLOAT32 as well, so that both differ from the truth. */
    @ParameterizedTest
    @ValueSource(strings = {"mlp", "mlp-external", "residual", "attention", "lstm", "depthwise"})
    void predictsWhatPyTorchPredicts(String name) throws Exception {
        check(Objects.requireNonNull(resource(name + ".onnx").getParent()), name);
    }

    @Test
    void predictsWhatOtherModelsOfPyTorchPredict(@TempDir Path directory) throws Exception {
        Python.assumeHas("torch");
        Python.assumeHas("onnx");
        Python.run(Files.readString(resource("pytorch_models.py")), directory, "others");
        List<String> failures = new ArrayList<>();
        for (String name : List.of("mlp", "lenet", "depthwise", "residual", "lstm", "gru", "attention", "gpt")) {
            for (String exporter : List.of("", "-dynamo")) {
                if (exporter.isEmpty() || Files.exists(directory.resolve(name + exporter + ".onnx"))) {
                    try {
                        check(directory, name + exporter);
                    } catch (OnnxException | AssertionError e) {
                        failures.add(name + exporter + ": " + e.getMessage());
                    }
                }
            }
        }
        assertEquals("", String.join("\n", failures));
    }

    private static void check(Path directory, String name) throws Exception {
        Map<String, NDArray> recorded = Npz.read(directory.resolve(name.replaceAll("-.*", "") + ".npz"));
        NDArray x = Objects.requireNonNull(recorded.get("x"));
        Path file = directory.resolve(name + ".onnx");
        OnnxModel model = OnnxModel.read(file);
        assertTrue(model.producer().startsWith("pytorch"), model::producer);
        Tensor y = model.output("y");
        NDArray expected = Objects.requireNonNull(recorded.get("y"));
        try (Session session = new Session()) {
            assertAgree(expected, session.run(y, Feed.feed(model.input("x"), x)), name);
        }
        byte[] again = OnnxExporter.of(y).toByteArray();
        NDArray there =
                OnnxRuntime.run(again, Map.of("x", x)).values().iterator().next();
        assertAgree(expected, there, name + " written again, in ONNX Runtime");
    }

    @Test
    void lengthsAreForDimensionsOfTheFile() {
        Path file = resource("attention.onnx");
        assertEquals(
                Shape.of(2, 5),
                OnnxModel.read(file, Map.of("batch", 2)).input("x").shape());
        String message = String.valueOf(assertThrows(OnnxException.class, () -> OnnxModel.read(file, Map.of("bach", 2)))
                .getMessage());
        assertTrue(message.contains("no open dimension \"bach\" for the length 2; it has [batch]"), message);
    }

    @Test
    void weightsKeepTheirNamesAndMovingAveragesAreNotTrained() {
        OnnxModel model = OnnxModel.read(resource("residual.onnx"));
        assertTrue(model.variables().containsKey("0.first.weight"), () -> model.variables()
                .toString());
        List<String> fixed = model.variables().values().stream()
                .filter(variable -> !variable.isTrainable())
                .map(Tensor::name)
                .toList();
        assertEquals(
                List.of("0.norm.running_mean", "0.norm.running_var", "1.norm.running_mean", "1.norm.running_var"),
                fixed.stream().sorted().toList());
        assertEquals(13, model.opset());
    }

    @Test
    void aModelWithAnotherLastLayerIsWritten() throws Exception {
        OnnxModel model = OnnxModel.read(resource("depthwise.onnx"));
        Tensor y = new Dense(5, Activation.TANH).apply(model.output("y"));
        NDArray x = Npz.read(resource("depthwise.npz"), "x");
        try (Session session = new Session(3)) {
            NDArray expected = session.run(y, Feed.feed(model.input("x"), x)); // the new weights have values now
            byte[] file = OnnxExporter.of(y).toByteArray();
            NDArray there =
                    OnnxRuntime.run(file, Map.of("x", x)).values().iterator().next();
            assertAgree(expected, there, "in ONNX Runtime");
        }
    }

    @Test
    void aModelIsTrainedFurther() {
        OnnxModel model = OnnxModel.read(resource("residual.onnx"));
        Placeholder target = Placeholder.of("target", Shape.of(-1, 2));
        Tensor loss = Losses.meanSquaredError(model.output("y"), target);
        TrainOp step = new Adam(0.01).minimize(loss);
        NDArray x = Npz.read(resource("residual.npz"), "x");
        NDArray wanted = NDArray.full(DType.FLOAT32, Shape.of(x.dim(0), 2), 0.5);
        Feed[] feeds = {Feed.feed(model.input("x"), x), Feed.feed(target, wanted)};
        try (Session session = new Session()) {
            double before = session.run(loss, feeds).item();
            for (int i = 0; i < 50; i++) {
                session.run(step, feeds);
            }
            double after = session.run(loss, feeds).item();
            assertTrue(after < before / 10, before + " -> " + after);
        }
    }
}
