package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A lesson: a network that is too large for its few examples, without regularization, with dropout, and with L2. */
public final class Regularization {
    private static final int NEURONS = 64;
    private static final int EPOCHS = 1000;
    private static final int EVERY = 20;
    private static final int GRID = 73;

    private Regularization() {}

    /**
     * A trained network.
     *
     * @param name the regularization
     * @param train the loss on the training points, every 20 epochs
     * @param test the loss on the test points, every 20 epochs
     * @param missed the number of training points on the wrong side of the boundary
     * @param accuracy the accuracy on the test points
     * @param weights the weights of both layers, one after the other
     * @param logits the logits on a grid over the plane
     */
    record Trained(
            String name,
            double[] train,
            double[] test,
            long missed,
            double accuracy,
            double[] weights,
            double[][] logits) {
        double gap() {
            return last(test) - last(train);
        }

        double leastTest() {
            return Arrays.stream(test).min().orElseThrow();
        }
    }

    static Dataset few() {
        return Generators.moons(40, 0.3, 5);
    }

    static Trained train(String name, double keep, double l2) {
        Dataset few = few();
        Dataset test = Generators.moons(1000, 0.3, 6);
        Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1));
        Placeholder keeping = Placeholder.of("keep", DType.FLOAT64, Shape.scalar());
        Variable w1 = Variable.of("hidden/w", DType.FLOAT64, Shape.of(2, NEURONS), Initializers.heNormal(), true);
        Variable b1 =
                Variable.of("hidden/b", DType.FLOAT64, Shape.of(NEURONS), Initializers.randomNormal(0, 0.5), true);
        Variable w2 = Variable.of("out/w", DType.FLOAT64, Shape.of(NEURONS, 1), Initializers.glorotNormal(), true);
        Variable b2 = Variable.of("out/b", DType.FLOAT64, Shape.of(1), Initializers.zeros(), true);
        Tensor hidden = Dropout.keep(x.matmul(w1).add(b1).relu(), keeping);
        Tensor logit = hidden.matmul(w2).add(b2);
        Tensor loss = Losses.sigmoidCrossEntropy(logit, y).mean();
        Tensor penalty = Reductions.l2Loss(w1).add(Reductions.l2Loss(w2)).mul(l2);
        TrainOp train = new Adam(0.02).minimize(loss.add(penalty));

        double[] trainLosses = new double[EPOCHS / EVERY + 1];
        double[] testLosses = new double[EPOCHS / EVERY + 1];
        try (Session session = new Session(2)) {
            for (int epoch = 0; epoch <= EPOCHS; epoch++) {
                if (epoch % EVERY == 0) { // measured with all neurons
                    trainLosses[epoch / EVERY] = session.run(
                                    loss, feed(x, features(few)), feed(y, column(few)), feed(keeping, 1))
                            .item();
                    testLosses[epoch / EVERY] = session.run(
                                    loss, feed(x, features(test)), feed(y, column(test)), feed(keeping, 1))
                            .item();
                }
                session.run(train, feed(x, features(few)), feed(y, column(few)), feed(keeping, keep));
            }
            NDArray answers = session.run(logit, feed(x, features(test)), feed(keeping, 1));
            double right = right(answers, test);
            long missed = few.rows() - right(session.run(logit, feed(x, features(few)), feed(keeping, 1)), few);
            NDArray map = session.run(logit, feed(x, grid()), feed(keeping, 1));
            double[][] logits = new double[GRID][GRID];
            for (int i = 0; i < GRID * GRID; i++) {
                logits[i / GRID][i % GRID] = map.at(i);
            }
            double[] weights = Arrays.copyOf(w1.value().toDoubles(), 3 * NEURONS);
            System.arraycopy(w2.value().toDoubles(), 0, weights, 2 * NEURONS, NEURONS);
            return new Trained(name, trainLosses, testLosses, missed, right / test.rows(), weights, logits);
        }
    }

    private static long right(NDArray logits, Dataset points) {
        return IntStream.range(0, points.rows())
                .filter(i -> logits.at(i) > 0 == points.labels().at(i) > 0)
                .count();
    }

    static List<Trained> trainAll() {
        return List.of(
                train("no regularization", 1, 0), train("dropout, keep 0.5", 0.5, 0), train("L2, λ = 0.01", 1, 0.01));
    }

    static void teach(LessonPage page) {

        page.section("Forty examples, too many neurons");
        page.paragraph(
                "Two moons with much noise: 40 points to train on, 1000 to test. A network with %d hidden neurons has"
                        + " 257 parameters, enough to memorize the 40 points including their noise. Watch the gap"
                        + " between the loss on the training points and on the test points.",
                NEURONS);
        List<Trained> all = trainAll();
        Table table = new Table("", "training loss", "test loss", "gap", "test accuracy");
        for (Trained each : all) {
            table.row(
                    each.name,
                    Numbers.brief(last(each.train)),
                    Numbers.brief(last(each.test)),
                    Numbers.brief(each.gap()),
                    Numbers.percent(each.accuracy, 1) + " %");
        }
        page.show(table);
        double[] epochs = IntStream.rangeClosed(0, EPOCHS / EVERY)
                .mapToDouble(i -> i * EVERY)
                .toArray();
        List<Chart> curves = new ArrayList<>();
        List<Chart> maps = new ArrayList<>();
        for (Trained each : all) {
            curves.add(new Chart(each.name, "epoch", "loss")
                    .y(0, 1.6)
                    .line("training", epochs, each.train)
                    .line("test", epochs, each.test));
            maps.add(map(each).square());
        }
        Trained none = all.get(0);
        Trained dropout = all.get(1);
        page.figure(
                "Without regularization, the test loss falls to " + Numbers.brief(none.leastTest())
                        + " and then rises to "
                        + Numbers.brief(last(none.test)) + " while the training loss goes on falling: the network is"
                        + " learning the noise. With dropout it rises too, but more slowly, from "
                        + Numbers.brief(dropout.leastTest()) + " to " + Numbers.brief(last(dropout.test))
                        + "; with L2 it stays where it fell.",
                curves.toArray(Chart[]::new));
        page.figure(
                "The decision boundary of each. Of the 40 training points, " + none.missed + " lie on the wrong side"
                        + " without regularization, " + dropout.missed + " with dropout and " + all.get(2).missed
                        + " with L2: without L2 the boundary bends around single points of the other class, dropout or"
                        + " not; with L2 it is smoother.",
                maps.toArray(Chart[]::new));

        page.section("The effect on the weights");
        page.paragraph("L2 adds λ/2 times the sum of squared weights to the cost. Its gradient is λ·w: every step pulls"
                + " every weight towards 0 by a fraction of its size, and only weights that reduce the loss"
                + " stay large. Dropout does not change the weights directly: it removes random neurons, so"
                + " that no neuron can rely on a single other one, and all contribute.");
        Table weights = new Table("", "norm", "largest", "below 0.05");
        for (Trained each : all) {
            weights.row(
                    each.name,
                    Numbers.brief(norm(each.weights)),
                    Numbers.brief(largest(each.weights)),
                    Numbers.percent(
                                    Arrays.stream(each.weights)
                                                    .filter(w -> Math.abs(w) < 0.05)
                                                    .count()
                                            / (double) each.weights.length,
                                    0)
                            + " %");
        }
        page.show(weights);
        Chart sizes = new Chart("Sizes of the weights, sorted", "rank", "absolute value");
        all.forEach(each -> sizes.line(each.name, sorted(each.weights)));
        page.figure("With L2 all weights are small, and many are close to 0.", sizes);

        page.section("How dropout works");
        page.paragraph(
                "In training, each neuron is kept with probability 0.5, and the kept ones are divided by 0.5, so that"
                        + " the sum is the same on average. In testing all are kept and nothing is divided. Ten ones,"
                        + " passed three times through `Dropout.keep(x, 0.5)`:");
        Tensor dropped = Dropout.keep(Tensors.ones(10), 0.5);
        StringBuilder masks = new StringBuilder();
        try (Session session = new Session(1)) {
            for (int i = 0; i < 3; i++) {
                double[] values = session.run(dropped).toDoubles();
                masks.append(Arrays.stream(values).mapToObj(Numbers::brief).toList());
                masks.append("   mean ")
                        .append(Numbers.brief(Arrays.stream(values).average().orElse(0)))
                        .append('\n');
            }
        }
        page.show(masks);
        page.keyPoint(
                "Judge a model by data that it has not seen: dropout and L2 accept a higher training loss for a lower"
                        + " test loss.");
    }

    private static Chart map(Trained each) {
        Dataset few = few();
        return new Chart(each.name, "x1", "x2")
                .x(-2, 3)
                .y(-2, 3)
                .regions((a, b) -> each.logits[place(a)][place(b)])
                .points("class 0", coordinates(few, 0, 0), coordinates(few, 0, 1))
                .points("class 1", coordinates(few, 1, 0), coordinates(few, 1, 1));
    }

    private static NDArray grid() {
        double[] places = new double[GRID * GRID * 2];
        for (int i = 0; i < GRID * GRID; i++) {
            int row = i / GRID;
            int column = i % GRID;
            places[2 * i] = -2 + 5.0 * row / (GRID - 1);
            places[2 * i + 1] = -2 + 5.0 * column / (GRID - 1);
        }
        return NDArray.wrap(places, GRID * GRID, 2);
    }

    private static int place(double coordinate) {
        return (int) Math.round((coordinate + 2) / 5 * (GRID - 1));
    }

    private static double[] coordinates(Dataset points, int label, int axis) {
        return IntStream.range(0, points.rows())
                .filter(i -> points.labels().at(i) == label)
                .mapToDouble(i -> points.features().get(i, axis))
                .toArray();
    }

    private static NDArray features(Dataset points) {
        return points.features().cast(DType.FLOAT64);
    }

    private static NDArray column(Dataset points) {
        return points.labels().cast(DType.FLOAT64).reshape(points.rows(), 1);
    }

    private static double last(double[] values) {
        return values[values.length - 1];
    }

    static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    private static double[] sorted(double[] values) {
        double[] sizes = Arrays.stream(values).map(Math::abs).sorted().toArray();
        return IntStream.range(0, sizes.length)
                .mapToDouble(i -> sizes[sizes.length - 1 - i])
                .toArray();
    }
}
