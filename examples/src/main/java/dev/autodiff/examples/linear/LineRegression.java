package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;

/**
 * The line of The Neural Perspective, {@code y = 3.657 x} for x from 0 to 9999, fitted twice: with x unscaled, which
 * needs a tiny learning rate, and with x scaled.
 */
public final class LineRegression {
    private static final int BATCH = 5000;
    private static final double REGULARIZATION = 1e-10;

    private LineRegression() {}

    /**
     * A fitted line.
     *
     * @param weight the slope
     * @param bias the intercept
     * @param firstBias the initial intercept
     * @param losses the cost of the last batch of each epoch, before its step, as the tutorial prints it
     */
    public record Result(double weight, double bias, double firstBias, List<Double> losses) {}

    /** Both fits. */
    public record Both(Result raw, Result scaled) {}

    /** Trains, prints and plots the results. */
    public static Both run(ExampleContext context, long seed) {
        context.heading("The Neural Perspective: y = 3.657 x for x = 0 to 9999");
        CsvTable table = context.table("line_3657.csv");
        Dataset points = new Dataset(table.columns("x"), table.columns("y"));

        context.print("Unscaled x: learning rate 1e-10, 2000 epochs in two batches of 5000.");
        context.print("The tutorial's code for the cost is cut off; ours is mean((prediction - y)^2) + 1e-10 * W^2/2.");
        Result raw = fit(context, points, 1e-10, 2000, seed);
        Table steps = new Table("epoch", "loss, tutorial", "loss, ours");
        String[] tutorial = {"2.229e+09", "2.535e+06", "2884", "3.82", "0.541"};
        for (int i = 0; i < tutorial.length; i++) {
            steps.row("" + 100 * i, tutorial[i], Numbers.brief(raw.losses.get(100 * i)));
        }
        context.print("");
        context.print(
                steps.row("1999", "-", Numbers.brief(raw.losses.get(1999))).toString());
        context.print("");
        context.print(
                "The tutorial's loss falls 2.5 times as fast as ours, so its cost must be about that many times ours.");
        context.print(
                "weight %.4f (tutorial 3.657); the bias went from %.4f to %.4f", raw.weight, raw.firstBias, raw.bias);
        context.print("The bias hardly changes: its gradient is 2 mean(error), that of the weight 2 mean(error * x),"
                + " thousands of");
        context.print("times as large. A learning rate small enough for the weight is far too small for the bias.");

        context.print("");
        context.print("x and y scaled to mean 0 and deviation 1: learning rate 0.3, 20 epochs instead of 2000.");
        StandardScaler xScaler = StandardScaler.fit(points.features());
        StandardScaler yScaler = StandardScaler.fit(points.labels());
        // Shuffled, so that each batch is a random half; in order, the first would contain all small x.
        Dataset standard = points.mapFeatures(xScaler::transform)
                .mapLabels(yScaler::transform)
                .shuffled(seed);
        Result fitted = fit(context, standard, 0.3, 20, seed);
        StandardScaler.Coefficients line =
                xScaler.unscaleWeights(NDArray.of(new double[][] {{fitted.weight}}), NDArray.of(fitted.bias), yScaler);
        double unit = yScaler.std().item() * yScaler.std().item();
        Result scaled = new Result(
                line.weights().item(),
                line.bias().item(),
                fitted.firstBias,
                fitted.losses.stream().map(loss -> loss * unit).toList());
        context.print(
                "weight %.4f, bias %.4f, loss %s in the units of y",
                scaled.weight, scaled.bias, Numbers.brief(scaled.losses.get(19)));
        context.figure(
                "linear-line",
                new Plot("The fitted line", "x", "y")
                        .points("every 250th point", every(points.features(), 250), every(points.labels(), 250))
                        .straight("fitted line", points.features(), raw.weight, raw.bias)
                        .legend(Plot.Corner.UPPER_LEFT),
                new Plot("Loss of each epoch", "epoch", "mean squared error")
                        .perEpoch("x unscaled, 400 of 2000 epochs", raw.losses.subList(0, 400), 0)
                        .perEpoch("x scaled, 20 epochs", scaled.losses, 0)
                        .logarithmic());
        return new Both(raw, scaled);
    }

    private static Result fit(ExampleContext context, Dataset points, double learningRate, int epochs, long seed) {

        // 1. Inputs: a column of x and a column of y.
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters: one weight, one bias, initially near 0.
        Variable w = Variable.of("weight", Shape.of(1, 1), Initializers.truncatedNormal(0, 0.01));
        Variable b = Variable.of("bias", Shape.of(1), Initializers.truncatedNormal(0, 0.01));

        // 3. Model: a line.
        Tensor prediction = x.matmul(w).add(b);

        // 4. Cost: mean squared error, and a tiny penalty on large weights.
        Tensor cost =
                Losses.meanSquaredError(prediction, y).add(Reductions.l2Loss(w).mul(REGULARIZATION));

        // 5. Optimizer: plain gradient descent.
        TrainOp train = new GradientDescent(learningRate).minimize(cost);

        // 6. Training: two batches an epoch, in the order of the file.
        List<Double> losses = new ArrayList<>();
        double firstBias;
        try (Session session = new Session(seed);
                Progress progress = context.progress("epoch", epochs)) {
            Batches batches = Batches.inOrder(points, BATCH);
            firstBias = session.run(b).item();
            for (int epoch = 0; epoch < epochs; epoch++) {
                double loss = 0;
                for (Batch batch : batches.epoch(epoch)) {
                    loss = session.run(train, List.of(cost), feed(x, batch.features()), feed(y, batch.labels()))
                            .get(0)
                            .item();
                }
                losses.add(loss);
                progress.update(epoch + 1, "loss " + Numbers.brief(loss));
            }
        }

        // 7. Testing: the tutorial only compares the parameters, and so do we.
        return new Result(w.value().item(), b.value().item(), firstBias, losses);
    }

    private static NDArray every(NDArray column, int stride) {
        double[] some = new double[column.size() / stride];
        for (int i = 0; i < some.length; i++) {
            some[i] = column.at(i * stride);
        }
        return NDArray.of(some);
    }
}
