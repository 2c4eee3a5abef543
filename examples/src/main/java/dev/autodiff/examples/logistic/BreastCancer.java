package dev.autodiff.examples.logistic;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.metric.ConfusionMatrix;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Binary logistic regression: predicts from 30 measurements of its cells if a breast tumour is malignant (0) or benign
 * (1). A weighted sum as in linear regression, the logit, becomes a probability by the sigmoid function.
 */
public final class BreastCancer {
    private static final double LEARNING_RATE = 0.1;
    private static final int EPOCHS = 300;

    private BreastCancer() {}

    /** The accuracies, the cost before each step, and the confusion matrix of the test tumours. */
    public record Result(double trainAccuracy, double testAccuracy, List<Double> losses, ConfusionMatrix confusion) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, long seed) {
        context.heading("Breast cancer: malignant (0) or benign (1) from 30 measurements of 569 tumours");
        CsvTable table = context.table("breast_cancer.csv");
        NDArray benign = table.classes("target", 2).cast(DType.FLOAT32).reshape(table.rows(), 1);
        Dataset tumours = new Dataset(table.allExcept("target"), benign);
        List<Dataset> parts = tumours.split(seed, 0.8, 0.2);
        StandardScaler scaler = StandardScaler.fit(parts.get(0).features());
        Dataset training = parts.get(0).mapFeatures(scaler::transform);
        Dataset test = parts.get(1).mapFeatures(scaler::transform);

        // 1. Inputs: 30 measurements, and 0 or 1.
        Placeholder x = Placeholder.of("measurements", Shape.of(Shape.UNKNOWN, 30));
        Placeholder y = Placeholder.of("benign", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters
        Variable w = Variable.of("weights", Shape.of(30, 1), Initializers.zeros());
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());

        // 3. Model: the logit, and the probability that it stands for.
        Tensor logit = x.matmul(w).add(b);
        Tensor probability = logit.sigmoid();

        // 4. Cost: takes the logit and applies the sigmoid itself, which is stable where the sigmoid rounds to 0 or 1.
        Tensor cost = Losses.sigmoidCrossEntropy(logit, y).mean();

        // 5. Optimizer
        TrainOp train = new GradientDescent(LEARNING_RATE).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: all tumours in every step.
            List<Double> losses = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                List<NDArray> values =
                        session.run(train, List.of(cost), feed(x, training.features()), feed(y, training.labels()));
                losses.add(values.get(0).item());
            }

            // 7. Testing: benign where the probability is above one half.
            Tensor answer = probability.greater(0.5);
            ConfusionMatrix seen = confusion(session.run(answer, feed(x, training.features())), training);
            ConfusionMatrix unseen = confusion(session.run(answer, feed(x, test.features())), test);

            context.print(unseen.toString());
            context.print("");
            context.print("training accuracy %s %%", Numbers.percent(seen.accuracy(), 2));
            context.print("test accuracy     %s %%", Numbers.percent(unseen.accuracy(), 2));
            context.figure(
                    "logistic-breast-cancer",
                    sigmoid(session.run(logit, feed(x, test.features())), test.labels()),
                    new Plot("Cost of each epoch", "epoch", "cross-entropy").perEpoch("training", losses, 0));
            return new Result(seen.accuracy(), unseen.accuracy(), losses, unseen);
        }
    }

    private static ConfusionMatrix confusion(NDArray answers, Dataset asked) {
        return ConfusionMatrix.of(answers.cast(DType.INT32), asked.labels().cast(DType.INT32), 2);
    }

    /** Returns a plot of the test tumours on the sigmoid curve. */
    private static Plot sigmoid(NDArray logits, NDArray labels) {
        double reach = Arrays.stream(logits.toDoubles()).map(Math::abs).max().orElse(1);
        double[] xs = IntStream.rangeClosed(-100, 100)
                .mapToDouble(i -> reach * i / 100)
                .toArray();
        Plot plot = new Plot("Test tumours on the sigmoid curve", "logit", "probability of benign")
                .line(
                        "sigmoid",
                        xs,
                        Arrays.stream(xs).map(BreastCancer::sigmoid).toArray());
        for (int kind = 0; kind < 2; kind++) {
            int wanted = kind;
            double[] some = IntStream.range(0, logits.size())
                    .filter(i -> labels.at(i) == wanted)
                    .mapToDouble(logits::at)
                    .toArray();
            double[] probabilities =
                    Arrays.stream(some).map(BreastCancer::sigmoid).toArray();
            plot.points(kind == 0 ? "malignant" : "benign", NDArray.of(some), NDArray.of(probabilities));
        }
        return plot.yRange(-0.05, 1.05).legend(Plot.Corner.UPPER_LEFT);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
