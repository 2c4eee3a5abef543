package dev.autodiff.io.code;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.io.onnx.Draws;
import dev.autodiff.io.onnx.OpCases;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Imputer;
import dev.autodiff.nn.data.OneHotEncoder;
import dev.autodiff.nn.data.Pipeline;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.AveragePooling2D;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Bidirectional;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Conv2DTranspose;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.DepthwiseConv2D;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.GlobalAveragePooling2D;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.SimpleRNN;
import dev.autodiff.nn.layer.TransformerBlock;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources that are compiled and run: their graphs compute what the originals do, to the bit. */
class GraphCodeTest {
    @TempDir
    Path directory;

    /** A graph and what it is fed. */
    private record Example(String name, Tensor[] outputs, List<Placeholder> inputs, List<NDArray> values) {
        List<Feed> feeds(Object graph) throws ReflectiveOperationException {
            Set<Tensor> used = new HashSet<>(Topology.order(List.of(outputs)));
            List<Feed> feeds = new ArrayList<>();
            for (int i = 0; i < inputs.size(); i++) {
                Placeholder input = inputs.get(i);
                if (used.contains(input)) {
                    Placeholder there = (Placeholder)
                            graph.getClass().getField(input.name()).get(graph);
                    feeds.add(Feed.feed(there, values.get(i)));
                }
            }
            return feeds;
        }
    }

    /** Compiles sources, each in a package of its own, in one call, and returns their classes. */
    private List<Class<?>> compile(List<String> sources) throws IOException, ReflectiveOperationException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<JavaFileObject> files = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            String text = "package g" + i + ";\n" + sources.get(i);
            files.add(new SimpleJavaFileObject(URI.create("g" + i + "/Graph.java"), JavaFileObject.Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignore) {
                    return text;
                }
            });
        }
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            String path = System.getProperty("java.class.path")
                    + System.getProperty("path.separator")
                    + System.getProperty("jdk.module.path", "");
            List<String> options = List.of("-d", directory.toString(), "-cp", path, "-proc:none", "-Xlint:none");
            boolean done = compiler.getTask(messages, manager, null, options, null, files)
                    .call();
            assertTrue(done, () -> messages + "\n" + String.join("\n", sources));
        }
        List<Class<?>> classes = new ArrayList<>();
        URL[] urls = {directory.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, getClass().getClassLoader())) {
            for (int i = 0; i < sources.size(); i++) {
                classes.add(loader.loadClass("g" + i + ".Graph"));
            }
        }
        return classes;
    }

    private void check(List<Example> examples) throws IOException, ReflectiveOperationException {
        List<String> sources = new ArrayList<>();
        for (Example example : examples) {
            sources.add(GraphCode.java(example.outputs));
        }
        List<Class<?>> classes = compile(sources);
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            Map<String, NDArray> arrays = GraphCode.arrays(example.outputs);
            Class<?> type = classes.get(i);
            Object graph = arrays.isEmpty()
                    ? type.getConstructor().newInstance()
                    : type.getConstructor(Map.class).newInstance(arrays);
            List<Tensor> outputs = new ArrayList<>();
            for (Field field : type.getDeclaredFields()) {
                if (field.getType() == Tensor.class) {
                    outputs.add((Tensor) field.get(graph));
                }
            }
            List<Feed> feeds = new ArrayList<>();
            Set<Tensor> used = new HashSet<>(Topology.order(List.of(example.outputs)));
            for (int k = 0; k < example.inputs.size(); k++) {
                if (used.contains(example.inputs.get(k))) {
                    feeds.add(Feed.feed(example.inputs.get(k), example.values.get(k)));
                }
            }
            try (Session session = new Session()) {
                List<NDArray> expected = session.run(List.of(example.outputs), feeds.toArray(Feed[]::new));
                List<NDArray> actual = session.run(outputs, example.feeds(graph).toArray(Feed[]::new));
                assertEquals(expected, actual, example.name + "\n" + sources.get(i));
            }
        }
    }

    private static Example example(String name, Tensor y, List<Placeholder> inputs, NDArray... values) {
        return new Example(name, new Tensor[] {y.named("y0")}, inputs, List.of(values));
    }

    // ---- operations ----

    @Test
    void everyOperationThatIsWrittenComputesTheSame() throws Exception {
        List<Example> examples = new ArrayList<>();
        Set<String> refused = new TreeSet<>();
        OpCases.ROWS.forEach((name, row) -> {
            for (int seed = 0; seed < 2; seed++) {
                OpCases.Case drawn = row.draw(new Draws(seed));
                List<Placeholder> inputs = new ArrayList<>();
                for (NDArray value : drawn.inputs()) {
                    inputs.add(Placeholder.of("in" + inputs.size(), value.dtype(), value.shape()));
                }
                Tensor y = drawn.function().apply(List.copyOf(inputs));
                if (Topology.order(List.of(y)).stream()
                        .anyMatch(tensor -> tensor.op().type() == Tensors.RANDOM_UNIFORM)) {
                    continue; // another node draws other numbers
                }
                try {
                    GraphCode.java(y);
                } catch (GraphException e) {
                    refused.add(name);
                    continue;
                }
                if (!(y instanceof Placeholder)) {
                    examples.add(example(name + ", seed " + seed, y, inputs, drawn.inputs()));
                }
            }
        });
        assertTrue(examples.size() > 140, "few: " + examples.size());
        check(examples);
        assertEquals(Set.of("parts of a second derivative"), refused, "needs a row in io/code/Expressions");
    }

    // ---- layers ----

    private static Example layers(String name, Shape example, Layer... layers) {
        Model model = Model.sequential(layers).seed(3);
        int[] dims = new int[example.rank() + 1];
        dims[0] = 2;
        System.arraycopy(example.dims(), 0, dims, 1, example.rank());
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(9) / 4f;
        }
        NDArray x = NDArray.wrap(values, dims);
        DType dtype = layers[0] instanceof Embedding ? DType.INT32 : DType.FLOAT32;
        NDArray typed = x.cast(dtype);
        dims[0] = Shape.UNKNOWN;
        model.build(dtype, Shape.of(dims));
        model.predict(typed);
        Tensor y = model.network().output(Mode.INFERENCE);
        Placeholder input = (Placeholder) Topology.order(List.of(y)).stream()
                .filter(Placeholder.class::isInstance)
                .findFirst()
                .orElseThrow();
        return example(name, y, List.of(input), typed);
    }

    @Test
    void modelsOfLayersComputeTheSame() throws Exception {
        check(List.of(
                layers(
                        "mlp",
                        Shape.of(5),
                        new Dense(7, Activation.GELU),
                        Dropout.rate(0.5),
                        new LayerNorm(),
                        new Dense(3, Activation.SOFTMAX)),
                layers(
                        "convolutions",
                        Shape.of(9, 8, 2),
                        new Conv2D(4, 3, Activation.RELU).same().strides(2),
                        new BatchNorm(),
                        new MaxPooling2D(2),
                        new DepthwiseConv2D(3).same(),
                        new Flatten(),
                        new Dense(2)),
                layers(
                        "channels first",
                        Shape.of(2, 6, 7),
                        new Conv2D(3, 3).channelsFirst().padding(1, 2),
                        new AveragePooling2D(2).channelsFirst(),
                        new Flatten()),
                layers(
                        "upwards",
                        Shape.of(3, 4, 2),
                        new Conv2DTranspose(3, 2).strides(2),
                        new GlobalAveragePooling2D()),
                layers("lstm", Shape.of(4, 3), new LSTM(5).returnSequences(), new SimpleRNN(2)),
                layers("gru both ways", Shape.of(4, 3), new Bidirectional(() -> new GRU(3).returnSequences())),
                layers(
                        "transformer",
                        Shape.of(6),
                        new Embedding(9, 8),
                        new TransformerBlock(2).causal(),
                        new Dense(9))));
    }

    @Test
    void lossesAndSeveralOutputsComputeTheSame() throws Exception {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder label = Placeholder.of("label", DType.INT32, Shape.of(Shape.UNKNOWN));
        Variable w = Variable.of("layer/w", NDArray.of(new float[][] {{0.1f, -2, Float.MIN_VALUE}, {1e10f, 0, -0f}}));
        Variable fixed =
                Variable.of("fixed", DType.FLOAT32, Shape.of(3), Initializers.value(NDArray.of(1f, 2f, 3f)), false);
        fixed.assign(NDArray.of(1f, 2f, 3f));
        Tensor logits = x.matmul(w).add(fixed).named("y0");
        Tensor loss = Losses.softmaxCrossEntropy(logits, label).mean().named("y1");
        Tensor[] outputs = {logits, loss};
        check(List.of(new Example(
                "loss",
                outputs,
                List.of(x, label),
                List.of(NDArray.of(new float[][] {{1, 2e-9f}, {3, 1e-9f}}), NDArray.of(0, 2)))));
        String source = GraphCode.java(outputs);
        assertTrue(source.contains("\"fixed\", DType.FLOAT32, Shape.of(3), Initializers.value("), source);
        assertTrue(source.contains("fixed), false)") || source.contains("3f)), false)"), source);
        assertTrue(
                source.contains("this.layerW = Variable.of(\"layer/w\", NDArray.wrap(new float[] {0.1f, -2f,"), source);
    }

    @Test
    void meansOfWindowsAreOneCall() {
        Placeholder x = Placeholder.of("x", Shape.of(1, 4, 4, 1));
        String source = GraphCode.java(Pooling.averagePool2d(x, 2, 3, new WindowOptions().padding(1), true));
        assertTrue(
                source.contains(
                        "Pooling.averagePool2d(x, 2, 3, new WindowOptions().strides(2, 3).padding(1, 1, 1, 1), true)"),
                source);
        assertTrue(!source.contains("conv2d"), source);
    }

    @Test
    void loopsAreWrittenAsCells() {
        Placeholder x = Placeholder.of("x", Shape.of(3, 2));
        Tensor h = Recurrence.scan((now, before) -> before.mul(0.5).add(now), x, Tensors.zeros(2));
        String source = GraphCode.java(h);
        assertTrue(source.contains("Recurrence.scan((inputs, states) -> {"), source);
        assertTrue(source.contains("state.mul(0.5f).add("), source);
    }

    @Test
    void namesAreJavas() {
        Placeholder x = Placeholder.of("class", Shape.of(2));
        Placeholder z = Placeholder.of("1 größe/x", Shape.of(2));
        Tensor y = x.mul(z).named("\"quoted\"\\ü\n");
        String source = GraphCode.java(y, x);
        assertTrue(source.contains("class2 = Placeholder.of(\"class\""), source);
        assertTrue(source.contains(".named(\"\\\"quoted\\\"\\\\\\u00fc\\u000a\")"), source);
    }

    @Test
    void whatCannotBeWrittenIsNamedWithItsLine() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Tensor loss = x.relu().max(0).sum();
        Tensor gradient = Tensors.gradients(loss, x).get(0);
        String message = String.valueOf(assertThrows(GraphException.class, () -> GraphCode.java(gradient))
                .getMessage());
        assertTrue(message.contains("GraphCodeTest.java:"), message);
        Variable w = Variable.of("w", Shape.of(2), Initializers.zeros());
        assertThrows(IllegalStateException.class, () -> GraphCode.java(w.mul(2)));
    }

    @Test
    void largeValuesAreGivenByName() {
        Variable a = Variable.of("w", NDArray.zeros(DType.FLOAT32, 3, 6));
        Variable b = Variable.of("w", NDArray.full(DType.FLOAT32, Shape.of(6, 3), 2));
        Tensor y = a.matmul(b).add(Tensors.constant(NDArray.zeros(DType.FLOAT32, 3, 3)));
        Map<String, NDArray> arrays = new LinkedHashMap<>(GraphCode.arrays(y));
        assertEquals(List.of("w", "w_2"), List.copyOf(arrays.keySet()));
        String source = GraphCode.java(y);
        assertTrue(source.contains("w2 = Variable.of(\"w\", arrays.get(\"w_2\"))"), source);
        assertTrue(source.contains("Graph(Map<String, NDArray> arrays)"), source);
    }

    @Test
    void preprocessingComesFirst() throws Exception {
        NDArray raw = NDArray.of(new float[][] {{2019, 7, Float.NaN}, {2021, 5, 2}, {1999, 7, 4}});
        Pipeline steps = Pipeline.fit(raw, Imputer::mean, z -> OneHotEncoder.fit(z, 1), StandardScaler::fit);
        Layer dense = new Dense(2);
        Layer twice = Layer.of(x -> dense.apply(x).add(x.sum(1).expandDims(1)));
        try (Model model = Model.sequential(twice).preprocessing(steps);
                Session session = new Session()) {
            NDArray expected = model.predict(raw);
            Class<?> type = compile(List.of(GraphCode.java(model))).get(0);
            assertEquals(Map.of(), GraphCode.arrays(model));
            Object graph = type.getConstructor().newInstance();
            Placeholder input = null;
            Tensor output = null;
            for (Field field : type.getDeclaredFields()) {
                input = field.getType() == Placeholder.class ? (Placeholder) field.get(graph) : input;
                output = field.getType() == Tensor.class ? (Tensor) field.get(graph) : output;
            }
            assertEquals(
                    Shape.of(Shape.UNKNOWN, 3), Objects.requireNonNull(input).shape());
            assertEquals(expected, session.run(Objects.requireNonNull(output), Feed.feed(input, raw)));
        }
    }
}
