package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.GraphException;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.Regularizer;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import dev.autodiff.nn.optimizer.Schedule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DividedStepTest {
    private static final int WIDTH = 5;
    private static final NDArray X = random(12, WIDTH, 1);
    private static final NDArray Y = NDArray.of(0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 0, 1);

    private static NDArray random(int rows, int columns, long seed) {
        Random random = new Random(seed);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return NDArray.wrap(values, rows, columns);
    }

    private static Model model(Optimizer optimizer, Layer... between) {
        Layer[] layers = new Layer[between.length + 2];
        layers[0] = new Dense(7, Activation.TANH).kernelRegularizer(Regularizer.l2(0.01));
        System.arraycopy(between, 0, layers, 1, between.length);
        layers[layers.length - 1] = new Dense(3, Activation.SOFTMAX);
        return Model.sequential(layers)
                .seed(3)
                .compile(optimizer, Loss.softmaxCrossEntropy())
                .build(WIDTH);
    }

    /** Returns the mean of parts by the numbers of their examples. */
    private static DividedStep.Part mean(List<DividedStep.Part> parts, int... counts) {
        double loss = 0;
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        int all = 0;
        for (int i = 0; i < counts.length; i++) {
            DividedStep.Part part = parts.get(i);
            all += counts[i];
            loss += part.loss() * counts[i];
            for (Map.Entry<String, NDArray> entry : part.gradients().entrySet()) {
                NDArray sum = gradients.computeIfAbsent(
                        entry.getKey(),
                        name -> NDArray.zeros(
                                entry.getValue().dtype(), entry.getValue().shape()));
                float[] to = (float[]) sum.storage();
                float[] from = entry.getValue().toFloats();
                for (int k = 0; k < to.length; k++) {
                    to[k] += from[k] * counts[i];
                }
            }
        }
        for (NDArray sum : gradients.values()) {
            float[] to = (float[]) sum.storage();
            for (int k = 0; k < to.length; k++) {
                to[k] /= all;
            }
        }
        return new DividedStep.Part(loss / all, gradients, parts.get(0).averages());
    }

    private static void assertSame(Model expected, Model actual, double tolerance) {
        expected.variables().forEach((name, variable) -> {
            NDArray value = Objects.requireNonNull(actual.variables().get(name)).value();
            float[] a = variable.value().toFloats();
            float[] b = value.toFloats();
            for (int i = 0; i < a.length; i++) {
                assertEquals(a[i], b[i], tolerance, name);
            }
        });
    }

    @Test
    void partsOfUnequalSizesMakeTheStepOfTheWholeBatch() {
        List<Optimizer> optimizers = List.of(
                new Adam(Schedule.cosine(0.02, 0, 10)).clipGlobalNorm(0.5), new GradientDescent(0.3).averaging(0.9));
        for (Optimizer optimizer : optimizers) {
            try (Model whole = model(optimizer);
                    Model divided = model(optimizer)) {
                DividedStep step = divided.trainer().divided(X, Y);
                for (int i = 0; i < 4; i++) {
                    double loss = whole.trainer().step(X, Y);
                    DividedStep.Part mean = mean(
                            List.of(
                                    step.compute(X.rows(0, 3), Y.rows(0, 3)),
                                    step.compute(X.rows(3, 12), Y.rows(3, 12))),
                            3,
                            9);
                    assertEquals(loss, mean.loss(), 1e-6);
                    step.apply(mean);
                    assertEquals(
                            whole.trainer().learningRate(), divided.trainer().learningRate());
                }
                assertSame(whole, divided, 2e-6);
            }
        }
    }

    @Test
    void onePartIsTheWholeStepToTheBitWithItsMovingAverages() {
        try (Model whole = model(new GradientDescent(0.1), new BatchNorm());
                Model divided = model(new GradientDescent(0.1), new BatchNorm())) {
            DividedStep step = divided.trainer().divided(X, Y);
            for (int i = 0; i < 3; i++) {
                whole.trainer().step(X, Y);
                DividedStep.Part part = step.compute(X, Y);
                assertEquals(2, part.averages().size(), part.averages().keySet()::toString);
                step.apply(part);
            }
            assertSame(whole, divided, 0);
        }
    }

    @Test
    void dropoutFollowsThePositionOfTheRandomNumbers() {
        try (Model whole = model(new GradientDescent(0.1), Dropout.rate(0.5));
                Model divided = model(new GradientDescent(0.1), Dropout.rate(0.5))) {
            DividedStep step = divided.trainer().divided(X, Y);
            for (int i = 0; i < 3; i++) {
                divided.session().setRandomState(i);
                double loss = step.compute(X, Y).loss();
                divided.session().setRandomState(i);
                assertEquals(loss, step.compute(X, Y).loss());
                divided.session().setRandomState(i + 7);
                assertTrue(loss != step.compute(X, Y).loss());
                divided.session().setRandomState(i);
                DividedStep.Part part = step.compute(X, Y);
                divided.session().setRandomState(i);
                step.apply(part);
                assertEquals(loss, whole.trainer().step(X, Y));
            }
        }
    }

    @Test
    void theStateGoesThroughAFile(@TempDir Path folder) {
        Path file = folder.resolve("state.safetensors");
        try (Model first = model(new Adam(0.02));
                Model second = model(new Adam(0.02));
                Model third = model(new Adam(0.02))) {
            DividedStep step = first.trainer().divided(X, Y);
            step.apply(step.compute(X, Y));
            StateFile.save(first, file);
            StateFile.load(second, file);
            StateFile.load(third, file); // into whole steps as well
            DividedStep again = second.trainer().divided(X, Y);
            for (int i = 0; i < 2; i++) {
                step.apply(step.compute(X, Y));
                again.apply(again.compute(X, Y));
                third.trainer().step(X, Y);
            }
            assertSame(first, second, 0);
            assertSame(first, third, 0);
            second.restore(Snapshot.of(third.snapshot().toArrays()));
            assertSame(third, second, 0);
        }
    }

    @Test
    void mistakesAreNamed() {
        try (Model model = model(new Adam(0.02));
                Model other = model(new Adam(0.02))) {
            DividedStep step = model.trainer().divided(X, Y);
            String whole = String.valueOf(assertThrows(
                            IllegalStateException.class, () -> model.trainer().step(X, Y))
                    .getMessage());
            assertTrue(whole.contains("is divided: call compute and apply"), whole);
            DividedStep.Part nothing = new DividedStep.Part(1, Map.of(), Map.of());
            String empty = String.valueOf(assertThrows(GraphException.class, () -> step.apply(nothing))
                    .getMessage());
            assertTrue(empty.contains("gradients of [dense1/weights, dense1/bias,"), empty);
            other.trainer().step(X, Y);
            String late = String.valueOf(assertThrows(
                            IllegalStateException.class, () -> other.trainer().divided(X, Y))
                    .getMessage());
            assertTrue(late.contains("makes whole steps: call divided(...) before all else"), late);
        }
    }
}
