package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.check.GradientCheck;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Compares losses and the gradients of their means with PyTorch 2.13's. */
class LossTest {
    private static final double[][] X = {{1, -2, 0.5}, {0.1, 0.2, 3}, {-1, 4, 2}};
    private static final Tensor CLASSES = Tensors.constant(2, 0, 1);
    private static final Tensor ROWS = Tensors.constant(new double[][] {{.2, .3, .5}, {0, 1, 0}, {.9, .1, 0}});

    private static void matches(Loss loss, Tensor labels, double[] values, double[] gradient) {
        Tensor x = Tensors.constant(X);
        Tensor y = loss.apply(x, labels);
        assertArrayEquals(values, y.eval().toDoubles(), 1e-12);
        assertArrayEquals(gradient, Tensors.gradients(y.mean(), x).get(0).eval().toDoubles(), 1e-9);
        Loss inSingle = (output, given) -> loss.apply(output.cast(DType.FLOAT32), given);
        assertArrayEquals(values, inSingle.apply(x, labels).eval().toDoubles(), 1e-6);
    }

    @Test
    void softmaxOfASingleOutputIsRefused() {
        Tensor output = Tensors.zeros(3, 1).softmax();
        Tensor labels = Tensors.zeros(3, 1);
        for (Loss loss : List.of(
                Loss.sigmoidCrossEntropy(),
                Loss.weightedSigmoidCrossEntropy(2),
                Loss.meanSquaredError(),
                Loss.hinge())) {
            refused(
                    GraphException.class,
                    () -> loss.apply(output, labels),
                    "softmax of a single output is always 1",
                    "end with sigmoid or no activation");
        }
    }

    @Test
    void smoothedLabels() {
        double[] values = {1.07126356900895, 2.90960146452147, 0.366178567060909};
        double[] gradient = {
            0.190138521,
            -0.001091482,
            -0.189047039,
            -0.294674002,
            0.007054704,
            0.287619298,
            -0.009144528,
            -0.019244246,
            0.028388774
        };
        Loss loss = Loss.smoothedSoftmaxCrossEntropy(0.1);
        matches(loss, CLASSES, values, gradient);
        matches(loss, CLASSES.expandDims(-1), values, gradient);
        matches(loss, ROWS, new double[] {1.65626356900895, 2.81960146452146, 4.41617856706091}, new double[] {
            0.130138521,
            -0.091091482,
            -0.039047039,
            0.005325998,
            -0.292945296,
            0.287619298,
            -0.279144528,
            0.250755754,
            0.028388774
        });
        Tensor probabilities = Activations.softmax(Tensors.constant(X), -1);
        assertArrayEquals(values, loss.apply(probabilities, CLASSES).eval().toDoubles(), 1e-12);
        refused(
                GraphException.class,
                () -> loss.apply(Tensors.zeros(3, 4), Tensors.zeros(3, 5)),
                "Loss.softmaxCrossEntropy()",
                "[3, 5]");
        refused(GraphException.class, () -> Loss.smoothedSoftmaxCrossEntropy(1.5), "0 to 1", "1.5");
    }

    @Test
    void ignoredClasses() {
        for (int ignored : new int[] {-100, 0, 7}) {
            Tensor labels = Tensors.constant(2, ignored, 1);
            Tensor x = Tensors.constant(X);
            Tensor mean = Loss.softmaxCrossEntropy()
                    .ignoreClass(ignored)
                    .apply(x, labels)
                    .mean();
            assertEquals(0.5687210680349294, mean.eval().item(), 1e-12);
            assertArrayEquals(
                    new double[] {
                        0.301874448, 0.015029444, -0.316903892, 0, 0, 0, 0.002949875, -0.062199702, 0.059249827
                    },
                    Tensors.gradients(mean, x).get(0).eval().toDoubles(),
                    1e-9);
            Loss smoothed = Loss.smoothedSoftmaxCrossEntropy(0.1).ignoreClass(ignored);
            assertEquals(
                    0.7187210680349294, smoothed.apply(x, labels).mean().eval().item(), 1e-12);
            assertEquals(
                    0.7187210680349294,
                    smoothed.apply(x, labels.expandDims(-1)).mean().eval().item(),
                    1e-12);
        }
        Tensor x = Tensors.constant(X);
        Tensor none = Loss.softmaxCrossEntropy().ignoreClass(3).apply(x, Tensors.constant(3, 3, 3));
        assertEquals(NDArray.of(0.0, 0.0, 0.0), none.eval());
        assertArrayEquals(
                new double[9], Tensors.gradients(none.mean(), x).get(0).eval().toDoubles(), 0.0);
        refused(
                GraphException.class,
                () -> Loss.softmaxCrossEntropy().ignoreClass(0).apply(x, ROWS),
                "Loss.ignoreClass()",
                "INT32");
        Loss scalar = (output, labels) -> output.mean();
        refused(GraphException.class, () -> scalar.ignoreClass(0).apply(x, CLASSES), "one number for each label");
    }

    @Test
    void paddingIsIgnoredInTraining() {
        NDArray x =
                NDArray.of(1f, 2f, 0f, -1f, 3f, 1f, -2f, 0.5f, 1f, 1f, 0f, 0f).reshape(2, 3, 2);
        NDArray padded = NDArray.of(0, 2, -1, 1, -1, -1).reshape(2, 3);
        NDArray alone = NDArray.of(1f, 2f, 0f, -1f, -2f, 0.5f).reshape(3, 2);
        try (Model sequences = compiled(-1);
                Model rows = compiled(-1)) {
            var padding = sequences.fit(new Dataset(x, padded), 1, 2).epochs();
            var without =
                    rows.fit(new Dataset(alone, NDArray.of(0, 2, 1)), 1, 3).epochs();
            assertEquals(
                    without.get(0).getOrDefault("loss", Double.NaN),
                    padding.get(0).getOrDefault("loss", Double.NaN),
                    1e-6);
            assertEquals(
                    without.get(0).getOrDefault("accuracy", Double.NaN),
                    padding.get(0).getOrDefault("accuracy", Double.NaN),
                    1e-12);
            assertArrayEquals(
                    rows.predict(alone).toDoubles(),
                    sequences.predict(alone.reshape(1, 3, 2)).toDoubles(),
                    1e-6);
        }
    }

    private static Model compiled(int ignored) {
        return Model.sequential(new Dense(3))
                .seed(4)
                .compile(
                        new GradientDescent(0.5),
                        Loss.softmaxCrossEntropy().ignoreClass(ignored),
                        Metric.accuracy().ignoreClass(ignored));
    }

    @Test
    void weightedAnswers() {
        Tensor labels = Tensors.constant(new double[][] {{1, 0, .3}, {0, 1, 1}, {1, 1, 0}});
        matches(
                Loss.weightedSigmoidCrossEntropy(3),
                labels,
                new double[] {0.725078749428604, 0.894858440979858, 2.04038761911702},
                new double[] {
                    -0.08964714,
                    0.013244769,
                    0.010659437,
                    0.058331021,
                    -0.150055334,
                    -0.015808624,
                    -0.243686193,
                    -0.005995403,
                    0.097866342
                });
        Tensor x = Tensors.constant(X);
        assertEquals(
                Loss.sigmoidCrossEntropy().apply(x, labels).eval(),
                Loss.weightedSigmoidCrossEntropy(1).apply(x, labels).eval());
        refused(GraphException.class, () -> Losses.weightedSigmoidCrossEntropy(x, labels, -1), "0 or more");
    }

    @Test
    void divergences() {
        double[] values = {0.62494388827771, 2.90960146452147, 4.30776226033613};
        double[] gradient = {
            0.134582965,
            -0.089980371,
            -0.044602595,
            0.016437109,
            -0.315167518,
            0.298730409,
            -0.298033417,
            0.258533532,
            0.039499885
        };
        matches(Loss.klDivergence(), ROWS, values, gradient);
        Tensor same = Activations.softmax(Tensors.constant(X), -1);
        assertArrayEquals(
                new double[3],
                Losses.klDivergence(Tensors.constant(X), same).eval().toDoubles(),
                1e-12);
        refused(GraphException.class, () -> Loss.klDivergence().apply(same, CLASSES), "Loss.klDivergence()");
    }

    @Test
    void cosines() {
        matches(
                Loss.cosineSimilarity(),
                ROWS,
                new double[] {0.106198848810718, -0.0664822495314534, 0.12049067317797},
                new double[] {
                    -0.053942272,
                    -0.057313664,
                    -0.121370113,
                    0.00024487,
                    -0.110314009,
                    0.007346105,
                    -0.070381854,
                    -0.015682913,
                    -0.003825101
                });
        Tensor zero = Tensors.constant(new double[][] {{0, 0, 0}});
        Tensor loss = Losses.cosineSimilarity(zero, Tensors.constant(new double[][] {{1, 2, 2}}));
        assertEquals(0, loss.eval().item(), 0.0);
    }

    @Test
    void hinges() {
        double[] values = {1 / 6.0, 1.9 / 3, 5 / 3.0};
        // at the kink, the first element, PyTorch's clamp has 1 where relu here has 0
        double[] gradient = {0, 0, -1 / 9.0, 1 / 9.0, -1 / 9.0, 0, -1 / 9.0, 0, 1 / 9.0};
        matches(Loss.hinge(), Tensors.constant(new double[][] {{1, -1, 1}, {-1, 1, 1}, {1, 1, -1}}), values, gradient);
        matches(Loss.hinge(), Tensors.constant(new double[][] {{1, 0, 1}, {0, 1, 1}, {1, 1, 0}}), values, gradient);
    }

    /** Values and gradients of PyTorch's binary_cross_entropy and nll_loss, with Keras's clipping. */
    @Test
    void probabilities() {
        Tensor p = Tensors.constant(new double[][] {{0.2, 0.5, 0.3}, {0.9, 0.05, 0.05}, {1e-9, 0.4, 0.6}});
        Tensor z = Tensors.constant(new double[][] {{0, 1, 0.3}, {1, 0, 0}, {0, 0.5, 1}});
        Tensor binary = Loss.binaryCrossEntropy().apply(p, z);
        double[] values = {0.5090516779763495, 0.06931570147764249, 0.40812796719535616};
        assertArrayEquals(values, binary.eval().toDoubles(), 1e-12);
        double[] gradient = {
            0.138888889, -0.222222222, 0, -0.12345679, 0.116959064, 0.116959064, 0, -0.046296296, -0.185185185
        };
        assertArrayEquals(
                gradient, Tensors.gradients(binary.mean(), p).get(0).eval().toDoubles(), 1e-9);
        Tensor classes = Loss.categoricalCrossEntropy().apply(p, Tensors.constant(1, 0, 2));
        double[] logs = {0.6931471805599453, 0.10536051565782628, 0.5108257237659859};
        assertArrayEquals(logs, classes.eval().toDoubles(), 1e-12);
        double[] ofClasses = {
            0.333333333, -0.333333333, 0.333333333, -0.037037037, 0.333333333, 0.333333333, 0, 0.3333333, -0.222222256
        };
        assertArrayEquals(
                ofClasses, Tensors.gradients(classes.mean(), p).get(0).eval().toDoubles(), 1e-8);
        double edge = Losses.binaryCrossEntropy(Tensors.constant(0f, 1f), Tensors.constant(1f, 1f))
                .eval()
                .at(0);
        assertEquals(-Math.log(1e-7), edge, 1e-4);
    }

    /** Nothing is lost in rounding if sigmoid or softmax is the last operation; behind others, losses are as right. */
    @Test
    void probabilitiesOfModels() {
        Tensor x = Tensors.constant(X);
        Tensor answers = Tensors.constant(new double[][] {{1, 0, .3}, {0, 1, 1}, {1, 1, 0}});
        assertEquals(
                Loss.sigmoidCrossEntropy().apply(x, answers).eval(),
                Loss.binaryCrossEntropy().apply(x.sigmoid(), answers).eval());
        assertEquals(
                Loss.softmaxCrossEntropy().apply(x, CLASSES).eval(),
                Loss.categoricalCrossEntropy().apply(x.softmax(), CLASSES).eval());
        assertArrayEquals(
                Loss.sigmoidCrossEntropy().apply(x, answers).eval().toDoubles(),
                Loss.binaryCrossEntropy()
                        .apply(x.sigmoid().transpose().transpose(), answers)
                        .eval()
                        .toDoubles(),
                1e-12);
        for (Tensor labels : List.of(CLASSES, ROWS)) {
            assertArrayEquals(
                    Loss.softmaxCrossEntropy().apply(x, labels).eval().toDoubles(),
                    Loss.categoricalCrossEntropy()
                            .apply(x.softmax().transpose().transpose(), labels)
                            .eval()
                            .toDoubles(),
                    1e-12);
        }
    }

    @Test
    void gradientsOfBothOperands() {
        NDArray x = NDArray.of(X);
        NDArray z = NDArray.of(new double[][] {{.2, .3, .5}, {.1, .8, .1}, {.7, .1, .2}});
        GradientCheck.of(in -> Losses.weightedSigmoidCrossEntropy(in.get(0), in.get(1), 2.5))
                .order(2)
                .run(x, z)
                .throwIfFailed();
        GradientCheck.of(in -> Losses.klDivergence(in.get(0), in.get(1)))
                .order(2)
                .run(x, z)
                .throwIfFailed();
        GradientCheck.of(in -> Losses.cosineSimilarity(in.get(0), in.get(1)))
                .order(2)
                .run(x, z)
                .throwIfFailed();
    }

    @Test
    void shapesThatWouldBroadcastAreRefused() {
        Tensor column = Tensors.zeros(5, 1);
        Tensor vector = Tensors.zeros(5);
        refused(GraphException.class, () -> Losses.hinge(column, vector), "[5, 1] and [5]", "expandDims(-1)");
        refused(GraphException.class, () -> Losses.binaryCrossEntropy(column, vector), "[5, 1] and [5]");
        refused(GraphException.class, () -> Losses.cosineSimilarity(column, vector), "[5, 1] and [5]");
    }
}
