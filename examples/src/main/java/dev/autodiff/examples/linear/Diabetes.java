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
import dev.autodiff.nn.PreparedRun;
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
 * Real data: predicts the progression of diabetes after a year from ten measurements of 442 patients (Efron et al.
 * 2004). Evaluated by cross-validation, and compared with the closed-form solution, which gradient descent should come
 * close to.
 */
public final class Diabetes {
    private static final int FOLDS = 5;
    private static final double LEARNING_RATE = 0.1;
    private static final int EPOCHS = 500;

    private Diabetes() {}

    /** R2, the fraction of the variance explained, on the validation part, averaged over the folds. */
    public record Result(double gradientDescent, double closedForm) {}

    private record Fitted(NDArray predicted, List<Double> losses) {}

    /** Trains, prints and plots the results. */
    public static Result run(ExampleContext context, long seed) {
        context.heading("Diabetes: ten measurements of 442 patients, 5-fold cross-validation");
        CsvTable table = context.table("diabetes.csv");
        Dataset patients = new Dataset(table.allExcept("target"), table.columns("target"));

        Table report = new Table("R2 on the validation part", "gradient descent", "closed form");
        List<Double> descent = new ArrayList<>();
        List<Double> closed = new ArrayList<>();
        Plot predictions = new Plot("Progression of the disease, first fold", "measured", "predicted");
        Plot costs = new Plot("Loss of each epoch", "epoch", "mean squared error, standardised");
        for (Dataset.Fold fold : patients.folds(FOLDS, seed)) {
            NDArray measured = fold.validation().labels();
            Fitted fitted = fit(fold, seed);
            NDArray exact = LeastSquares.fit(
                            fold.train().features(), fold.train().labels())
                    .predict(fold.validation().features());
            descent.add(Regression.r2(fitted.predicted, measured));
            closed.add(Regression.r2(exact, measured));
            int number = descent.size();
            report.row("fold " + number, four(descent.get(number - 1)), four(closed.get(number - 1)));
            costs.perEpoch("fold " + number, fitted.losses.subList(0, 100), 0);
            if (number == 1) {
                predictions
                        .points("patients", measured, fitted.predicted)
                        .straight("measured = predicted", measured, 1, 0)
                        .legend(Plot.Corner.UPPER_LEFT);
            }
        }
        Result result = new Result(mean(descent), mean(closed));
        report.row("mean", four(result.gradientDescent), four(result.closedForm));
        context.print(report.toString());
        context.figure("linear-diabetes", predictions, costs);
        return result;
    }

    private static Fitted fit(Dataset.Fold fold, long seed) {
        StandardScaler xScaler = StandardScaler.fit(fold.train().features());
        StandardScaler yScaler = StandardScaler.fit(fold.train().labels());
        Dataset training = fold.train().mapFeatures(xScaler::transform).mapLabels(yScaler::transform);
        int features = training.features().dim(1);

        // 1. Inputs
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, features));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));

        // 2. Parameters
        Variable w = Variable.of("weights", Shape.of(features, 1), Initializers.zeros());
        Variable b = Variable.of("bias", Shape.of(1), Initializers.zeros());

        // 3. Model
        Tensor prediction = x.matmul(w).add(b);

        // 4. Cost
        Tensor cost = Losses.meanSquaredError(prediction, y);

        // 5. Optimizer
        TrainOp train = new GradientDescent(LEARNING_RATE).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: the same step runs many times, so it is prepared once.
            PreparedRun step = session.prepare(train, List.of(cost), x, y);
            List<Double> losses = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                step.run(training.features(), training.labels());
                losses.add(step.number(0));
            }

            // 7. Testing: on the patients of the validation part, in the units of the data.
            NDArray scaled = session.run(
                    prediction, feed(x, xScaler.transform(fold.validation().features())));
            return new Fitted(yScaler.inverseTransform(scaled), losses);
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static String four(double value) {
        return String.format(java.util.Locale.ROOT, "%.4f", value);
    }
}
