package dev.autodiff.examples.logistic;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.DigitImages;
import dev.autodiff.examples.context.DivergenceCheck;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;

/**
 * Softmax regression, which is logistic regression for ten classes: a weighted sum of the 784 pixels for each digit;
 * softmax turns the ten sums into probabilities.
 */
public final class MnistSoftmax {
    private static final int PIXELS = 28 * 28;

    private MnistSoftmax() {}

    /**
     * The settings of training.
     *
     * @param learningRate the learning rate
     * @param epochs the number of passes over the training images
     * @param batch the number of images per step
     * @param seed the seed of the order of the images
     */
    public record Settings(double learningRate, int epochs, int batch, long seed) {}

    /** The accuracies on training and on test images, and the mean cost of each epoch. */
    public record Result(double trainAccuracy, double testAccuracy, List<Double> costs) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, Mnist digits, Settings settings) {
        context.heading("MNIST: softmax regression, 784 pixels to 10 digits");

        // 1. Inputs: images as rows of pixels, and the digits they show.
        Placeholder x = Placeholder.of("images", Shape.of(Shape.UNKNOWN, PIXELS));
        Placeholder y = Placeholder.of("digits", DType.INT32, Shape.of(Shape.UNKNOWN));

        // 2. Parameters: for each digit a weight for each pixel, and a bias.
        Variable w = Variable.of("weights", Shape.of(PIXELS, Mnist.CLASSES), Initializers.zeros());
        Variable b = Variable.of("bias", Shape.of(Mnist.CLASSES), Initializers.zeros());

        // 3. Model: ten sums, the logits.
        Tensor logits = x.matmul(w).add(b);

        // 4. Cost: takes the logits and applies softmax itself; applied before as well, it would be applied twice.
        Tensor cost = Losses.softmaxCrossEntropy(logits, y).mean();

        // 5. Optimizer
        TrainOp train = new GradientDescent(settings.learningRate).minimize(cost);

        try (Session session = new Session(settings.seed)) {

            // 6. Training: the step runs thousands of times, so it is prepared once.
            PreparedRun step = session.prepare(train, List.of(cost), x, y);
            Batches batches = Batches.shuffled(digits.train(), settings.batch, settings.seed)
                    .reusingMemory();
            DivergenceCheck divergence = new DivergenceCheck(settings.learningRate);
            List<Double> costs = new ArrayList<>();
            try (Progress progress = context.progress("epoch", settings.epochs)) {
                for (int epoch = 0; epoch < settings.epochs; epoch++) {
                    double sum = 0;
                    for (Batch batch : batches.epoch(epoch)) {
                        step.run(batch.features(), batch.labels());
                        sum += step.number(0);
                    }
                    costs.add(sum / batches.count());
                    divergence.check(costs.get(epoch));
                    progress.update(epoch + 1, "cost " + Numbers.brief(costs.get(epoch)));
                }
            }

            // 7. Testing: the digit with the largest logit.
            Tensor answer = logits.argmax(1);
            NDArray known = session.run(answer, feed(x, digits.train().features()));
            NDArray unknown = session.run(answer, feed(x, digits.test().features()));
            ConfusionMatrix seen = ConfusionMatrix.of(known, digits.train().labels(), Mnist.CLASSES);
            ConfusionMatrix unseen = ConfusionMatrix.of(unknown, digits.test().labels(), Mnist.CLASSES);

            context.print("");
            context.print(unseen.toString());
            context.print("");
            context.print("training accuracy %s %% (talk 93.0)", Numbers.percent(seen.accuracy(), 2));
            context.print("test accuracy     %s %% (talk 92.5)", Numbers.percent(unseen.accuracy(), 2));
            context.figure(
                    "logistic-mnist",
                    new Plot("Cost of each epoch", "epoch", "cross-entropy").perEpoch("training", costs, 1));
            context.figure("logistic-mnist-weights", DigitImages.weights(w.value()));
            return new Result(seen.accuracy(), unseen.accuracy(), costs);
        }
    }
}
