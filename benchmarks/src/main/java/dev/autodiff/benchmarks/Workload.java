package dev.autodiff.benchmarks;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Dropout;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.Step;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The models that are measured, each with made-up data of the right shape: what one call of {@link Prepared#run()} does is
 * to feed the batch and to make a whole training step, or, for the inference workloads, to compute the logits.
 */
public enum Workload {
    /** Linear regression with two features, batch 10, gradient descent. */
    W1(10, true, 0, false, 2, 1),
    /** Linear regression with one feature, batch 5000, gradient descent. */
    W2(5000, true, 0, false, 1, 1),
    /** Softmax regression 784-10, batch 128, gradient descent. */
    W3(128, false, 0, false, 784, 10),
    /** Multilayer perceptron 784-128-10 with relu, batch 128, gradient descent. */
    W4(128, false, 0, false, 784, 128, 10),
    /** The same with dropout of one half and Adam. */
    W5(128, false, 0.5, true, 784, 128, 10),
    /** Multilayer perceptron 784-512-512-10, batch 256, Adam. */
    W6(256, false, 0, true, 784, 512, 512, 10),
    /** Multilayer perceptron 1024-2048-2048-1024, batch 512, gradient descent. */
    W7(512, false, 0, false, 1024, 2048, 2048, 1024),
    /** A chain of 1000 elementwise operations on 32 numbers, forward and backward. */
    W8(32, true, 0, false),
    /** Inference of 784-128-10, batch 1. */
    I1(1, false, 0, false, 784, 128, 10),
    /** Inference of 784-128-10, batch 128. */
    I128(128, false, 0, false, 784, 128, 10);

    private final int batch;
    private final boolean regression;
    private final double dropout;
    private final boolean adam;
    private final int[] layers;

    Workload(int batch, boolean regression, double dropout, boolean adam, int... layers) {
        this.batch = batch;
        this.regression = regression;
        this.dropout = dropout;
        this.adam = adam;
        this.layers = layers;
    }

    /** A workload that is ready to be run, again and again. */
    public interface Prepared {
        /** One training step, or one inference. */
        void run();
    }

    /** Builds the model and its data. */
    public Prepared prepare() {
        return switch (this) {
            case W8 -> chain();
            case I1, I128 -> inference();
            default -> training();
        };
    }

    /**
     * Builds the passes of a training step without its update: forward, or forward and backward with the gradients with
     * respect to all parameters. Each run makes them once.
     */
    Runnable preparePasses(boolean backward) {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, layers[0]));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, layers[layers.length - 1]));
        Tensor z = model(x);
        Tensor cost = regression
                ? Losses.meanSquaredError(z, y)
                : Losses.softmaxCrossEntropy(z, y).mean();
        Tensor[] parameters = Topology.order(List.of(cost)).stream()
                .filter(Variable.class::isInstance)
                .toArray(Tensor[]::new);
        List<Tensor> fetches = backward ? Tensors.gradients(cost, parameters) : List.of(cost);
        Step step = new Session(1).prepare(fetches, x, y);
        NDArray features = uniform(batch, layers[0]);
        NDArray targets = uniform(batch, layers[layers.length - 1]);
        return () -> step.run(features, targets);
    }

    private Prepared training() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, layers[0]));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, layers[layers.length - 1]));
        Tensor z = model(x);
        Tensor cost = regression
                ? Losses.meanSquaredError(z, y)
                : Losses.softmaxCrossEntropy(z, y).mean();
        Optimizer optimizer = adam ? new Adam(0.001) : new GradientDescent(0.01);
        TrainOp train = optimizer.minimize(cost);
        Step step = new Session(1).prepare(train, List.of(), x, y);
        NDArray features = uniform(batch, layers[0]);
        NDArray labels = regression ? uniform(batch, 1) : oneHot(batch, layers[layers.length - 1]);
        return () -> step.run(features, labels);
    }

    private Prepared inference() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, layers[0]));
        Step step = new Session(1).prepare(List.of(model(x)), x);
        NDArray features = uniform(batch, layers[0]);
        return () -> step.run(features);
    }

    private Prepared chain() {
        Placeholder x = Placeholder.of("x", Shape.of(batch));
        Tensor v = x;
        for (int i = 0; i < 1000; i++) {
            v = switch (i % 4) {
                case 0 -> v.add(0.1);
                case 1 -> v.mul(0.99);
                case 2 -> v.relu();
                default -> v.tanh();
            };
        }
        Step step = new Session(1).prepare(Tensors.gradients(v.sum(), x), x);
        NDArray values = uniform(batch);
        return () -> step.run(values);
    }

    private Tensor model(Tensor x) {
        Tensor h = x;
        for (int i = 0; i < layers.length - 1; i++) {
            Variable w =
                    Variable.of("weights" + i, Shape.of(layers[i], layers[i + 1]), Initializers.randomNormal(0, 0.05));
            Variable b = Variable.of("bias" + i, Shape.of(layers[i + 1]), Initializers.zeros());
            h = h.matmul(w).add(b);
            if (i < layers.length - 2) {
                h = h.relu();
                h = dropout > 0 ? Dropout.rate(h, dropout) : h;
            }
        }
        return h;
    }

    private static NDArray uniform(int... dims) {
        SplittableRandom random = new SplittableRandom(1);
        float[] values = new float[Shape.of(dims).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return NDArray.wrap(values, dims);
    }

    private static NDArray oneHot(int rows, int classes) {
        SplittableRandom random = new SplittableRandom(2);
        NDArray result = NDArray.zeros(DType.FLOAT32, rows, classes);
        for (int i = 0; i < rows; i++) {
            ((float[]) result.storage())[i * classes + random.nextInt(classes)] = 1;
        }
        return result;
    }
}
