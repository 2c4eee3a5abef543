package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Embedding;
import dev.autodiff.nn.layer.GRU;
import dev.autodiff.nn.layer.Masking;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose outputs have a mask: loss and metrics are over the steps that count. */
class MaskedModelTest {
    /** Two sequences of three steps, of which two and one count; the rest is padding. */
    private static final NDArray X =
            NDArray.of(1f, 2, 3, -1, 0, 0, 2, 0.5f, 0, 0, 0, 0).reshape(2, 3, 2);

    private static final NDArray COUNTED = NDArray.of(1f, 2, 3, -1, 2, 0.5f).reshape(3, 2);
    private static final NDArray CLASSES = NDArray.of(0, 2, 1, 1, 1, 1).reshape(2, 3);
    private static final NDArray COUNTED_CLASSES = NDArray.of(0, 2, 1);

    private static Model model(Loss loss, boolean masked) {
        Model model = masked
                ? Model.sequential(new Masking(0), new Dense(3)).build(3, 2)
                : Model.sequential(new Dense(3)).build(2);
        NDArray weights = NDArray.of(new float[][] {{0.5f, -1, 0.25f}, {1, 0.5f, -0.75f}});
        Objects.requireNonNull(model.variables().get("dense1/weights")).assign(weights);
        return model.compile(new GradientDescent(0.1), loss, Metric.accuracy(), Metric.perplexity(true));
    }

    @Test
    void lossAndMetricsAreThoseOfTheStepsThatCount() {
        for (Loss loss :
                List.of(Loss.softmaxCrossEntropy(), Loss.softmaxCrossEntropy().ignoreClass(2))) {
            try (Model masked = model(loss, true);
                    Model plain = model(loss, false)) {
                Dataset data = new Dataset(X, CLASSES);
                Dataset counted = new Dataset(COUNTED, COUNTED_CLASSES);
                assertClose(plain.evaluate(counted), masked.evaluate(data));
                for (int i = 0; i < 3; i++) {
                    assertClose(
                            plain.fit(counted, 1, 3).epochs().get(0),
                            masked.fit(data, 1, 2).epochs().get(0));
                }
                assertArrayEquals(
                        variable(plain, "weights").toDoubles(),
                        variable(masked, "weights").toDoubles(),
                        1e-6);
            }
        }
    }

    private static NDArray variable(Model model, String name) {
        return Objects.requireNonNull(model.variables().get("dense1/" + name)).value();
    }

    private static void assertClose(Map<String, Double> expected, Map<String, Double> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, value) -> assertEquals(value, actual.getOrDefault(name, Double.NaN), 1e-6, name));
    }

    /** A step of weight 0 counts in the mean as in Keras, and one that is masked does not. */
    @Test
    void weightsAndMasks() {
        try (Model masked = model(Loss.softmaxCrossEntropy(), true);
                Model plain = model(Loss.softmaxCrossEntropy(), false)) {
            NDArray weights = NDArray.of(2f, 0, 5, 1, 5, 5).reshape(2, 3);
            double expected = plain.trainer().step(COUNTED, COUNTED_CLASSES, NDArray.of(2f, 0, 1));
            assertEquals(expected, masked.trainer().step(X, CLASSES, weights), 1e-6);
        }
    }

    @Test
    void examplesOfPaddingAlone() {
        NDArray padding = NDArray.zeros(DType.FLOAT32, 2, 3, 2);
        try (Model model = model(Loss.softmaxCrossEntropy(), true)) {
            Map<String, Double> logs = model.evaluate(new Dataset(padding, CLASSES));
            assertEquals(0, logs.get("loss"));
            assertEquals(Double.NaN, logs.get("accuracy"), "of nothing");
            model.fit(new Dataset(padding, CLASSES), 2, 1);
            assertTrue(Double.isFinite(variable(model, "weights").at(0)));
        }
    }

    @Test
    void aLossOfWholeExamplesIsLeftAlone() {
        Loss ofExamples =
                (output, labels) -> output.sub(labels).square().mean(2).mean(1);
        try (Model model = Model.sequential(new Masking(0), new Dense(1))) {
            model.compile(new Adam(0.1), ofExamples);
            NDArray labels = NDArray.zeros(DType.FLOAT32, 2, 3, 1);
            assertTrue(Double.isFinite(model.fit(new Dataset(X, labels), 1, 2).last("loss")));
        }
    }

    @Test
    void aSavedModelMasksToo(@TempDir Path directory) {
        Path file = directory.resolve("model.safetensors");
        NDArray texts = NDArray.of(3, 1, 0, 2, 0, 0).reshape(2, 3);
        try (Model model =
                Model.sequential(new Embedding(4, 5).maskZero(), new GRU(3).returnSequences(), new Dense(2))) {
            model.compile(new Adam(0.1), Loss.softmaxCrossEntropy(), Metric.accuracy());
            Dataset data = new Dataset(texts, NDArray.of(1, 0, 0, 1, 0, 0).reshape(2, 3));
            model.fit(data, 3, 2);
            model.save(file);
            try (Model loaded = Model.load(file)) {
                loaded.compile(new Adam(0.1), Loss.softmaxCrossEntropy(), Metric.accuracy());
                assertEquals(model.predict(texts), loaded.predict(texts));
                assertEquals(model.evaluate(data), loaded.evaluate(data));
                assertTrue(loaded.summary().contains("gru1"), loaded.summary());
            }
        }
    }

    @Test
    void aMaskFromAnInput() {
        Placeholder steps = Placeholder.of("steps", Shape.of(Shape.UNKNOWN, 3, 2));
        Placeholder counts = Placeholder.of("counts", DType.INT32, Shape.of(Shape.UNKNOWN, 3));
        Dense dense = new Dense(4);
        GRU gru = new GRU(4);
        try (Model model = Model.of(List.of(steps, counts), () -> {
            Tensor hidden = dense.apply(Attachments.masked(steps, counts));
            return List.of(gru.apply(hidden.add(hidden.tanh())));
        })) {
            NDArray twoOfThree = NDArray.of(1, 1, 0).reshape(1, 3);
            NDArray two = model.predict(X.rows(0, 1), twoOfThree);
            NDArray other = NDArray.of(1f, 2, 3, -1, 8, 8).reshape(1, 3, 2);
            assertEquals(two, model.predict(other, twoOfThree));
            assertTrue(!two.equals(model.predict(other, NDArray.of(1, 1, 1).reshape(1, 3))));
        }
    }
}
