package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.metric.Regression;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The regression of Neural Networks with Numpy for Absolute Beginners, part 2, on 200 points of make_regression. */
public final class MakeRegression {
    private static final double LEARNING_RATE = 0.05;
    private static final int EPOCHS = 61;

    private MakeRegression() {}

    /**
     * A fitted line.
     *
     * @param m the slope
     * @param b the intercept
     * @param losses half the mean squared error on the training points, before each step
     * @param testLoss half the mean squared error on the test points, at the end
     * @param testMape the mean absolute percentage error on the test points, as a fraction
     */
    public record Result(double m, double b, List<Double> losses, double testLoss, double testMape) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, long seed) {
        context.heading("Neural Networks with Numpy, part 2: make_regression, 160 points to train and 40 to test");
        CsvTable table = context.table("make_regression_42.csv");
        Dataset all = new Dataset(table.columns("x"), table.columns("y"));
        NDArray isTest = table.classes("is_test", 2);
        Dataset training = all.take(
                IntStream.range(0, all.rows()).filter(i -> isTest.at(i) == 0).toArray());
        Dataset test = all.take(
                IntStream.range(0, all.rows()).filter(i -> isTest.at(i) != 0).toArray());

        // 1. Inputs
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters
        Variable m = Variable.of("m", Shape.of(1, 1), Initializers.zeros());
        Variable b = Variable.of("b", Shape.of(1), Initializers.zeros());

        // 3. Model
        Tensor prediction = x.matmul(m).add(b);

        // 4. Cost: half the mean squared error; the half makes the gradient mean(error * x), without a 2.
        Tensor cost = Losses.meanSquaredError(prediction, y).mul(0.5);

        // 5. Optimizer
        TrainOp train = new GradientDescent(LEARNING_RATE).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: all points in every step, so one step is one epoch.
            List<Double> losses = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                List<NDArray> values =
                        session.run(train, List.of(cost), feed(x, training.features()), feed(y, training.labels()));
                losses.add(values.get(0).item());
            }

            // 7. Testing
            NDArray predicted = session.run(prediction, feed(x, test.features()));
            Result result = new Result(
                    m.value().item(),
                    b.value().item(),
                    losses,
                    Regression.mse(predicted, test.labels()) / 2,
                    Regression.mape(predicted, test.labels()));
            report(context, result, training, test, all.features());
            return result;
        }
    }

    private static void report(ExampleContext context, Result result, Dataset training, Dataset test, NDArray x) {
        Table table = new Table("", "tutorial", "ours");
        String[] tutorial = {"2934.08", "1246.36", "546.31", "255.88", "135.37", "85.36", "64.60"};
        for (int i = 0; i < tutorial.length; i++) {
            table.row("training loss, epoch " + 10 * i, tutorial[i], two(result.losses.get(10 * i)));
        }
        table.row("test loss", "56.53", two(result.testLoss))
                .row("m", "82.34", two(result.m))
                .row("b", "0.46", two(result.b))
                .row("mean absolute percentage error, test", "80.17 %", Numbers.percent(result.testMape, 2) + " %");
        context.print(table.toString());
        context.print("");
        context.print(
                "The tutorial does not tell its random split, so the results are similar, not equal. What it calls an");
        context.print("accuracy of 80 % is the mean absolute percentage error: it is best at 0, not at 100.");
        context.figure(
                "linear-make-regression",
                new Plot("The fitted line", "x", "y")
                        .points("training points", training.features(), training.labels())
                        .points("test points", test.features(), test.labels())
                        .straight("fitted line", x, result.m, result.b)
                        .legend(Plot.Corner.UPPER_LEFT),
                new Plot("Loss of each epoch", "epoch", "half the mean squared error")
                        .perEpoch("training", result.losses, 0)
                        .logarithmic());
    }

    private static String two(double value) {
        return String.format(java.util.Locale.ROOT, "%.2f", value);
    }
}
