package dev.autodiff.examples.mlp;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.DivergenceCheck;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.profile.Profile;
import java.util.ArrayList;
import java.util.List;

/**
 * A multilayer perceptron that reads handwritten digits. An image is a row of 28 x 28 grey values; each hidden layer
 * computes weighted sums of its inputs, {@code x W + b}, and applies its activation to them; the last layer gives ten
 * numbers, the largest of which is the answer.
 */
public final class MnistMlp {
    private static final int PIXELS = 28 * 28;
    private static final Shape ONE_EACH = Shape.of(Shape.UNKNOWN);

    private MnistMlp() {}

    /**
     * The result of training.
     *
     * @param trainAccuracy the accuracy on the training images
     * @param testAccuracy the accuracy on the test images, which the network has not been trained on
     * @param costs the mean cost of each epoch
     * @param testAccuracies the test accuracy after each epoch
     * @param predicted the predicted digit of each test image, INT32 {@code [images]}
     */
    public record Result(
            double trainAccuracy,
            double testAccuracy,
            List<Double> costs,
            List<Double> testAccuracies,
            NDArray predicted) {}

    /** A network that is ready to be trained. */
    private record Network(
            Placeholder images,
            Placeholder labels,
            Placeholder keep,
            Tensor logits,
            Tensor cost,
            Variable rate,
            TrainOp train) {}

    private static Network network(MlpSettings settings) {

        // 1. Inputs: images and the digits they show, any number at a time, and the probability for dropout.
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, PIXELS));
        Placeholder labels = Placeholder.of("labels", DType.INT32, ONE_EACH);
        Placeholder keep = Placeholder.of("keep", Shape.scalar());

        // 2. Parameters: a matrix of weights and a row of biases for each layer.
        List<Integer> sizes = new ArrayList<>();
        sizes.add(PIXELS);
        sizes.addAll(settings.hidden());
        sizes.add(Mnist.CLASSES);
        Initializer start =
                switch (settings.start()) {
                    case HE -> Initializers.heNormal();
                    case NORMAL -> Initializers.randomNormal(0, 0.1);
                };
        int layers = sizes.size() - 1;
        List<Variable> weights = new ArrayList<>();
        List<Variable> biases = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            weights.add(Variable.of("weights" + (i + 1), Shape.of(sizes.get(i), sizes.get(i + 1)), start));
            biases.add(Variable.of("bias" + (i + 1), Shape.of(sizes.get(i + 1)), Initializers.zeros()));
        }

        // 3. Model: weighted sums, activation, dropout; the sums of the last layer are the logits.
        Tensor signal = images;
        for (int i = 0; i < layers - 1; i++) {
            Tensor sums = signal.matmul(weights.get(i)).add(biases.get(i));
            Tensor active = settings.activation().apply(sums);
            signal = settings.keepProb() < 1 ? Dropout.keep(active, keep) : active;
        }
        Tensor logits = signal.matmul(weights.get(layers - 1)).add(biases.get(layers - 1));

        // 4. Cost: the cross-entropy of the right answers, and with L2 the size of the weights.
        Tensor cost = Losses.softmaxCrossEntropy(logits, labels).mean();
        if (settings.l2() > 0) {
            Tensor squares = Tensors.scalar(0);
            for (Variable w : weights) {
                squares = squares.add(Reductions.l2Loss(w));
            }
            cost = cost.add(squares.mul(settings.l2()));
        }

        // 5. Optimizer: the gradients come from the graph; the learning rate is a variable, lowered from epoch to
        // epoch.
        Variable rate = Variable.of("learningRate", NDArray.scalar((float) settings.learningRate()));
        TrainOp train = settings.optimizer().make(rate).minimize(cost);
        return new Network(images, labels, keep, logits, cost, rate, train);
    }

    /** Trains and tests a network. */
    public static Result train(ExampleContext context, String label, Mnist digits, MlpSettings settings) {
        Network net = network(settings);

        // 6. Training: every epoch shows all images, in a new order, a batch at a time.
        try (Session session = new Session(settings.seed());
                Progress progress = context.progress(label, settings.epochs())) {
            PreparedRun step = session.prepare(net.train, List.of(net.cost), net.images, net.labels, net.keep);
            Batches batches = Batches.shuffled(digits.train(), settings.batch(), settings.seed())
                    .reusingMemory();
            NDArray keepProb = NDArray.scalar((float) settings.keepProb());
            DivergenceCheck divergence = new DivergenceCheck(settings.learningRate());
            Tensor predictions = net.logits.argmax(1);
            List<Double> costs = new ArrayList<>();
            List<Double> accuracies = new ArrayList<>();
            for (int epoch = 0; epoch < settings.epochs(); epoch++) {
                net.rate.assign(NDArray.scalar((float) rate(settings, epoch)));
                double sum = 0;
                for (Batch batch : batches.epoch(epoch)) {
                    step.run(batch.features(), batch.labels(), keepProb);
                    sum += step.number(0);
                }
                costs.add(sum / batches.count());
                divergence.check(costs.get(epoch));
                NDArray guesses =
                        session.run(predictions, feed(net.images, digits.test().features()), feed(net.keep, 1));
                accuracies.add(Classification.accuracy(guesses, digits.test().labels()));
                progress.update(
                        epoch + 1,
                        "cost " + Numbers.brief(costs.get(epoch)) + ", test accuracy "
                                + Numbers.percent(accuracies.get(epoch), 2) + " %");
            }

            // 7. Testing: all neurons are kept.
            Dataset seen = digits.train();
            NDArray known = session.run(predictions, feed(net.images, seen.features()), feed(net.keep, 1));
            NDArray unknown =
                    session.run(predictions, feed(net.images, digits.test().features()), feed(net.keep, 1));
            return new Result(
                    Classification.accuracy(known, seen.labels()),
                    Classification.accuracy(unknown, digits.test().labels()),
                    costs,
                    accuracies,
                    unknown);
        }
    }

    /** Profiles a training step on the first images. */
    public static Profile profile(Mnist digits, MlpSettings settings) {
        Network net = network(settings);
        Dataset batch =
                digits.train().rows(0, Math.min(settings.batch(), digits.train().rows()));
        try (Session session = new Session(settings.seed())) {
            return session.profile(
                    net.train,
                    feed(net.images, batch.features()),
                    feed(net.labels, batch.labels()),
                    feed(net.keep, settings.keepProb()));
        }
    }

    /**
     * Returns the learning rate of an epoch: large at first for fast progress, small at the end for a stable result.
     */
    private static double rate(MlpSettings settings, int epoch) {
        double way = settings.epochs() == 1 ? 0 : (double) epoch / (settings.epochs() - 1);
        return settings.learningRate() * (1 + way * (settings.finalRate() - 1));
    }
}
