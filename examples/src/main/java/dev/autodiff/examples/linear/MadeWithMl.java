package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Reductions;
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
import dev.autodiff.nn.metric.Regression;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The linear regression of Made With ML, {@code y = 3.5 x} with noise from -10 to 20, fitted four times: with gradients
 * by hand, with gradients from the graph, with Adam instead of gradient descent, and with L2 regularization.
 */
public final class MadeWithMl {
    private static final double LEARNING_RATE = 0.1;
    private static final int EPOCHS = 100;
    private static final double L2 = 0.001;

    private MadeWithMl() {}

    /**
     * A fitted line; errors are those of standardised y, as in the tutorial.
     *
     * @param trainMse the mean squared error on the training points
     * @param testMse the mean squared error on the test points
     * @param weight the slope in the units of the data, about 3.5
     * @param bias the intercept in the units of the data
     * @param losses the mean squared error on the training points before each step
     */
    public record Result(double trainMse, double testMse, double weight, double bias, List<Double> losses) {}

    /** The four fitted lines. */
    public record Results(Result byHand, Result fromGraph, Result adam, Result l2) {}

    /** The points in three parts, standardised by mean and deviation of the training part. */
    private record Prepared(
            Dataset training, Dataset validation, Dataset test, StandardScaler xScaler, StandardScaler yScaler) {

        static Prepared from(CsvTable table, long seed) {
            Dataset all = new Dataset(table.columns("x"), table.columns("y"));
            List<Dataset> parts = all.split(seed, 0.7, 0.15, 0.15);
            StandardScaler xScaler = StandardScaler.fit(parts.get(0).features());
            StandardScaler yScaler = StandardScaler.fit(parts.get(0).labels());
            List<Dataset> scaled = parts.stream()
                    .map(part -> part.mapFeatures(xScaler::transform).mapLabels(yScaler::transform))
                    .toList();
            return new Prepared(scaled.get(0), scaled.get(1), scaled.get(2), xScaler, yScaler);
        }
    }

    /** Trains in all four ways, prints and plots the results. */
    public static Results run(ExampleContext context, long seed) {
        context.heading("Made With ML: y = 3.5 x + noise, 50 points, 70:15:15, standardised, 100 epochs");
        Prepared data = Prepared.from(context.table("madewithml_line.csv"), seed);
        Results results = new Results(
                byHand(data, seed),
                fromGraph(data, new GradientDescent(LEARNING_RATE), 0, seed),
                fromGraph(data, new Adam(LEARNING_RATE), 0, seed),
                fromGraph(data, new GradientDescent(LEARNING_RATE), L2, seed));
        Table table = new Table("", "train MSE", "test MSE", "weight", "bias");
        table.row("tutorial", "0.03", "0.01", "aims at 3.5", "aims at 5");
        row(table, "gradients by hand", results.byHand);
        row(table, "gradients from the graph", results.fromGraph);
        row(table, "Adam", results.adam);
        row(table, "with L2 of " + L2, results.l2);
        context.print(table.toString());
        context.print("");
        context.print("The noise, -10 to 20, is 5 on average, hence the bias. The split is random, so");
        context.print(
                "the errors are similar to the tutorial's, not equal. L2 changes little: the data is nearly a line.");
        context.figure(
                "linear-madewithml",
                new Plot("The fitted line, standardised", "x", "y")
                        .points("training points", data.training.features(), data.training.labels())
                        .points("validation points", data.validation.features(), data.validation.labels())
                        .points("test points", data.test.features(), data.test.labels())
                        .straight("fitted line", data.training.features(), slope(data, results), offset(data, results))
                        .legend(Plot.Corner.UPPER_LEFT),
                new Plot("Loss of each epoch", "epoch", "mean squared error")
                        .perEpoch("gradients from the graph", results.fromGraph.losses, 0)
                        .perEpoch("Adam", results.adam.losses, 0)
                        .logarithmic());
        return results;
    }

    /** Trains in plain Java, with the model, the cost and its gradients written out. */
    private static Result byHand(Prepared data, long seed) {
        double[] x = data.training.features().toDoubles();
        double[] y = data.training.labels().toDoubles();
        double w = 0.01 * new Random(seed).nextGaussian();
        double b = 0;
        List<Double> losses = new ArrayList<>();
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            double loss = 0;
            double dw = 0;
            double db = 0;
            for (int i = 0; i < x.length; i++) {
                double error = w * x[i] + b - y[i];
                loss += error * error / x.length; // the cost: mean of error^2
                dw += 2 * error * x[i] / x.length; // its derivative by w: error depends on w through w x
                db += 2 * error / x.length; // and by b
            }
            losses.add(loss);
            w -= LEARNING_RATE * dw;
            b -= LEARNING_RATE * db;
        }
        return result(data, w, b, losses);
    }

    /** Trains with a graph, which derives the gradients itself. */
    private static Result fromGraph(Prepared data, Optimizer optimizer, double l2, long seed) {

        // 1. Inputs
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters
        Variable w = Variable.of("weight", Shape.of(1, 1), Initializers.randomNormal(0, 0.01));
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());

        // 3. Model
        Tensor prediction = x.matmul(w).add(b);

        // 4. Cost
        Tensor error = Losses.meanSquaredError(prediction, y);
        Tensor cost = l2 == 0 ? error : error.add(Reductions.l2Loss(w).mul(l2));

        // 5. Optimizer
        TrainOp train = optimizer.minimize(cost);

        // 6. Training
        List<Double> losses = new ArrayList<>();
        try (Session session = new Session(seed)) {
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                List<NDArray> values = session.run(
                        train, List.of(error), feed(x, data.training.features()), feed(y, data.training.labels()));
                losses.add(values.get(0).item());
            }
        }

        // 7. Testing
        return result(data, w.value().item(), b.value().item(), losses);
    }

    private static Result result(Prepared data, double w, double b, List<Double> losses) {
        StandardScaler.Coefficients line = data.xScaler.unscaleWeights(NDArray.of(w), NDArray.of(b), data.yScaler);
        return new Result(
                mse(data.training, w, b),
                mse(data.test, w, b),
                line.weights().item(),
                line.bias().item(),
                losses);
    }

    private static double mse(Dataset points, double w, double b) {
        double[] predicted = points.features().toDoubles();
        for (int i = 0; i < predicted.length; i++) {
            predicted[i] = w * predicted[i] + b;
        }
        return Regression.mse(NDArray.wrap(predicted, predicted.length, 1), points.labels());
    }

    private static double slope(Prepared data, Results results) {
        return results.fromGraph.weight
                * data.xScaler.std().item()
                / data.yScaler.std().item();
    }

    private static double offset(Prepared data, Results results) {
        double atMean = results.fromGraph.weight * data.xScaler.mean().item() + results.fromGraph.bias;
        return (atMean - data.yScaler.mean().item()) / data.yScaler.std().item();
    }

    private static void row(Table table, String way, Result result) {
        table.row(
                way,
                String.format(java.util.Locale.ROOT, "%.4f", result.trainMse),
                String.format(java.util.Locale.ROOT, "%.4f", result.testMse),
                String.format(java.util.Locale.ROOT, "%.3f", result.weight),
                String.format(java.util.Locale.ROOT, "%.2f", result.bias));
    }
}
