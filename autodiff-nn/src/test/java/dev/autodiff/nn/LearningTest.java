package dev.autodiff.nn;

import static dev.autodiff.nn.Feed.feed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.optimizer.Adagrad;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Momentum;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.RmsProp;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small models that learn, written as a user writes them. */
class LearningTest {
    @Test
    void linearRegressionFindsTheWeights() {
        Dataset data = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 1000, 1);
        Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("Y", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("weights", Shape.of(2, 1), Initializers.randomNormal(0, 0.01));
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());
        Tensor cost = Losses.meanSquaredError(x.matmul(w).add(b), y).mul(0.5);
        TrainOp train = new GradientDescent(0.03).minimize(cost);
        try (Session session = new Session(1)) {
            PreparedRun step = session.prepare(train, List.of(), x, y);
            Batches batches = Batches.shuffled(data, 10, 1);
            for (int epoch = 0; epoch < 3; epoch++) {
                for (Batch batch : batches.epoch(epoch)) {
                    step.run(batch.features(), batch.labels().reshape(-1, 1));
                }
            }
        }
        assertArrayEquals(new double[] {2, -3.4}, w.value().toDoubles(), 0.01);
        assertEquals(4.2, b.value().item(), 0.01);
    }

    private static double xorCost(boolean hidden) {
        NDArray inputs = NDArray.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
        NDArray targets = NDArray.of(new float[][] {{0}, {1}, {1}, {0}});
        Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("Y", Shape.of(Shape.UNKNOWN, 1));
        Tensor layer = x;
        if (hidden) {
            Variable w = Variable.of("hidden/weights", Shape.of(2, 8), Initializers.glorotUniform());
            Variable b = Variable.of("hidden/bias", Shape.of(8), Initializers.zeros());
            layer = x.matmul(w).add(b).tanh();
        }
        Variable w = Variable.of("weights", Shape.of(layer.shape().dim(1), 1), Initializers.glorotUniform());
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());
        Tensor logits = layer.matmul(w).add(b);
        Tensor cost = Losses.sigmoidCrossEntropy(logits, y).mean();
        TrainOp train = new Adam(0.05).minimize(cost);
        try (Session session = new Session(2)) {
            PreparedRun step = session.prepare(train, List.of(cost, logits), x, y);
            for (int i = 0; i < 500; i++) {
                step.run(inputs, targets);
            }
            if (hidden) {
                for (int i = 0; i < 4; i++) {
                    assertEquals(targets.at(i) == 1, step.value(1).at(i) > 0);
                }
            }
            return step.number(0);
        }
    }

    @Test
    void xorNeedsAHiddenLayer() {
        assertTrue(xorCost(true) < 0.01);
        assertEquals(Math.log(2), xorCost(false), 1e-3); // no better than a coin
    }

    // ---- iris ----

    private static Dataset iris() {
        CsvTable table = CsvTable.read(Path.of("src/test/resources/dev/autodiff/nn/data/iris.csv"));
        NDArray features = table.allExcept("target");
        return new Dataset(StandardScaler.fit(features).transform(features), table.classes("target"));
    }

    @Test
    void softmaxRegressionLearnsIris() {
        Dataset data = iris();
        Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 4));
        Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
        Variable w = Variable.of("weights", Shape.of(4, 3), Initializers.zeros());
        Variable b = Variable.of("bias", Shape.of(3), Initializers.zeros());
        Tensor logits = x.matmul(w).add(b);
        TrainOp train = new GradientDescent(0.5)
                .minimize(Losses.softmaxCrossEntropy(logits, labels).mean());
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(train, List.of(), x, labels);
            for (int i = 0; i < 200; i++) {
                step.run(data.features(), data.labels());
            }
            NDArray predicted = session.run(logits.argmax(1), feed(x, data.features()));
            double accuracy = Classification.accuracy(predicted, data.labels());
            assertTrue(accuracy > 0.95, () -> "accuracy " + accuracy);
        }
        double[] byHand = softmaxRegressionByHand(data, 0.5, 200);
        double[] found = new double[15];
        System.arraycopy(w.value().toDoubles(), 0, found, 0, 12);
        System.arraycopy(b.value().toDoubles(), 0, found, 12, 3);
        assertArrayEquals(byHand, found, 2e-4);
    }

    /** The same in plain Java and double precision: so both kinds of kernels are compared with it. */
    private static double[] softmaxRegressionByHand(Dataset data, double rate, int steps) {
        double[] p = new double[15]; // weights [4, 3], bias [3]
        int n = data.rows();
        for (int step = 0; step < steps; step++) {
            double[] gradient = new double[15];
            for (int i = 0; i < n; i++) {
                double[] scores = new double[3];
                double sum = 0;
                for (int c = 0; c < 3; c++) {
                    scores[c] = p[12 + c];
                    for (int j = 0; j < 4; j++) {
                        scores[c] += data.features().at(4 * i + j) * p[3 * j + c];
                    }
                    scores[c] = Math.exp(scores[c]);
                    sum += scores[c];
                }
                for (int c = 0; c < 3; c++) {
                    double d = (scores[c] / sum - (data.labels().at(i) == c ? 1 : 0)) / n;
                    gradient[12 + c] += d;
                    for (int j = 0; j < 4; j++) {
                        gradient[3 * j + c] += d * data.features().at(4 * i + j);
                    }
                }
            }
            for (int k = 0; k < 15; k++) {
                p[k] -= rate * gradient[k];
            }
        }
        return p;
    }

    @Test
    void aNetworkWithDropoutLearnsIris() {
        List<Dataset> parts = iris().split(3, 0.7, 0.3);
        Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 4));
        Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
        Placeholder keep = Placeholder.of("keep", Shape.scalar());
        Variable w1 = Variable.of("w1", Shape.of(4, 32), Initializers.heNormal());
        Variable b1 = Variable.of("b1", Shape.of(32), Initializers.zeros());
        Variable w2 = Variable.of("w2", Shape.of(32, 3), Initializers.glorotUniform());
        Variable b2 = Variable.of("b2", Shape.of(3), Initializers.zeros());
        Tensor hidden = Dropout.keep(x.matmul(w1).add(b1).relu(), keep);
        Tensor logits = hidden.matmul(w2).add(b2);
        TrainOp train = new Adam(0.02)
                .minimize(Losses.softmaxCrossEntropy(logits, labels).mean());
        try (Session session = new Session(4)) {
            for (int epoch = 0; epoch < 20; epoch++) {
                for (Batch batch : Batches.shuffled(parts.get(0), 16, 4).epoch(epoch)) {
                    session.run(train, feed(x, batch.features()), feed(labels, batch.labels()), feed(keep, 0.5));
                }
            }
            Dataset test = parts.get(1);
            NDArray predicted = session.run(logits.argmax(1), feed(x, test.features()), feed(keep, 1));
            double accuracy = Classification.accuracy(predicted, test.labels());
            assertTrue(accuracy > 0.9, () -> "accuracy " + accuracy);
        }
    }

    // ---- every optimizer ----

    static Stream<Arguments> optimizers() {
        return Stream.of(
                Arguments.of("gradient descent", new GradientDescent(0.1)),
                Arguments.of("momentum", new Momentum(0.02, 0.9)),
                Arguments.of("Nesterov", Momentum.nesterov(0.02, 0.9)),
                Arguments.of("Adagrad", new Adagrad(1)),
                Arguments.of("RMSProp", new RmsProp(0.05)),
                Arguments.of("Adam", new Adam(0.1)),
                Arguments.of("AdamW", Adam.withDecay(0.1, 0.001)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("optimizers")
    void everyOptimizerFitsALine(String name, Optimizer optimizer) {
        Dataset data = Generators.linear(new double[] {1.5, -2}, 0.5, 0.01, 128, 2);
        Placeholder x = Placeholder.of("X", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("Y", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("weights", Shape.of(2, 1), Initializers.zeros());
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());
        Tensor cost = Losses.meanSquaredError(x.matmul(w).add(b), y);
        try (Session session = new Session()) {
            PreparedRun step = session.prepare(optimizer.minimize(cost), List.of(cost), x, y);
            NDArray targets = data.labels().reshape(-1, 1);
            step.run(data.features(), targets);
            double before = step.number(0);
            for (int i = 0; i < 300; i++) {
                step.run(data.features(), targets);
            }
            double after = step.number(0);
            assertTrue(before > 4 && after < 0.01, () -> name + " from " + before + " to " + after);
        }
    }
}
