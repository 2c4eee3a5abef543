package dev.autodiff.nn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Feed;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares layers with PyTorch's, whose values record_pytorch.py writes to pytorch.csv. */
class PyTorchLayersTest {
    private static final Map<String, double[]> EXPECTED = read();
    private static final double[][] ROWS = {{0.5, -1.0, 2.0}, {1.5, 0.25, -0.75}, {-0.5, 1.25, 0.1}, {2.0, -0.3, 0.6}};
    private static final double[][] MORE = {{0.3, -0.5, 1.0}, {-0.2, 0.9, -2.0}, {0.8, 0.1, 0.4}};
    private static final Tensor UPSTREAM =
            Tensors.constant(new double[][] {{1.0, -2.0, 0.5}, {0.3, 0.7, -0.1}, {-0.6, 0.4, 0.9}, {0.2, -0.8, 1.1}});

    private final Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 3));
    private final Session session = new Session();

    private static Map<String, double[]> read() {
        try (InputStream in = PyTorchLayersTest.class.getResourceAsStream("pytorch.csv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(",", -1))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> Arrays.stream(parts)
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertPyTorch(String name, NDArray actual) {
        assertArrayEquals(EXPECTED.get(name), actual.toDoubles(), 1e-12, name);
    }

    /** Compares the output and the gradients of the sum of output times upstream. */
    private void assertPasses(String name, Layer layer, Mode mode) {
        Tensor y = layer.apply(x, mode);
        Tensor scale = layer.variables().get(0);
        Tensor shift = layer.variables().get(1);
        List<Tensor> gradients = Tensors.gradients(y.mul(UPSTREAM).sum(), x, scale, shift);
        Feed rows = Feed.feed(x, ROWS);
        assertPyTorch(name + "/y", session.run(y, rows));
        assertPyTorch(name + "/dx", session.run(gradients.get(0), rows));
        assertPyTorch(name + "/dscale", session.run(gradients.get(1), rows));
        assertPyTorch(name + "/dshift", session.run(gradients.get(2), rows));
    }

    /** Gives the layer the scale and the shift of the recording. */
    private static <L extends Layer> L withParameters(L layer, Tensor x) {
        layer.apply(x, Mode.INFERENCE);
        layer.variables().get(0).assign(NDArray.of(1.5, 0.5, -2.0));
        layer.variables().get(1).assign(NDArray.of(0.1, -0.2, 0.3));
        return layer;
    }

    @Test
    void batchNormAndItsMovingStatistics() {
        Layer norm = withParameters(new BatchNorm(), x);
        assertPasses("batchNorm/training", norm, Mode.TRAINING);
        List<Tensor> updates = Attachments.assignments(norm.apply(x, Mode.TRAINING));
        session.run(updates, Feed.feed(x, ROWS));
        session.run(updates, Feed.feed(x, MORE));
        assertPyTorch("batchNorm/movingMean", norm.variables().get(2).value());
        assertPyTorch("batchNorm/movingVariance", norm.variables().get(3).value());
        assertPasses("batchNorm/inference", norm, Mode.INFERENCE);
    }

    @Test
    void batchNormOverAllAxesButTheLast() {
        Placeholder images = Placeholder.of("images", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 2, 3));
        Layer norm = withParameters(new BatchNorm(), images);
        Tensor y = norm.apply(images, Mode.TRAINING);
        Feed rows = Feed.feed(images, NDArray.of(ROWS).reshape(2, 2, 3));
        assertPyTorch("batchNorm3/y", session.run(y, rows));
        session.run(Attachments.assignments(y), rows);
        assertPyTorch("batchNorm3/movingVariance", norm.variables().get(3).value());
    }

    @Test
    void layerNorm() {
        assertPasses("layerNorm", withParameters(new LayerNorm(), x), Mode.TRAINING);
    }

    @Test
    void penaltyAndConstraintOfDense() {
        double[][] weights = {{0.1, -0.2}, {0.3, 0.4}, {-0.5, 0.6}};
        Dense dense = new Dense(2, Activation.TANH)
                .kernelInitializer(Initializers.value(NDArray.of(weights)))
                .biasInitializer(Initializers.value(NDArray.of(0.05, -0.1)))
                .kernelRegularizer(Regularizer.l2(0.1))
                .kernelConstraint(Constraint.maxNorm(0.5));
        Tensor y = dense.apply(x);
        Tensor cost = y.square().mean().add(Attachments.penalties(y).get(0));
        TrainOp step = new GradientDescent(0.1).minimize(cost);
        session.run(step, Feed.feed(x, ROWS));
        session.run(step, Feed.feed(x, ROWS));
        List<Variable> variables = dense.variables();
        assertPyTorch("dense/weights", variables.get(0).value());
        assertPyTorch("dense/bias", variables.get(1).value());
    }
}
