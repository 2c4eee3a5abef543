package dev.autodiff.examples.linear;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.DivergenceCheck;
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
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.metric.Regression;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.List;

/**
 * The house prices of M. Fullwood's talk at PyCon 2017, predicted from floor area, distance from public transport and
 * number of rooms. Areas are in the thousands and there are only a few rooms, so that the same learning rate is too
 * large for one weight and too small for another, unless the features are scaled.
 */
public final class HousePrices {
    private static final double LEARNING_RATE = 0.05;
    private static final int EPOCHS = 1000;

    private HousePrices() {}

    /**
     * The result of training.
     *
     * @param rmse the root of the mean squared error on the three houses, in dollars
     * @param unseen the predicted price of a house that was not trained on
     * @param costs the mean squared error before each step, of standardised prices
     * @param warning the warning that the user got when the cost exploded
     */
    public record Result(double rmse, double unseen, List<Double> costs, String warning) {}

    private record Trained(NDArray predicted, NDArray unseen, List<Double> costs, DivergenceCheck divergence) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, long seed) {
        context.heading("PyCon 2017 talk: house prices from floor area, distance and rooms");
        CsvTable table = context.table("houses_talk.csv");
        Dataset houses = new Dataset(table.columns("floor_area", "distance", "rooms"), table.columns("price"));
        NDArray other = NDArray.of(new float[][] {{1500, 500, 4}});

        context.print("The features as they are:");
        Plot raw = new Plot("Features as they are", "epoch", "mean squared error").legend(Plot.Corner.LOWER_RIGHT);
        String warning = "";
        for (double rate : new double[] {LEARNING_RATE, 1e-6, 2e-7}) {
            Trained trained = train(houses, other, rate, 60, seed);
            warning = warning.isEmpty() ? trained.divergence.warning() : warning;
            context.print(
                    trained.divergence.warning().isEmpty()
                            ? "  At " + Numbers.brief(rate)
                                    + " the cost falls, but only the weight of the largest feature"
                                    + " learns: after 60 epochs it is " + Numbers.brief(trained.costs.get(59)) + "."
                            : "  WARNING: " + trained.divergence.warning());
            List<Double> finite =
                    trained.costs.stream().filter(cost -> cost < 1e30).toList();
            raw.perEpoch("learning rate " + Numbers.brief(rate), finite, 0);
        }

        context.print("");
        context.print(
                "Features and prices scaled to mean 0 and deviation 1, learning rate %s:",
                Numbers.brief(LEARNING_RATE));
        StandardScaler features = StandardScaler.fit(houses.features());
        StandardScaler prices = StandardScaler.fit(houses.labels());
        Dataset scaled = houses.mapFeatures(features::transform).mapLabels(prices::transform);
        Trained trained = train(scaled, features.transform(other), LEARNING_RATE, EPOCHS, seed);
        NDArray predicted = prices.inverseTransform(trained.predicted);
        double rmse = Regression.rmse(predicted, houses.labels());
        double unseen = prices.inverseTransform(trained.unseen).item();

        Table report = new Table("floor area", "distance", "rooms", "price", "predicted");
        for (int i = 0; i < houses.rows(); i++) {
            row(report, houses.features().row(i), dollars(houses.labels().at(i)), predicted.at(i));
        }
        row(report, other.row(0), "?", unseen);
        context.print(report.toString());
        context.print("");
        context.print(
                "On average %s off, after %d epochs: a weight for each of three features and an intercept can fit any",
                dollars(rmse), EPOCHS);
        context.print("three houses. The talk is 5,967 off, on houses that it does not show.");
        context.figure(
                "linear-houses",
                raw.logarithmic(),
                new Plot("Features scaled, learning rate " + LEARNING_RATE, "epoch", "mean squared error, standardised")
                        .perEpoch("cost", trained.costs, 0)
                        .logarithmic());
        return new Result(rmse, unseen, trained.costs, warning);
    }

    private static Trained train(Dataset houses, NDArray other, double learningRate, int epochs, long seed) {

        // 1. Inputs: three features per house, and its price.
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 3));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters: a weight for each feature, and an intercept.
        Variable w = Variable.of("weights", Shape.of(3, 1), Initializers.randomNormal(0, 0.01));
        Variable b = Variable.of("intercept", Shape.of(1), Initializers.zeros());

        // 3. Model
        Tensor price = x.matmul(w).add(b);

        // 4. Cost
        Tensor cost = Losses.meanSquaredError(price, y);

        // 5. Optimizer
        TrainOp train = new GradientDescent(learningRate).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: all houses in every step, as long as the cost is finite.
            DivergenceCheck divergence = new DivergenceCheck(learningRate);
            List<Double> costs = new ArrayList<>();
            for (int epoch = 0; epoch < epochs; epoch++) {
                List<NDArray> values =
                        session.run(train, List.of(cost), feed(x, houses.features()), feed(y, houses.labels()));
                costs.add(values.get(0).item());
                if (!divergence.isStable(costs.get(epoch)) && !Double.isFinite(costs.get(epoch))) {
                    break;
                }
            }

            // 7. Testing: on the same three houses, as no others have a price, and on one without a price.
            NDArray predicted = session.run(price, feed(x, houses.features()));
            return new Trained(predicted, session.run(price, feed(x, other)), costs, divergence);
        }
    }

    private static void row(Table report, NDArray house, String price, double predicted) {
        report.row(
                Numbers.brief(house.at(0)),
                Numbers.brief(house.at(1)),
                Numbers.brief(house.at(2)),
                price,
                dollars(predicted));
    }

    private static String dollars(double amount) {
        return String.format(java.util.Locale.ROOT, "%,.0f", amount);
    }
}
