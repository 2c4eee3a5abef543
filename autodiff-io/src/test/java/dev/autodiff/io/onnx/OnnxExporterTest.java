package dev.autodiff.io.onnx;

import static dev.autodiff.io.testing.Agreement.assertAgree;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.NameScope;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.io.onnx.schema.GraphProto;
import dev.autodiff.io.onnx.schema.ModelProto;
import dev.autodiff.io.onnx.schema.NodeProto;
import dev.autodiff.io.onnx.schema.TensorProto;
import dev.autodiff.io.onnx.schema.ValueInfoProto;
import dev.autodiff.io.protobuf.ProtoReader;
import dev.autodiff.io.testing.OnnxRuntime;
import dev.autodiff.io.testing.Python;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Imputer;
import dev.autodiff.nn.data.MinMaxScaler;
import dev.autodiff.nn.data.OneHotEncoder;
import dev.autodiff.nn.data.Pipeline;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.Maxout;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxExporterTest {
    @TempDir
    private Path directory = Path.of("");

    private final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));

    private static ModelProto parsed(byte[] model) {
        return ModelProto.read(ProtoReader.of(ByteBuffer.wrap(model)));
    }

    private static GraphProto graph(Tensor... outputs) {
        return parsed(OnnxExporter.of(outputs).toByteArray()).graph();
    }

    @Test
    @SuppressWarnings("try") // the scope is open while the block runs
    void namesOfAllAreKept() {
        Variable w = Variable.of("w", NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
        Tensor y;
        try (NameScope layer = NameScope.open("layer")) {
            y = x.matmul(w).relu().named("hidden").add(1);
        }
        GraphProto graph = graph(y.named("result"));
        assertEquals(
                List.of("x"), graph.inputs().stream().map(ValueInfoProto::name).toList());
        assertEquals(
                List.of("result"),
                graph.outputs().stream().map(ValueInfoProto::name).toList());
        assertEquals("w", graph.initializers().get(0).name());
        assertEquals(
                List.of("layer/matmul", "layer/hidden", "result"),
                graph.nodes().stream().map(NodeProto::name).toList());
        assertEquals(
                List.of("MatMul", "Relu", "Add"),
                graph.nodes().stream().map(NodeProto::opType).toList());
    }

    @SuppressWarnings("try") // the scope is open while the block runs
    private Tensor in(String scope) {
        try (NameScope layer = NameScope.open(scope)) {
            return x.add(1);
        }
    }

    @Test
    void outputsOfTheSameNameKeepTheirLayers() {
        Tensor left = in("left").named("logits");
        Tensor right = in("right").named("logits");
        Tensor bare = in("bare");
        assertEquals(
                List.of("left/logits", "right/logits", "bare/add"),
                graph(left, right, bare).outputs().stream()
                        .map(ValueInfoProto::name)
                        .toList());
        assertEquals(
                List.of("logits", "bare/add"),
                graph(left, bare).outputs().stream().map(ValueInfoProto::name).toList());
    }

    @Test
    void slopesOfDoublesHaveAllDigits() throws OrtException {
        Placeholder z = Placeholder.of("z", DType.FLOAT64, Shape.of(5));
        NDArray value = NDArray.of(-3.0, -0.7, 0.0, 0.3, Double.NaN);
        Tensor y = Indexing.stack(0, Activations.leakyRelu(z, 0.1), Activations.elu(z, 0.7), Activations.selu(z));
        NDArray actual = OnnxRuntime.run(OnnxExporter.of(y).toByteArray(), Map.of("z", value))
                .values()
                .iterator()
                .next();
        try (Session session = new Session()) {
            double[] expected = session.run(y, Feed.feed(z, value)).toDoubles();
            assertArrayEquals(expected, actual.toDoubles(), 1e-14);
        }
    }

    @Test
    void equalNamesGetNumbersAndSmallConstantsAreShared() {
        Tensor y = x.add(2).mul(2).add(2);
        GraphProto graph = graph(y);
        assertEquals(1, graph.initializers().size());
        assertEquals(
                List.of("add_1", "mul", "add"),
                graph.nodes().stream().map(NodeProto::name).toList(),
                "the output has the name that it was made with");
    }

    @Test
    void theSameTensorMayBeTwoOutputsAndAnInputOne() throws OrtException {
        Tensor y = x.neg().named("y");
        Map<String, NDArray> results = OnnxRuntime.run(
                OnnxExporter.of(y, y, x, Tensors.scalar(2)).toByteArray(),
                Map.of("x", NDArray.of(new float[][] {{1, 2, 3}})));
        assertEquals(List.of("y", "y_1", "x_1", "constant"), List.copyOf(results.keySet()));
        assertEquals(results.get("y"), results.get("y_1"));
        assertEquals(NDArray.of(new float[][] {{1, 2, 3}}), results.get("x_1"));
        assertEquals(NDArray.scalar(2f), results.get("constant"));
    }

    @Test
    void unknownDimensionsAreNamed() throws OrtException {
        Placeholder tokens = Placeholder.of("tokens", DType.INT32, Shape.of(Shape.UNKNOWN, Shape.UNKNOWN));
        Tensor y = tokens.cast(DType.FLOAT32).sum(1);
        assertEquals(
                "[-1, -1] [batch, tokens_dim1]",
                OnnxRuntime.describeInput(OnnxExporter.of(y).toByteArray(), "tokens"));
        byte[] named = OnnxExporter.of(y)
                .dimension(tokens, 0, "rows")
                .dimension(tokens, -1, "time")
                .toByteArray();
        assertEquals("[-1, -1] [rows, time]", OnnxRuntime.describeInput(named, "tokens"));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> OnnxExporter.of(y).dimension(x, 1, "width"));
        assertTrue(String.valueOf(e.getMessage()).contains("has a known length"), e::getMessage);
    }

    @Test
    void metadataAndVersionsAreWritten() throws OrtException {
        byte[] model = OnnxExporter.of(x.relu())
                .opset(20)
                .named("net")
                .describedAs("what it does")
                .metadata("author", "A. Turing")
                .metadata("licence", "CC0")
                .toByteArray();
        ModelProto read = parsed(model);
        assertEquals(Map.of("", 20L), read.opsets());
        assertEquals(9, read.irVersion());
        assertEquals("autodiff", read.producer());
        assertEquals("net", read.graph().name());
        assertEquals("what it does", read.doc());
        assertEquals(Map.of("author", "A. Turing", "licence", "CC0"), OnnxRuntime.metadata(model));
        assertArrayEquals(model, read.write().toByteArray(), "what is read is written as it was");
        for (int opset : new int[] {16, 25}) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> OnnxExporter.of(x.relu())
                    .opset(opset));
            assertTrue(String.valueOf(e.getMessage()).contains("17 to 24"), e::getMessage);
        }
    }

    @Test
    void aFileIsWritten() throws IOException, OrtException {
        Path file = directory.resolve("model.onnx");
        OnnxExporter exporter = OnnxExporter.of(x.relu().named("y"));
        exporter.write(file);
        assertArrayEquals(exporter.toByteArray(), Files.readAllBytes(file));
        assertThrows(DataException.class, () -> exporter.write(directory.resolve("none/model.onnx")));
    }

    // ---- what cannot be written ----

    private static final class Cube extends Op {
        Cube() {
            super("cube");
        }

        @Override
        public String formula() {
            return "x³";
        }

        @Override
        public String rule(int input) {
            return "none: not needed";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException();
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return in.get(0);
        }
    }

    @Test
    void allThatCannotBeWrittenIsNamedWithItsLine() {
        Variable w = Variable.of("w", Shape.of(3), Initializers.zeros());
        Tensor y = new Cube().apply(new Cube().apply(x.mul(w)).named("third")).relu();
        OnnxException e =
                assertThrows(OnnxException.class, () -> OnnxExporter.of(y).toByteArray());
        String message = String.valueOf(e.getMessage());
        for (String words : List.of(
                "2 of its tensors:\n    third (cube",
                "\nBesides, 1 variable has no value yet: w (OnnxExporterTest.java:")) {
            assertTrue(message.contains(words), message);
        }
        OnnxException onlyValues = assertThrows(
                OnnxException.class, () -> OnnxExporter.of(x.mul(w)).toByteArray());
        assertTrue(
                String.valueOf(onlyValues.getMessage())
                        .startsWith("The graph cannot be written as ONNX, since 1 variable has no value yet: w"),
                onlyValues::getMessage);
        w.assign(NDArray.of(1f, 2f, 3f));
        OnnxException cubes =
                assertThrows(OnnxException.class, () -> OnnxExporter.of(y).toByteArray());
        assertTrue(String.valueOf(cubes.getMessage()).contains("third (cube"), cubes::getMessage);
        assertTrue(String.valueOf(cubes.getMessage()).contains("2 of its tensors"), cubes::getMessage);
        OnnxException update = assertThrows(OnnxException.class, () -> OnnxExporter.of(Tensors.assign(w, w.add(1)))
                .toByteArray());
        assertTrue(String.valueOf(update.getMessage()).contains("assign"), update::getMessage);
        Tensor twice = x.add(Placeholder.of("x", Shape.of(3)));
        OnnxException names =
                assertThrows(OnnxException.class, () -> OnnxExporter.of(twice).toByteArray());
        assertTrue(String.valueOf(names.getMessage()).contains("Two placeholders are named x"), names::getMessage);
        assertThrows(IllegalArgumentException.class, OnnxExporter::of);
    }

    // ---- models ----

    private void agrees(Model model, NDArray input) throws OrtException {
        NDArray expected = model.predict(input);
        for (int opset : new int[] {OnnxExporter.OLDEST_OPSET, OnnxExporter.USUAL_OPSET, OnnxExporter.NEWEST_OPSET}) {
            byte[] file = OnnxExporter.of(model).opset(opset).toByteArray();
            String name = parsed(file).graph().inputs().get(0).name();
            Map<String, NDArray> results = OnnxRuntime.run(file, Map.of(name, input));
            assertAgree(expected, List.copyOf(results.values()).get(0), "opset " + opset);
        }
    }

    @Test
    void layersPredictTheSameInOnnxRuntime() throws OrtException {
        Draws draws = new Draws(3);
        NDArray features = draws.floats(-1, 1, 20, 4, 3);
        try (Model model = Model.sequential(
                        new Dense(5, Activation.RELU),
                        new LayerNorm(),
                        new Flatten(),
                        new BatchNorm(),
                        Dropout.keep(0.8),
                        new Dense(8, Activation.GELU),
                        new Maxout(3, 2),
                        new Dense(4, Activation.SOFTMAX),
                        new Reshape(2, 2))
                .seed(5)) {
            model.compile(new Adam(0.01), Loss.meanSquaredError());
            model.fit(new Dataset(features, draws.floats(0, 1, 20, 2, 2)), 3, 5);
            agrees(model, draws.floats(-1, 1, 7, 4, 3));
        }
    }

    @Test
    void tokensPredictTheSameInOnnxRuntime() throws OrtException {
        try (Model model = Model.sequential(new Embedding(10, 4), new Flatten(), new Dense(2))
                .build(DType.INT32, Shape.of(Shape.UNKNOWN, 3))) {
            agrees(model, new Draws(4).ints(10, 6, 3));
        }
    }

    /** Loss and gradients are graphs like others. */
    @Test
    void aTrainingStepsGradientsAreTheSameInOnnxRuntime() throws OrtException {
        Variable w = Variable.of("w", new Draws(1).floats(-1, 1, 3, 4));
        Variable b = Variable.of("b", NDArray.zeros(DType.FLOAT32, 4));
        Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
        Tensor loss =
                Losses.softmaxCrossEntropy(x.matmul(w).add(b), labels).mean().named("loss");
        List<Tensor> gradients = Tensors.gradients(loss, w, b);
        Tensor[] outputs = {loss, gradients.get(0).named("dw"), gradients.get(1).named("db")};
        NDArray rows = new Draws(2).floats(-1, 1, 5, 3);
        NDArray classes = NDArray.of(0, 3, 1, 1, 2);
        Map<String, NDArray> results =
                OnnxRuntime.run(OnnxExporter.of(outputs).toByteArray(), Map.of("x", rows, "labels", classes));
        try (Session session = new Session()) {
            List<NDArray> expected = session.run(List.of(outputs), Feed.feed(x, rows), Feed.feed(labels, classes));
            for (int i = 0; i < 3; i++) {
                assertAgree(expected.get(i), List.copyOf(results.values()).get(i), outputs[i].name());
            }
        }
    }

    @Test
    void doublesAndIntegersKeepTheirTypes() throws OrtException {
        Placeholder d = Placeholder.of("d", DType.FLOAT64, Shape.of(2));
        Placeholder i = Placeholder.of("i", DType.INT32, Shape.of(2));
        Map<String, NDArray> results = OnnxRuntime.run(
                OnnxExporter.of(d.mul(3).named("tripled"), i.mul(3).sub(1).named("whole"))
                        .toByteArray(),
                Map.of("d", NDArray.of(0.1, 0.2), "i", NDArray.of(5, -5)));
        assertEquals(NDArray.of(0.1 * 3, 0.2 * 3), results.get("tripled"));
        assertEquals(NDArray.of(14, -16), results.get("whole"));
    }

    @Test
    void weightsAreWrittenBitByBit() {
        NDArray value = NDArray.of(1f, Float.MIN_VALUE, Float.NaN, -0f);
        TensorProto written = graph(Variable.of("w", value).add(Placeholder.of("v", Shape.of(4))))
                .initializers()
                .get(0);
        float[] read = new float[4];
        Objects.requireNonNull(written.raw()).asFloatBuffer().get(read);
        assertEquals(value, NDArray.of(read));
    }

    /** The checker has more rules than the run time, such as on names and types of every node. */
    @Test
    void theOfficialCheckerAcceptsEveryOperation() throws IOException {
        Python.assumeHas("onnx");
        int count = 0;
        for (OpCases.Row row : OpCases.ROWS.values()) {
            OpCases.Case drawn = row.draw(new Draws(1));
            List<Placeholder> inputs = new ArrayList<>();
            for (NDArray value : drawn.inputs()) {
                inputs.add(Placeholder.of("in" + inputs.size(), value.dtype(), value.shape()));
            }
            Tensor y = drawn.function().apply(List.copyOf(inputs));
            int opset = OnnxExporter.OLDEST_OPSET + count % (OnnxExporter.NEWEST_OPSET - OnnxExporter.OLDEST_OPSET + 1);
            OnnxExporter.of(y).opset(opset).write(directory.resolve(count++ + ".onnx"));
        }
        String printed = Python.run("""
            import sys, onnx
            for i in range(int(sys.argv[2])):
                model = onnx.load(f"{sys.argv[1]}/{i}.onnx")
                onnx.checker.check_model(model, full_check=True)
            print("all")
            """, directory, count);
        assertEquals("all", printed.strip());
    }

    @Test
    void preprocessingComesFirst() throws OrtException {
        NDArray raw = NDArray.of(new float[][] {{2019, 7, Float.NaN}, {2021, 5, 2}, {1999, 7, 4}});
        Pipeline steps = Pipeline.fit(raw, Imputer::mean, z -> OneHotEncoder.fit(z, 1), StandardScaler::fit);
        for (int opset : new int[] {OnnxExporter.OLDEST_OPSET, OnnxExporter.NEWEST_OPSET}) {
            try (Model model = Model.sequential(new Dense(4, Activation.TANH), new Dense(2))
                    .preprocessing(steps, MinMaxScaler.fit(steps.transform(raw)))) {
                NDArray expected = model.predict(raw);
                String input = model.inputs().get(0).name();
                byte[] file = OnnxExporter.of(model)
                        .opset(opset)
                        .dimension(model.inputs().get(0), 0, "flowers")
                        .toByteArray();
                assertAgree(
                        expected,
                        OnnxRuntime.run(file, Map.of(input, raw))
                                .values()
                                .iterator()
                                .next(),
                        "opset " + opset);
                assertTrue(OnnxRuntime.describeInput(file, input).startsWith("[-1, 3] [flowers"));
                OnnxModel again = OnnxModel.of(file);
                Tensor output = again.outputs().values().iterator().next();
                try (Session session = new Session()) {
                    assertAgree(expected, session.run(output, Feed.feed(again.input(input), raw)), "read back");
                }
            }
        }
    }
}
