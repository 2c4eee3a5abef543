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
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.optimizer.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** A lesson: layers without an activation are one layer; XOR; the decision boundaries of 2, 3 and 5 neurons. */
public final class HiddenLayers {
    private static final NDArray CORNERS = NDArray.of(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    private static final NDArray XOR = NDArray.of(new float[][] {{0}, {1}, {1}, {0}});
    private static final int[] EPOCHS = {0, 10, 20, 40, 60, 80, 120, 160, 240, 400};

    private HiddenLayers() {}

    /** A network with one hidden layer or none, whose output is the logit of class 1. */
    static final class Network {
        final Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        final Placeholder y = Placeholder.of("y", Shape.of(Shape.UNKNOWN, 1));
        final Tensor logit;
        final Tensor loss;
        final TrainOp train;

        Network(int neurons, UnaryOperator<Tensor> activation) {
            Tensor signal = x;
            int width = 2;
            if (neurons > 0) {
                Variable w = Variable.of("hidden/w", Shape.of(2, neurons), Initializers.randomNormal(0, 1));
                Variable b = Variable.of("hidden/b", Shape.of(neurons), Initializers.randomNormal(0, 0.5));
                signal = activation.apply(signal.matmul(w).add(b));
                width = neurons;
            }
            Variable w = Variable.of("out/w", Shape.of(width, 1), Initializers.randomNormal(0, 1));
            Variable b = Variable.of("out/b", Shape.of(1), Initializers.zeros());
            logit = signal.matmul(w).add(b);
            loss = Losses.sigmoidCrossEntropy(logit, y).mean();
            train = new Adam(0.05).minimize(loss);
        }
    }

    static void teach(LessonPage page) {

        page.section("Two layers that are one");
        page.paragraph(
                "Without an activation a hidden layer multiplies by a matrix, and the next one by another. That is the"
                        + " same as one multiplication by the product of the two matrices: (x·W1)·W2 = x·(W1·W2).");
        Tensor x = Tensors.constant(new double[][] {{1, 2}});
        Tensor w1 = Tensors.constant(new double[][] {{1, -1, 2}, {0, 3, 1}});
        Tensor w2 = Tensors.constant(new double[][] {{2}, {1}, {-1}});
        page.show("x = [1, 2],  W1 = [[1, -1, 2], [0, 3, 1]],  W2 = [[2], [1], [-1]]\n"
                + "two layers:  (x·W1)·W2 = " + x.matmul(w1).matmul(w2).eval().item() + "\n"
                + "one matrix:  W1·W2 = " + numbers(w1.matmul(w2).eval()) + "ᵀ,  x·(W1·W2) = "
                + x.matmul(w1.matmul(w2)).eval().item() + "\n"
                + "with relu:   relu(x·W1)·W2 = "
                + x.matmul(w1).relu().matmul(w2).eval().item()
                + ", but relu(-x·W1)·W2 = "
                + x.neg().matmul(w1).relu().matmul(w2).eval().item());
        page.paragraph(
                "With any single matrix, the answer to -x is minus the answer to x. With relu it is not, so no single"
                        + " matrix can replace the two layers.");

        page.section("XOR");
        page.paragraph(
                "XOR is 1 where exactly one input is 1. No straight line separates its corners, so a linear model"
                        + " answers 0.5 everywhere, the best that it can do. Eight hidden neurons change nothing"
                        + " until they are followed by relu.");
        double[] line = xor(0, t -> t);
        double[] linear = xor(8, t -> t);
        double[] relu = xor(8, Tensor::relu);
        Table table = new Table("input", "XOR", "no hidden layer", "8 neurons, no activation", "8 neurons, relu");
        for (int i = 0; i < 4; i++) {
            table.row(
                    Numbers.brief(CORNERS.get(i, 0)) + " " + Numbers.brief(CORNERS.get(i, 1)),
                    Numbers.brief(XOR.at(i)),
                    two(line[i]),
                    two(linear[i]),
                    two(relu[i]));
        }
        page.show(table);
        page.keyPoint("An activation is what makes a second layer worth having.");

        page.section("Bending the decision boundary");
        page.paragraph("Now points on two circles. Each relu neuron has a straight line: on one side of it"
                + " the neuron is 0, on the other it grows. Where the boundary crosses the line, it bends; between"
                + " the lines it is straight. Two neurons cannot close the boundary around the inner circle, three"
                + " can, and with five the shape becomes rounder. The lines are not its sides: a line that crosses"
                + " it does so twice, so three neurons may make more than three corners.");
        Dataset points = Generators.circles(120, 0.07, 0.4, 3);
        List<List<Snapshot>> histories = new ArrayList<>();
        for (int neurons : new int[] {2, 3, 5}) {
            histories.add(bestOf(8, neurons, points));
        }
        Table right = new Table("epoch", "2 neurons", "3 neurons", "5 neurons");
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < EPOCHS.length; i++) {
            List<Chart> charts = new ArrayList<>();
            String[] row = {"" + EPOCHS[i], "", "", ""};
            for (int k = 0; k < histories.size(); k++) {
                Snapshot now = histories.get(k).get(i);
                row[k + 1] = Numbers.percent(now.accuracy, 0) + " %";
                charts.add(chart(points, now).square());
            }
            right.row(row);
            frames.add(new Frame("Epoch " + EPOCHS[i], charts));
        }
        page.show(right);
        page.animation("The boundary of 2, 3 and 5 hidden neurons, epoch by epoch.", frames);
        page.paragraph(
                "Small networks sometimes end in a bad local minimum, so each of these is the best of eight starts."
                        + " Larger networks need fewer tries, which is one more reason to use a few neurons more than"
                        + " necessary.");
        page.keyPoint("Each hidden neuron adds a line at which the boundary can bend: more neurons, finer shapes.");
    }

    /** Returns the answers of a trained network at the four corners. */
    static double[] xor(int neurons, UnaryOperator<Tensor> activation) {
        Network network = new Network(neurons, activation);
        try (Session session = new Session(4)) {
            for (int epoch = 0; epoch < 600; epoch++) {
                session.run(network.train, feed(network.x, CORNERS), feed(network.y, XOR));
            }
            return session.run(network.logit.sigmoid(), feed(network.x, CORNERS))
                    .toDoubles();
        }
    }

    /** A network at some epoch: its number of neurons, its accuracy, its loss, and its logits on a grid. */
    record Snapshot(int neurons, double accuracy, double loss, double[][] logits) {}

    private static final int GRID = 73;
    private static final double REACH = 1.4;

    static List<Snapshot> bestOf(int tries, int neurons, Dataset points) {
        List<Snapshot> best = List.of();
        for (int seed = 1; seed <= tries; seed++) {
            List<Snapshot> history = train(neurons, points, seed);
            if (best.isEmpty() || history.get(history.size() - 1).loss < best.get(best.size() - 1).loss) {
                best = history;
            }
        }
        return best;
    }

    private static List<Snapshot> train(int neurons, Dataset points, long seed) {
        Network network = new Network(neurons, Tensor::relu);
        NDArray labels = points.labels().cast(dev.autodiff.array.DType.FLOAT32).reshape(points.rows(), 1);
        List<Snapshot> history = new ArrayList<>();
        try (Session session = new Session(seed)) {
            for (int epoch = 0; epoch <= EPOCHS[EPOCHS.length - 1]; epoch++) {
                if (java.util.Arrays.binarySearch(EPOCHS, epoch) >= 0) {
                    List<NDArray> now = session.run(
                            List.of(network.logit, network.loss),
                            feed(network.x, points.features()),
                            feed(network.y, labels));
                    double right = 0;
                    for (int i = 0; i < points.rows(); i++) {
                        right += now.get(0).at(i) > 0 == labels.at(i) > 0 ? 1.0 / points.rows() : 0;
                    }
                    history.add(new Snapshot(neurons, right, now.get(1).item(), grid(session, network)));
                }
                session.run(network.train, feed(network.x, points.features()), feed(network.y, labels));
            }
        }
        return history;
    }

    private static double[][] grid(Session session, Network network) {
        float[] places = new float[GRID * GRID * 2];
        for (int i = 0; i < GRID * GRID; i++) {
            int row = i / GRID;
            int column = i % GRID;
            places[2 * i] = (float) (-REACH + 2 * REACH * row / (GRID - 1));
            places[2 * i + 1] = (float) (-REACH + 2 * REACH * column / (GRID - 1));
        }
        NDArray logits = session.run(network.logit, feed(network.x, NDArray.wrap(places, GRID * GRID, 2)));
        double[][] grid = new double[GRID][GRID];
        for (int i = 0; i < GRID * GRID; i++) {
            grid[i / GRID][i % GRID] = logits.at(i);
        }
        return grid;
    }

    private static Chart chart(Dataset points, Snapshot now) {
        String title = String.format(Locale.ROOT, "%d neurons: %.0f %% right", now.neurons, 100 * now.accuracy);
        return new Chart(title, "x1", "x2")
                .x(-REACH, REACH)
                .y(-REACH, REACH)
                .regions((a, b) -> now.logits[place(a)][place(b)])
                .points("outside", coordinates(points, 0, 0), coordinates(points, 0, 1))
                .points("inside", coordinates(points, 1, 0), coordinates(points, 1, 1));
    }

    private static int place(double coordinate) {
        return (int) Math.round((coordinate + REACH) / (2 * REACH) * (GRID - 1));
    }

    private static double[] coordinates(Dataset points, int label, int axis) {
        return java.util.stream.IntStream.range(0, points.rows())
                .filter(i -> points.labels().at(i) == label)
                .mapToDouble(i -> points.features().get(i, axis))
                .toArray();
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String numbers(NDArray array) {
        return java.util.Arrays.stream(array.toDoubles())
                .mapToObj(Numbers::brief)
                .toList()
                .toString();
    }
}
