package dev.autodiff.benchmarks;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.benchmarks.worker.Numbers;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The models that are measured, each with random data of the right shape. One call of {@link Prepared#run()} feeds the
 * batch and makes a whole training step, or, for the inference workloads, computes the logits.
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
    /** LeNet on images of 28 x 28, batch 64, gradient descent. */
    W9(64, false, 0, false, 784, 10),
    /** An LSTM of 128 units over the 28 rows of an image, its last output to 10 classes, batch 64, Adam. */
    W10(64, false, 0, true, 784, 10),
    /** A transformer for text: 4 blocks of 4 heads, 128 wide, 64 characters, batch 12, AdamW. */
    W11(12, false, 0, true),
    /** Two 3 x 3 convolutions with batch normalisation and pooling on images of 28 x 28, batch 64, Adam. */
    W12(64, false, 0, true, 784, 10),
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

    /** Returns the number of rows of a batch; for {@link #W8} the length of the vector. */
    public int batch() {
        return batch;
    }

    /**
     * Returns true if the targets are numbers and the cost is the mean squared error; else it is softmax cross-entropy.
     */
    public boolean regression() {
        return regression;
    }

    /** Returns the dropout rate after each hidden layer, 0 for none. */
    public double dropout() {
        return dropout;
    }

    /** Returns true if the optimizer is Adam with rate 0.001; else it is gradient descent with rate 0.01. */
    public boolean adam() {
        return adam;
    }

    /** Returns the width of each layer, the inputs first; of other layers than these the ends alone, or none. */
    public int[] layers() {
        return layers.clone();
    }

    /** A workload that is ready to run. */
    public interface Prepared {
        /** Makes one training step or one inference. */
        void run();

        /** Returns the cost and the parameters after the steps so far, or for inference the result of the last step. */
        List<NDArray> results();
    }

    /** Builds the model and its data. */
    public Prepared prepare() {
        return switch (this) {
            case W8 -> chain();
            case W11 -> new Gpt(batch).prepare();
            case I1, I128 -> inference();
            default -> training();
        };
    }

    /**
     * Builds the passes of a training step without its update: forward, or forward and backward with the gradients with
     * respect to all parameters. Each run executes them once.
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
        PreparedRun step = new Session(1).prepare(fetches, x, y);
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
        Session session = new Session(1);
        PreparedRun step = session.prepare(train, List.of(), x, y);
        NDArray features = uniform(batch, layers[0]);
        NDArray labels =
                regression ? uniform(batch, 1) : NDArray.wrap(Numbers.classes(batch, classes()), batch, classes());
        return new Prepared() {
            @Override
            public void run() {
                step.run(features, labels);
            }

            @Override
            public List<NDArray> results() {
                List<NDArray> results = new ArrayList<>();
                results.add(session.run(cost, feed(x, features), feed(y, labels)));
                session.variables().forEach(variable -> results.add(variable.value()));
                return results;
            }
        };
    }

    private Prepared inference() {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, layers[0]));
        PreparedRun step = new Session(1).prepare(List.of(model(x)), x);
        return computation(step, uniform(batch, layers[0]));
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
        PreparedRun step = new Session(1).prepare(Tensors.gradients(v.sum(), x), x);
        return computation(step, uniform(batch));
    }

    private static Prepared computation(PreparedRun step, NDArray input) {
        return new Prepared() {
            @Override
            public void run() {
                step.run(input);
            }

            @Override
            public List<NDArray> results() {
                return List.of(step.value(0));
            }
        };
    }

    private int classes() {
        return layers[layers.length - 1];
    }

    private static NDArray uniform(int... dims) {
        return NDArray.wrap(Numbers.uniform(Shape.of(dims).size()), dims);
    }

    private Tensor model(Tensor x) {
        if (this == W9 || this == W12) {
            return this == W9 ? ImageModels.lenet(x) : ImageModels.normalized(x);
        }
        if (this == W10) {
            return new Sequential(new Reshape(28, 28), new LSTM(128), new Dense(10)).apply(x);
        }
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
}
