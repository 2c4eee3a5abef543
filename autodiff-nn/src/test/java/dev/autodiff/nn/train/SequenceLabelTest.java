package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.OneHot;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests of labels and weights for each position of sequences; expected values are PyTorch's and scikit-learn's. */
class SequenceLabelTest {
    private static final NDArray X =
            NDArray.of(1f, 2f, 0f, -1f, 3f, 1f, -2f, 0.5f, 1f, 1f, 0f, 0f).reshape(2, 3, 2);
    private static final NDArray CLASSES = NDArray.of(0, 2, 1, 1, 0, 2).reshape(2, 3);
    private static final NDArray NUMBERS = NDArray.of(1f, 0f, 2f, 0.5f, -1f, 0f).reshape(2, 3);
    private static final NDArray WEIGHTS = NDArray.of(1f, 1f, 0f, 1f, 0.5f, 0f).reshape(2, 3);

    private static Model classifier(Metric... metrics) {
        Model model = Model.sequential(new Dense(3)).build(3, 2);
        variable(model, "weights", NDArray.of(new float[][] {{0.5f, -1, 0.25f}, {1, 0.5f, -0.75f}}));
        variable(model, "bias", NDArray.of(0.1f, -0.2f, 0.3f));
        return model.compile(new GradientDescent(1e-12), Loss.softmaxCrossEntropy(), metrics);
    }

    private static Model regression(Metric... metrics) {
        Model model = Model.sequential(new Dense(1)).build(3, 2);
        variable(model, "weights", NDArray.of(new float[][] {{0.5f}, {1}}));
        variable(model, "bias", NDArray.of(0f));
        return model.compile(new GradientDescent(1e-12), Loss.meanSquaredError(), metrics);
    }

    private static void variable(Model model, String name, NDArray value) {
        Objects.requireNonNull(model.variables().get("dense1/" + name)).assign(value);
    }

    @Test
    void classesOfPositionsAreMeasured() {
        Dataset data = new Dataset(X, CLASSES);
        try (Model model = classifier(Metric.accuracy(), Metric.topKAccuracy(2))) {
            Map<String, Double> logs = model.fit(data, 1, 1).epochs().get(0);
            assertEquals(1.171539282458231, logs.getOrDefault("loss", Double.NaN), 1e-6);
            assertEquals(0.8333333333333334, logs.getOrDefault("accuracy", Double.NaN), 1e-12);
            assertEquals(0.8333333333333334, logs.getOrDefault("top2Accuracy", Double.NaN), 1e-12);
            assertEquals(0.8333333333333334, model.evaluate(data).getOrDefault("accuracy", Double.NaN), 1e-12);
        }
    }

    @Test
    void weightsOfPositionsLeavePaddingOut() {
        try (Model model = classifier()) {
            Trainer trainer = model.trainer();
            assertEquals(0.10424466124759536, trainer.step(X, CLASSES, WEIGHTS), 1e-6);
            NDArray gradient = trainer.gradients(X, CLASSES, WEIGHTS).get("dense1/weights");
            assertArrayEquals(
                    new double[] {-0.0560, 0.0616, -0.0056, -0.0567, -0.0082, 0.0649},
                    Objects.requireNonNull(gradient).toDoubles(),
                    6e-5);
            FitOptions weighted = FitOptions.epochs(1).batch(1).sampleWeights(WEIGHTS);
            assertEquals(
                    0.10424466124759536,
                    model.fit(new Dataset(X, CLASSES), weighted).last("loss"),
                    1e-6);
        }
    }

    @Test
    void numbersOfPositionsMayLackTheLastAxis() {
        try (Model model = regression(Metric.mae(), Metric.rmse())) {
            for (NDArray labels : List.of(NUMBERS, NUMBERS.reshape(2, 3, 1))) {
                Map<String, Double> logs =
                        model.fit(new Dataset(X, labels), 1, 2).epochs().get(0);
                assertEquals(1.7916666666666667, logs.getOrDefault("loss", Double.NaN), 1e-6);
                assertEquals(1.0833333333333333, logs.getOrDefault("mae", Double.NaN), 1e-6);
                assertEquals(1.3385315336840842, logs.getOrDefault("rmse", Double.NaN), 1e-6);
                model.compile(new GradientDescent(1e-12), Loss.meanSquaredError(), Metric.mae(), Metric.rmse());
            }
        }
    }

    @Test
    void weightsOfPositionsFitLossesOfNumbers() {
        try (Model model = regression()) {
            Trainer trainer = model.trainer();
            assertEquals(1.2291666666666667, trainer.step(X, NUMBERS, WEIGHTS), 1e-6);
            assertArrayEquals(
                    new double[] {1.5833, 1.5833},
                    Objects.requireNonNull(
                                    trainer.gradients(X, NUMBERS, WEIGHTS).get("dense1/weights"))
                            .toDoubles(),
                    6e-5);
        }
    }

    @Test
    void weightsOfExamplesCountForAllTheirPositions() {
        NDArray each = NDArray.of(1f, 1f, 1f, 0.25f, 0.25f, 0.25f).reshape(2, 3);
        FitOptions options = FitOptions.epochs(1).batch(2).shuffle(false);
        try (Model model = classifier()) {
            Dataset data = new Dataset(X, CLASSES);
            double expected = model.fit(data, options.sampleWeights(each)).last("loss");
            for (NDArray weights : List.of(NDArray.of(1f, 0.25f), NDArray.of(new float[][] {{1}, {0.25f}}))) {
                assertEquals(
                        expected,
                        model.fit(data, options.sampleWeights(weights)).last("loss"),
                        1e-7);
            }
        }
    }

    @Test
    void classesOfPositionsAreWeighted() {
        NDArray byClass = NDArray.of(2f, 0.5f, 1f, 1f, 2f, 0.5f).reshape(2, 3);
        NDArray rows = NDArray.of(1f, 3f);
        NDArray both = NDArray.of(2f, 0.5f, 1f, 3f, 6f, 1.5f).reshape(2, 3);
        FitOptions options = FitOptions.epochs(1).batch(1);
        Map<Integer, Double> weights = Map.of(0, 2.0, 2, 0.5);
        NDArray oneHot = OneHot.encode(CLASSES.reshape(-1), 3).reshape(2, 3, 3);
        for (NDArray labels : List.of(CLASSES, oneHot)) {
            Dataset data = new Dataset(X, labels);
            try (Model model = classifier()) {
                double expected =
                        model.fit(data, options.sampleWeights(byClass)).last("loss");
                assertEquals(
                        expected, model.fit(data, options.classWeights(weights)).last("loss"), 1e-7);
                double ofBoth = model.fit(data, options.sampleWeights(both)).last("loss");
                FitOptions product = options.sampleWeights(rows).classWeights(weights);
                assertEquals(ofBoth, model.fit(data, product).last("loss"), 1e-7);
            }
        }
    }

    @Test
    void weightsOfAnotherShapeThanTheLoss() {
        FitOptions options = FitOptions.epochs(1);
        try (Model model = Model.sequential(new Dense(3))) {
            model.compile(new GradientDescent(0.1), Loss.softmaxCrossEntropy());
            Dataset rows = new Dataset(NDArray.zeros(DType.FLOAT32, 2, 4), NDArray.of(0, 1));
            refused(
                    GraphException.class,
                    () -> model.fit(rows, options.sampleWeights(WEIGHTS)),
                    "weights of examples have the shape of the loss, [?]",
                    "[?, 3]");
        }
        try (Model model = classifier()) {
            refused(
                    GraphException.class,
                    () -> model.fit(new Dataset(X, CLASSES), options.sampleWeights(NDArray.zeros(DType.FLOAT32, 2, 2))),
                    "shape of the loss, [?, 3]",
                    "[?, 2]");
        }
    }
}
