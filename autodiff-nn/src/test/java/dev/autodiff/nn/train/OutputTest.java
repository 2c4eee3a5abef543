package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Regularizer;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.metric.Regression;
import dev.autodiff.nn.optimizer.Adam;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tests of models with several outputs, each with its loss, weight and metrics. */
class OutputTest {
    private static final Dataset MOONS = Generators.moons(40, 0.1, 7);
    private static final NDArray NUMBERS =
            Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 40, 1).labels();
    private static final Dataset DATA = new Dataset(MOONS.inputs(), List.of(NUMBERS, MOONS.labels()));
    private static final Output NUMBER = Output.of(Loss.meanSquaredError(), Metric.mae(), Metric.r2());
    private static final Output KIND = Output.of(Loss.softmaxCrossEntropy(), Metric.accuracy());

    private static Model twoHeads() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Layer body = new Dense(6, Activation.TANH).kernelRegularizer(Regularizer.l2(0.01));
        Layer number = new Dense(1);
        Layer kind = new Dense(2);
        return Model.of(List.of(x), () -> {
                    Tensor shared = body.apply(x);
                    return List.of(number.apply(shared), kind.apply(shared));
                })
                .seed(3);
    }

    private static double log(Map<String, Double> logs, String name) {
        return Objects.requireNonNull(logs.get(name), name);
    }

    @Test
    void lossesAndMetricsOfEachOutput() {
        try (Model model = twoHeads()) {
            model.compile(new Adam(0.05), NUMBER.named("number").weight(0.25), KIND);
            History history = model.fit(DATA, FitOptions.epochs(8).batch(9).validationSplit(0.2));
            List<String> names = List.of(
                    "loss", "penalty", "number_loss", "number_mae", "number_r2", "output2_loss", "output2_accuracy");
            assertEquals(names, history.names().subList(0, 7));
            assertEquals(
                    names.stream().map(name -> "val_" + name).toList(),
                    history.names().subList(7, 14));

            Map<String, Double> measured = model.evaluate(DATA, 7);
            List<NDArray> predicted = model.predictAll(7, DATA.inputs());
            NDArray number = predicted.get(0);
            assertEquals(Regression.mse(number, NUMBERS), log(measured, "number_loss"), 1e-4);
            assertEquals(Regression.mae(number, NUMBERS), log(measured, "number_mae"), 1e-5);
            assertEquals(Regression.r2(number, NUMBERS), log(measured, "number_r2"), 1e-5);
            double kindLoss = Classification.crossEntropy(predicted.get(1), MOONS.labels(), true);
            assertEquals(kindLoss, log(measured, "output2_loss"), 1e-5);
            assertEquals(
                    Classification.accuracy(predicted.get(1), MOONS.labels()), log(measured, "output2_accuracy"), 1e-9);
            double penalty =
                    0.01 * sumOfSquares(Objects.requireNonNull(model.variables().get("dense1/weights")));
            assertEquals(0.25 * log(measured, "number_loss") + kindLoss + penalty, log(measured, "loss"), 1e-4);
        }
    }

    private static double sumOfSquares(Variable variable) {
        double sum = 0;
        for (double value : variable.value().toDoubles()) {
            sum += value * value;
        }
        return sum;
    }

    @Test
    void lossesOfTrainingAreMeansOverItsBatches() {
        try (Model model = twoHeads()) {
            model.compile(new Adam(1e-9), NUMBER, KIND);
            Map<String, Double> logs = model.fit(DATA, 1, 7).epochs().get(0);
            Map<String, Double> measured = model.evaluate(DATA);
            measured.forEach((name, value) -> assertEquals(value, log(logs, name), 1e-4, name));
            assertEquals(measured.keySet(), logs.keySet());
        }
    }

    @Test
    void aWeightIsAFactorOfTheLoss() {
        Loss half = (output, labels) ->
                Loss.meanSquaredError().apply(output, labels).mul(0.5);
        try (Model weighted = twoHeads();
                Model byHand = twoHeads();
                Model without = twoHeads()) {
            weighted.compile(new Adam(0.05), NUMBER.weight(0.5), KIND).fit(DATA, 2, 10);
            byHand.compile(new Adam(0.05), Output.of(half), KIND).fit(DATA, 2, 10);
            without.compile(new Adam(0.05), NUMBER, KIND).fit(DATA, 2, 10);
            assertEquals(values(byHand), values(weighted));
            assertNotEquals(values(without), values(weighted));
        }
    }

    private static List<NDArray> values(Model model) {
        return model.variables().values().stream().map(Variable::value).toList();
    }

    @Test
    void oneOutputHasNoNameInItsValues() {
        try (Model model = Model.sequential(new Dense(2))) {
            model.compile(new Adam(0.1), KIND.named("kind"));
            assertEquals(
                    List.of("loss", "accuracy"),
                    List.copyOf(model.evaluate(MOONS).keySet()));
        }
    }

    @Test
    void outputsThatDoNotFitAreRefused() {
        try (Model model = twoHeads()) {
            refused(
                    IllegalArgumentException.class,
                    () -> model.compile(new Adam(0.1), NUMBER.named("a"), KIND.named("a")),
                    "named a");
            refused(IllegalArgumentException.class, () -> model.compile(new Adam(0.1)), "no loss");
            refused(IllegalArgumentException.class, () -> NUMBER.weight(-1), "0 or more", "-1");
            model.compile(new Adam(0.1), NUMBER, Output.of(Loss.softmaxCrossEntropy(), Metric.mse()));
            refused(IllegalArgumentException.class, () -> model.fit(DATA, 1, 8), "metric output2_mse does not fit");
            model.compile(new Adam(0.1), KIND);
            refused(GraphException.class, () -> model.trainer().step(MOONS.features(), NUMBERS), "2 outputs, 1 losses");
        }
    }
}
