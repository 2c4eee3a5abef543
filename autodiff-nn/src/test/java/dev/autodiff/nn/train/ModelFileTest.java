package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Sorting;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Kinds;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.io.Safetensors;
import dev.autodiff.nn.io.SafetensorsFile;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerKinds;
import dev.autodiff.nn.layer.LayerScope;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.testing.JavaProcess;
import dev.autodiff.nn.testing.Mutants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel-independent")
class ModelFileTest {
    private static final Dataset DATA = Generators.linear(new double[] {2, -3, 0.5}, 4, 0.1, 50, 3);

    @TempDir
    private Path directory = Path.of("");

    /** Returns a trained model with most of what can be saved. */
    private static Model trained() {
        Layer shared = new Dense(4, Activation.TANH);
        Model model = Model.sequential(
                        new Sequential(new Dense(4, Activation.RELU), new BatchNorm(0.8, 1e-4)).named("encoder"),
                        shared,
                        Dropout.rate(0.2),
                        shared,
                        new Dense(1).kernelInitializer((dtype, shape, seed) -> NDArray.full(dtype, shape, 0.1)))
                .seed(9)
                .preprocessing(StandardScaler.fit(DATA.features()))
                .classNames("low", "high")
                .compile(new Adam(0.01), Loss.meanSquaredError());
        model.fit(DATA, 3, 16);
        return model;
    }

    /** A program that loads a model, and prints the bits of what it predicts. */
    static final class Predict {
        private Predict() {}

        public static void main(String[] args) {
            Model model = Model.load(Path.of(args[0]));
            System.out.println(
                    bits(model.predict(DATA.features())) + " " + model.classNames() + " " + model.preprocessing());
            model.close();
        }
    }

    private static String bits(NDArray array) {
        float[] values = array.toFloats();
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return Arrays.toString(bits);
    }

    @Test
    void anotherProcessPredictsTheSameBits() {
        Model model = trained();
        Path file = directory.resolve("model.safetensors");
        model.save(file);
        assertEquals(
                bits(model.predict(DATA.features())) + " [low, high] " + model.preprocessing(),
                JavaProcess.run("-Xmx256m", Predict.class, file.toString()).strip());
        model.close();
    }

    @Test
    void aLoadedModelIsTrainedOnAndSavedAgain() throws IOException {
        Model model = trained();
        Path file = directory.resolve("model.safetensors");
        model.save(file);
        Model loaded = Model.load(file);
        Path again = directory.resolve("again.safetensors");
        loaded.save(again);
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again));
        assertEquals(model.summary(), loaded.summary());
        loaded.compile(new Adam(0.01), Loss.meanSquaredError());
        assertEquals(model.evaluate(DATA), loaded.evaluate(DATA));
        assertTrue(loaded.fit(DATA, 2, 16).last("loss") < 100);
        loaded.close();
        model.close();
    }

    @Test
    void modelsOfOtherInputs() {
        Model words = Model.sequential(new Embedding(10, 4), new Flatten(), new Dense(2, Activation.SOFTMAX))
                .build(DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        Path file = directory.resolve("words");
        words.save(file);
        NDArray x = NDArray.of(new int[][] {{1, 2, 3}, {9, 0, 0}});
        assertEquals(words.predict(x), Model.load(file).predict(x));
        Model doubles = Model.of(new Dense(2)).build(DType.FLOAT64, Shape.of(Shape.UNKNOWN, 3));
        doubles.save(file);
        NDArray y = NDArray.of(new double[][] {{0.1, 0.2, 0.3}});
        assertEquals(doubles.predict(y), Model.load(file).predict(y));
        assertEquals(DType.FLOAT64, Model.load(file).predict(y).dtype());
    }

    /** A layer of a user, with a layer in it. */
    private static final class Residual extends Layer {
        private final Layer inner;
        private final double factor;

        Residual(Layer inner, double factor) {
            this.inner = inner;
            this.factor = factor;
        }

        @Override
        protected Tensor build(Tensor x, LayerScope scope) {
            return x.add(inner.apply(x).mul(factor));
        }

        @Override
        protected Config describe() {
            return Config.of("Residual").with("inner", inner).with("factor", factor);
        }
    }

    @Test
    void layersOfOnesOwn() {
        Model model = Model.sequential(new Residual(new Dense(3, Activation.RELU), 0.5), new Dense(1))
                .build(3);
        Path file = directory.resolve("model");
        model.save(file);
        refused(
                DataException.class,
                () -> Model.load(file),
                "the model in it cannot be made: There is a Residual, which is not known here",
                "Kinds.with(\"Residual\", config -> ...)");
        Kinds own = Kinds.none()
                .with("Residual", config -> new Residual(config.object("inner", Layer.class), config.number("factor")));
        assertEquals(model.predict(DATA.features()), Model.load(file, own).predict(DATA.features()));
        assertEquals(
                model.predict(DATA.features()),
                Model.load(file, LayerKinds.all().and(own)).predict(DATA.features()));
    }

    @Test
    void whatCannotBeSavedIsSaidWithTheRemedy() {
        Path file = directory.resolve("model");
        Model lambda = Model.sequential(new Dense(2, x -> x.mul(2)), Layer.of(x -> Sorting.sort(x, 1, false)))
                .build(3);
        refused(
                GraphException.class,
                () -> lambda.save(file),
                "cannot be saved, as a file holds data and no code",
                "layer.layers[0]: its activation is a lambda",
                "layer.layers[1].graph.nodes[0]: between layers stands block1/argsort",
                "saveWeights(path)",
                "ModelFileTest.java");
        assertTrue(Files.notExists(file));
        lambda.saveWeights(file);
        Model same = Model.sequential(new Dense(2, t -> t.mul(2)), Layer.of(x -> Sorting.sort(x, 1, false)))
                .seed(1)
                .build(3);
        same.loadWeights(file);
        assertEquals(lambda.predict(DATA.features()), same.predict(DATA.features()));
        refused(
                IllegalStateException.class,
                () -> Model.sequential(new Dense(1)).save(file),
                "The model is not built yet");
    }

    // ---- weights ----

    @Test
    void allThatDiffersIsSaidAtOnce() {
        Path file = directory.resolve("weights");
        Model.sequential(new Dense(4), new Dense(2), new BatchNorm()).build(3).saveWeights(file);
        Model other = Model.sequential(new Dense(5), new Dense(2).withoutBias(), new Dense(2))
                .build(3);
        Map<String, NDArray> before = values(other);
        refused(
                DataException.class,
                () -> other.loadWeights(file),
                "weights: does not fit the model:",
                "dense1/weights: FLOAT32 [3, 5] in the model, FLOAT32 [3, 4] in the file",
                "dense1/bias: FLOAT32 [5] in the model, FLOAT32 [4] in the file",
                "dense2/bias: FLOAT32 [2] in the file, and not in the model",
                "dense3/weights: FLOAT32 [2, 2] in the model, and not in the file",
                "batchNorm1/movingVariance: FLOAT32 [2] in the file, and not in the model",
                "WeightsFile.of(path) loads a part");
        assertEquals(before, values(other));
        Model doubles = Model.of(new Dense(4)).build(DType.FLOAT64, Shape.of(Shape.UNKNOWN, 3));
        refused(DataException.class, () -> doubles.loadWeights(file), "FLOAT64 [3, 4] in the model, FLOAT32 [3, 4]");
    }

    private static Map<String, NDArray> values(Model model) {
        model.snapshot(); // initial values
        Map<String, NDArray> values = new LinkedHashMap<>();
        model.variables().forEach((name, variable) -> values.put(name, variable.value()));
        return values;
    }

    @Test
    void aPartUnderOtherNames() {
        Path file = directory.resolve("weights");
        Model first = Model.sequential(new Sequential(new Dense(4), new Dense(4)).named("encoder"), new Dense(2))
                .build(3);
        first.saveWeights(file);
        Map<String, NDArray> saved = values(first);
        Model second = Model.sequential(new Sequential(new Dense(4), new Dense(4)).named("base"), new Dense(7))
                .seed(1)
                .build(3);
        Map<String, NDArray> before = values(second);
        assertEquals(
                "[base/dense1/weights, base/dense1/bias, base/dense2/weights, base/dense2/bias]",
                WeightsFile.of(file)
                        .rename("encoder", "base")
                        .only("base")
                        .into(second)
                        .toString());
        assertEquals(saved.get("encoder/dense2/weights"), values(second).get("base/dense2/weights"));
        assertEquals(before.get("dense1/weights"), values(second).get("dense1/weights"));
        Model third = Model.sequential(new Dense(4), new Dense(9)).seed(1).build(3);
        assertEquals(
                "[dense1/weights]",
                WeightsFile.of(file)
                        .rename("encoder/dense1/weights", "dense1/weights")
                        .rename("dense1", "head")
                        .partial()
                        .into(third)
                        .toString());
        assertEquals(saved.get("encoder/dense1/weights"), values(third).get("dense1/weights"));
    }

    @Test
    void wrongNames() {
        Path file = directory.resolve("weights");
        Model model = Model.sequential(new Dense(4), new Dense(4)).build(4);
        model.saveWeights(file);
        WeightsFile weights = WeightsFile.of(file);
        refused(
                DataException.class,
                () -> weights.rename("encoder", "dense1").into(model),
                "has no layer or array [encoder]");
        refused(
                DataException.class,
                () -> weights.rename("dense1", "dense2").into(model),
                "has both dense1/bias and dense2/bias for dense2/bias");
        refused(DataException.class, () -> weights.only("dense3").into(model), "cannot be loaded into dense3");
        Model other = Model.sequential(new Dense(4).named("other")).build(4);
        refused(DataException.class, () -> weights.partial().into(other), "has no array with a name of the model");
        refused(
                IllegalStateException.class,
                () -> weights.into(Model.sequential(new Dense(4))),
                "The model is not built yet");
    }

    // ---- bad files ----

    @Test
    void filesWithoutAModel() {
        Path file = directory.resolve("file");
        Safetensors.write(file, Map.of("0.weight", NDArray.of(1f)));
        refused(
                DataException.class,
                () -> Model.load(file),
                "file: holds 1 arrays but no model",
                "model.loadWeights(path)",
                "PyTorchFile.of(path)");
        refused(DataException.class, () -> Model.load(directory), "is a directory");
        refused(DataException.class, () -> Model.load(directory.resolve("fill")), "did you mean \"file\"?");
        refused(DataException.class, () -> trained().save(directory), "it is a directory; name a file in it");
        refused(DataException.class, () -> trained().save(directory.resolve("a/b")), "there is no directory");
    }

    private Path described(String model) {
        Path file = directory.resolve("described");
        Safetensors.write(file, Map.of(), Map.of("autodiff.version", "1", "autodiff.model", model));
        return file;
    }

    @Test
    void damagedDescriptions() {
        String input = ",\"inputType\":\"FLOAT32\",\"inputShape\":[-1,3],\"seed\":0,\"preprocessing\":[],"
                + "\"classNames\":[]}";
        refused(
                DataException.class,
                () -> Model.load(described("{")),
                "the model in it cannot be made: At character 2");
        refused(DataException.class, () -> Model.load(described("{\"kind\":\"Flatten\"}")), "not the description of a");
        refused(
                DataException.class,
                () -> Model.load(described("{\"kind\":\"Model\",\"layer\":{\"kind\":\"Dense\"}" + input)),
                "The argument units of Dense is a whole number, but there is none");
        refused(
                DataException.class,
                () -> Model.load(described(
                        "{\"kind\":\"Model\",\"layer\":{\"kind\":\"Flatten\"}" + input.replace("FLOAT32", "FLOAT31"))),
                "FLOAT31");
        refused(
                DataException.class,
                () -> Model.load(described("{\"kind\":\"Model\",\"layer\":" + new Dense(2).config() + input)),
                "does not fit the model:",
                "dense1/weights: FLOAT32 [3, 2] in the model, and not in the file");
        refused(
                DataException.class,
                () -> Model.load(
                        described("{\"kind\":\"Model\",\"layer\":" + new Dense(2_000_000_000).config() + input)),
                "the model in it cannot be made",
                "too large");
        Safetensors.write(directory.resolve("later"), Map.of(), Map.of("autodiff.version", "2"));
        refused(
                DataException.class,
                () -> Model.load(directory.resolve("later")),
                "written in version 2 of the format of models, and this library knows version 1");
    }

    /** A program that loads damaged models: a directory and their number are its arguments. */
    static final class Mutated {
        private Mutated() {}

        public static void main(String[] args) throws IOException {
            Path original = Path.of(args[0], "original");
            Model.sequential(
                            new Sequential(new Dense(4, Activation.RELU), new BatchNorm()).named("encoder"),
                            Dropout.rate(0.5),
                            new Dense(1).biasInitializer(Initializers.ones()))
                    .preprocessing(StandardScaler.fit(DATA.features()))
                    .build(3)
                    .save(original);
            byte[] whole = Files.readAllBytes(original);
            Path file = Path.of(args[0], "mutant");
            int refused = 0;
            for (int seed = 0; seed < Integer.parseInt(args[1]); seed++) {
                Files.write(file, Mutants.ofSafetensors(whole, new SplittableRandom(seed)));
                try {
                    Model.load(file).close();
                } catch (DataException e) {
                    refused++;
                } catch (Throwable e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
            System.out.println(refused + " refused");
        }
    }

    @Test
    void everyMutantIsLoadedOrRefused() {
        int count = Integer.getInteger("autodiff.mutants", 2_000);
        String output = JavaProcess.run("-Xmx256m", Mutated.class, directory.toString(), Integer.toString(count));
        assertTrue(output.matches("\\d+ refused\\s*"), output);
        assertTrue(Integer.parseInt(output.substring(0, output.indexOf(' '))) > count / 2, output);
    }

    // ---- Python ----

    /** Lets Python's own reader say what it finds, where there is one. */
    @Test
    void pythonOpensTheFile() throws IOException, InterruptedException {
        Path file = directory.resolve("model.safetensors");
        Model model = trained();
        model.save(file);
        List<String> found = python(
                "import sys, safetensors\n"
                        + "with safetensors.safe_open(sys.argv[1], 'numpy') as f:\n"
                        + "    for name in f.keys():\n"
                        + "        array = f.get_tensor(name)\n"
                        + "        print(name, array.dtype, list(array.shape), array.astype('<f4').tobytes().hex())\n"
                        + "    print(sorted(f.metadata()))\n",
                file.toString());
        StringBuilder expected = new StringBuilder();
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            opened.entries().forEach((name, entry) -> {
                expected.append(name).append(" float32 ").append(entry.shape()).append(' ');
                for (float value : opened.read(name).toFloats()) {
                    expected.append(String.format("%08x", Integer.reverseBytes(Float.floatToRawIntBits(value))));
                }
                expected.append('\n');
            });
        }
        expected.append("['autodiff.model', 'autodiff.version']\n");
        assertEquals(expected.toString(), String.join("\n", found) + "\n");
        model.close();
    }

    private static List<String> python(String code, String... arguments) throws InterruptedException {
        String python = System.getProperty("autodiff.python", "python3");
        try {
            Process probe = new ProcessBuilder(python, "-c", "import safetensors, numpy").start();
            assumeTrue(probe.waitFor(60, TimeUnit.SECONDS) && probe.exitValue() == 0, "no Python with safetensors");
            List<String> command = new ArrayList<>(List.of(python, "-c", code));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            return output.lines().toList();
        } catch (UncheckedIOException | IOException e) {
            assumeTrue(false, "no Python: " + e);
            return List.of();
        }
    }
}
