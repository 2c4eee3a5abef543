package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.lab.CostWatch;
import dev.autodiff.examples.lab.Lab;
import dev.autodiff.examples.lab.Numbers;
import dev.autodiff.examples.lab.Plot;
import dev.autodiff.examples.lab.Table;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.CsvTable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.metrics.Regression;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;

/**
 * The house prices of M. Fullwood's talk at PyCon 2017: floor area, distance from public transport and number of rooms give a
 * price. Areas are in the thousands and rooms are a handful, so the same learning rate is too much for one weight and too
 * little for another, unless the features are scaled.
 */
public final class HousePrices {
    private static final double LEARNING_RATE = 0.05;
    private static final int EPOCHS = 100;

    private HousePrices() {}

    /**
     * What came out.
     *
     * @param predicted prices of the three houses
     * @param rmse root of the mean squared error, in dollars
     * @param costs mean squared error before each epoch, of standardised prices
     * @param explodingCosts the same without scaling, as far as it went
     * @param warning what the user was told when it exploded
     */
    public record Result(
            List<Double> predicted, double rmse, List<Double> costs, List<Double> explodingCosts, String warning) {}

    private record Trained(NDArray predicted, List<Double> costs, CostWatch watch) {}

    /** Trains, prints and plots. */
    public static Result run(Lab lab, long seed) {
        lab.heading("PyCon 2017 talk: house prices from floor area, distance and rooms");
        CsvTable table = lab.table("houses_talk.csv");
        Dataset houses = new Dataset(table.columns("floor_area", "distance", "rooms"), table.columns("price"));

        lab.print("The features as they are, learning rate %s:", Numbers.brief(LEARNING_RATE));
        Trained exploded = train(houses, seed);
        lab.print("  WARNING: " + exploded.watch.warning());
        lab.print("");

        lab.print(
                "Features and prices scaled to mean 0 and deviation 1, learning rate %s:",
                Numbers.brief(LEARNING_RATE));
        StandardScaler features = StandardScaler.fit(houses.features());
        StandardScaler prices = StandardScaler.fit(houses.labels());
        Trained trained = train(houses.mapFeatures(features::transform).mapLabels(prices::transform), seed);
        NDArray predicted = prices.inverseTransform(trained.predicted);
        double rmse = Regression.rmse(predicted, houses.labels());

        Table report = new Table("floor area", "distance", "rooms", "price", "predicted");
        for (int i = 0; i < houses.rows(); i++) {
            report.row(
                    Numbers.brief(houses.features().get(i, 0)),
                    Numbers.brief(houses.features().get(i, 1)),
                    Numbers.brief(houses.features().get(i, 2)),
                    dollars(houses.labels().at(i)),
                    dollars(predicted.at(i)));
        }
        lab.print(report.toString());
        lab.print("");
        lab.print(
                "On average %s off, after %d epochs. (The talk is 5,967 off, on houses that it does not show.)",
                dollars(rmse), EPOCHS);
        lab.figure(
                "linear-houses",
                new Plot("Features scaled: the cost falls", "epoch", "mean squared error, standardised")
                        .perEpoch("cost", trained.costs, 0)
                        .logarithmic(),
                new Plot("Features as they are: it explodes", "epoch", "mean squared error")
                        .perEpoch("cost", exploded.costs, 0)
                        .logarithmic()
                        .legend(Plot.Corner.UPPER_LEFT));
        return new Result(
                java.util.Arrays.stream(predicted.toDoubles()).boxed().toList(),
                rmse,
                trained.costs,
                exploded.costs,
                exploded.watch.warning());
    }

    private static Trained train(Dataset houses, long seed) {

        // 1. Inputs: three features a house, and its price.
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters: a weight for each feature, and an intercept.
        Variable w = Variable.of("weights", Shape.of(3, 1), Initializers.randomNormal(0, 1));
        Variable b = Variable.of("intercept", Shape.of(1), Initializers.zeros());

        // 3. Model
        Tensor price = x.matmul(w).add(b);

        // 4. Cost
        Tensor cost = Losses.meanSquaredError(price, y);

        // 5. Optimizer
        TrainOp train = new GradientDescent(LEARNING_RATE).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: all houses in each step; stops early if the cost explodes.
            Batches batches = Batches.shuffled(houses, 1, seed);
            CostWatch watch = new CostWatch(LEARNING_RATE);
            List<Double> costs = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                costs.add(session.run(cost, feed(x, houses.features()), feed(y, houses.labels()))
                        .item());
                for (Batch house : batches.epoch(epoch)) {
                    session.run(train, feed(x, house.features()), feed(y, house.labels()));
                }
                if (!watch.isFine(costs.get(epoch))) {
                    break;
                }
            }

            // 7. Testing: on the same three houses, as there are no others.
            return new Trained(session.run(price, feed(x, houses.features())), costs, watch);
        }
    }

    private static String dollars(double amount) {
        return String.format(java.util.Locale.ROOT, "%,.0f", amount);
    }
}
