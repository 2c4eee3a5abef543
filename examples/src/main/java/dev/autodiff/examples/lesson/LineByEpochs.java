package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.examples.page.LessonPage.Frame;
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
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A lesson: a line that approaches the data, epoch by epoch. */
public final class LineByEpochs {
    private static final int POINTS = 40;
    private static final int BATCH = 10;
    private static final int EPOCHS = 30;
    private static final double RATE = 0.1;

    private LineByEpochs() {}

    /** The slope, the intercept and the loss over all points before an epoch. */
    record Fit(double slope, double intercept, double loss) {}

    /** Returns points around y = 1.5x + 2, with a fixed pattern as noise, so that every run gives the same numbers. */
    static Dataset points() {
        float[] x = new float[POINTS];
        float[] y = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = -2 + 4f * i / (POINTS - 1);
            y[i] = 1.5f * x[i] + 2 + (float) (0.5 * Math.sin(12.9898 * i) + 0.4 * Math.cos(78.233 * i));
        }
        return new Dataset(NDArray.wrap(x, POINTS, 1), NDArray.wrap(y, POINTS, 1));
    }

    static List<Fit> train(Dataset points) {
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 1));
        Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("slope", Shape.of(1, 1), Initializers.constant(-1));
        Variable b = Variable.of("intercept", Shape.of(1), Initializers.zeros());
        Tensor prediction = x.matmul(w).add(b);
        Tensor loss = Losses.meanSquaredError(prediction, y);
        TrainOp train = new GradientDescent(RATE).minimize(loss);

        List<Fit> fits = new ArrayList<>();
        try (Session session = new Session(1)) {
            Batches batches = Batches.shuffled(points, BATCH, 1);
            for (int epoch = 0; epoch <= EPOCHS; epoch++) {
                double whole = session.run(loss, feed(x, points.features()), feed(y, points.labels()))
                        .item();
                fits.add(new Fit(w.value().item(), b.value().item(), whole));
                for (Batch batch : batches.epoch(epoch)) {
                    session.run(train, feed(x, batch.features()), feed(y, batch.labels()));
                }
            }
        }
        return fits;
    }

    static void teach(LessonPage page) {

        page.section("The data and the model");
        Dataset points = points();
        double[] x = points.features().toDoubles();
        double[] y = points.labels().toDoubles();
        page.paragraph(
                "%d points lie around the line y = 1.5·x + 2, with noise. The model is a line too, y = slope·x +"
                        + " intercept, and begins in the wrong direction, at slope -1. An epoch goes through all"
                        + " points once, in"
                        + " batches of %d: %d small steps of gradient descent with learning rate %s.",
                POINTS, BATCH, POINTS / BATCH, Numbers.brief(RATE));

        page.section("Epoch by epoch");
        List<Fit> fits = train(points);
        double[] best = leastSquares(x, y);
        Table table = new Table("epoch", "slope", "intercept", "loss");
        for (int epoch = 0; epoch <= EPOCHS; epoch += epoch < 6 ? 1 : 6) {
            Fit fit = fits.get(epoch);
            table.row("" + epoch, Numbers.brief(fit.slope), Numbers.brief(fit.intercept), Numbers.brief(fit.loss));
        }
        table.row("least squares", Numbers.brief(best[0]), Numbers.brief(best[1]), Numbers.brief(best[2]));
        page.show(table);
        List<Frame> frames = new ArrayList<>();
        double[] losses = fits.stream().mapToDouble(Fit::loss).toArray();
        for (int epoch = 0; epoch <= EPOCHS; epoch += epoch < 10 ? 1 : 5) {
            Fit fit = fits.get(epoch);
            double[] ends = {-2.2, 2.2};
            double[] heights = Arrays.stream(ends)
                    .map(at -> fit.slope * at + fit.intercept)
                    .toArray();
            Chart line = new Chart("The line", "x", "y")
                    .x(-2.2, 2.2)
                    .y(-3, 6.5)
                    .points("points", x, y)
                    .line("the model", ends, heights);
            Chart curve = new Chart("The loss", "epoch", "mean squared error")
                    .x(0, EPOCHS)
                    .y(0.05, 20)
                    .logarithmic()
                    .line("", Arrays.copyOf(losses, epoch + 1))
                    .dashed("least squares", new double[] {0, EPOCHS}, new double[] {best[2], best[2]});
            frames.add(new Frame(
                    String.format(java.util.Locale.ROOT, "Epoch %d: loss %.3f", epoch, fit.loss), line, curve));
        }
        page.animation("The line approaches the data. Play the animation, or drag the slider.", frames);

        page.section("The lowest possible loss");
        page.paragraph(
                "For a line there is a closed formula for the best answer, least squares: slope %s, intercept %s, loss"
                        + " %s. Gradient descent gets there without the formula, but keeps moving a little, since each"
                        + " batch has a slightly different best line. The loss does not reach 0: what is left is the"
                        + " noise, which no line can explain.",
                Numbers.brief(best[0]), Numbers.brief(best[1]), Numbers.brief(best[2]));
        page.keyPoint("An epoch is one pass over the data, a step is one batch; the loss falls fast, then slowly.");
    }

    /** Returns slope, intercept and mean squared error of the best line. */
    static double[] leastSquares(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(0);
        double meanY = Arrays.stream(y).average().orElse(0);
        double together = 0;
        double spread = 0;
        for (int i = 0; i < x.length; i++) {
            together += (x[i] - meanX) * (y[i] - meanY);
            spread += (x[i] - meanX) * (x[i] - meanX);
        }
        double slope = together / spread;
        double intercept = meanY - slope * meanX;
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            error += Math.pow(slope * x[i] + intercept - y[i], 2) / x.length;
        }
        return new double[] {slope, intercept, error};
    }
}
