package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Table;
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
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;

/**
 * The linear regression of Dive into Deep Learning: recovers the two weights and the bias that generated the data,
 * {@code y = 2 x1 - 3.4 x2 + 4.2} with a little noise.
 */
public final class D2lRegression {
    private static final double LEARNING_RATE = 0.03;
    private static final int BATCH = 10;
    private static final int EPOCHS = 3;

    private D2lRegression() {}

    /** The fitted weights and bias, and half the mean squared error at the start and after each epoch. */
    public record Result(double w1, double w2, double bias, List<Double> losses) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, long seed) {
        context.heading("Dive into Deep Learning: y = 2 x1 - 3.4 x2 + 4.2 from 1000 points");
        CsvTable table = context.table("d2l_linear.csv");
        Dataset points = new Dataset(table.columns("x1", "x2"), table.columns("y"));

        // 1. Inputs: two features and a target for each point, any number of points at a time.
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters: a weight for each feature, initially near 0, and a bias.
        Variable w = Variable.of("weights", Shape.of(2, 1), Initializers.randomNormal(0, 0.01));
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());

        // 3. Model: a weighted sum.
        Tensor prediction = x.matmul(w).add(b);

        // 4. Cost: half the squared error, averaged over the batch.
        Tensor cost = Losses.meanSquaredError(prediction, y).mul(0.5);

        // 5. Optimizer: small steps against the gradient.
        TrainOp train = new GradientDescent(LEARNING_RATE).minimize(cost);

        // 6. Training: ten points at a time, in a new order each epoch.
        List<Double> losses = new ArrayList<>();
        try (Session session = new Session(seed)) {
            Batches batches = Batches.shuffled(points, BATCH, seed);
            losses.add(session.run(cost, feed(x, points.features()), feed(y, points.labels()))
                    .item());
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                for (Batch batch : batches.epoch(epoch)) {
                    session.run(train, feed(x, batch.features()), feed(y, batch.labels()));
                }
                losses.add(session.run(cost, feed(x, points.features()), feed(y, points.labels()))
                        .item());
                context.print("epoch %d, loss %.6f", epoch + 1, losses.get(epoch + 1));
            }
        }

        // 7. Testing: the parameters that generated the data are known, so we can compare.
        NDArray weights = w.value();
        Result result = new Result(weights.at(0), weights.at(1), b.value().item(), losses);
        context.print("");
        context.print(new Table("", "tutorial", "ours", "off by")
                .row("w1", "2", number(result.w1), number(result.w1 - 2))
                .row("w2", "-3.4", number(result.w2), number(result.w2 + 3.4))
                .row("bias", "4.2", number(result.bias), number(result.bias - 4.2))
                .toString());
        NDArray x2 = table.column("x2");
        NDArray withoutX1 = without(table.column("y"), result.w1, table.column("x1"));
        context.figure(
                "linear-d2l",
                new Plot("y without the part of x1, over x2", "x2", "y - w1 x1")
                        .points("points", x2, withoutX1)
                        .straight("fitted line", x2, result.w2, result.bias),
                new Plot("Loss after each epoch", "epoch", "half the mean squared error")
                        .perEpoch("loss", losses, 0)
                        .logarithmic());
        return result;
    }

    private static NDArray without(NDArray y, double weight, NDArray x) {
        double[] rest = y.toDoubles();
        for (int i = 0; i < rest.length; i++) {
            rest[i] -= weight * x.at(i);
        }
        return NDArray.of(rest);
    }

    private static String number(double value) {
        return String.format(java.util.Locale.ROOT, "%.4f", value);
    }
}
