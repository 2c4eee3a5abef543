package dev.autodiff.examples.mlp;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.BoundaryPanel;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Picture;
import dev.autodiff.examples.context.Progress;
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
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.optimizer.Adam;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The effect of a hidden layer: points in the plane in classes that no straight line separates, and the decision
 * boundaries of networks with more and more hidden neurons.
 */
public final class Toy {
    private static final double LEARNING_RATE = 0.03;
    private static final int STEPS = 1500;
    private static final int GRID = 200; // number of points along each side of a picture
    private static final int TRIES = 5;

    private Toy() {}

    /** The data sets. */
    public enum Points {
        /** Two classes; opposite quadrants belong to the same class. */
        XOR,
        /** One circle around another. */
        CIRCLES,
        /** Two interleaving half circles. */
        MOONS,
        /** Three spiral arms, which need more neurons. */
        SPIRAL;

        private Dataset generate() {
            return switch (this) {
                case XOR -> Generators.xor(200, 0, 1);
                case CIRCLES -> Generators.circles(200, 0.08, 0.5, 1);
                case MOONS -> Generators.moons(200, 0.12, 1);
                case SPIRAL -> Generators.spiral(100, 3, 0.2, 1);
            };
        }

        private List<Integer> hidden() {
            return this == SPIRAL ? List.of(0, 2, 3, 5, 16, 64) : List.of(0, 2, 3, 5);
        }
    }

    /** A trained network: its accuracy, its cost, and the class that it predicts at each point of the grid. */
    private record Trained(double accuracy, double cost, NDArray map) {}

    /** Trains networks with more and more hidden neurons, and returns the accuracy of each. */
    public static List<Double> draw(ExampleContext context, Points kind, long seed) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        Dataset points = kind.generate();
        int classes = kind == Points.SPIRAL ? 3 : 2;
        context.heading(points.rows() + " points of " + name + " in " + classes + " classes, one hidden layer, tanh");
        BoundaryPanel panel = new BoundaryPanel(points, GRID);
        List<Double> accuracies = new ArrayList<>();
        List<BufferedImage> panels = new ArrayList<>();
        Table table = new Table("hidden neurons", "accuracy");
        try (Progress progress = context.progress("network", kind.hidden().size())) {
            for (int neurons : kind.hidden()) {
                // A small network may end in a bad local minimum; the best of a few tries shows its capability.
                Trained best = train(points, classes, neurons, panel.grid(), seed);
                for (int i = 1; i < TRIES && neurons > 0 && neurons <= 5; i++) {
                    Trained other = train(points, classes, neurons, panel.grid(), seed + i);
                    best = other.cost < best.cost ? other : best;
                }
                accuracies.add(best.accuracy);
                String share = Numbers.percent(best.accuracy, 1) + " %";
                table.row(neurons == 0 ? "none" : "" + neurons, share);
                panels.add(panel.draw(
                        (neurons == 0 ? "no hidden layer" : neurons + " hidden neurons") + ": " + share, best.map));
                progress.update(panels.size(), neurons + " hidden neurons");
            }
        }
        context.print(table.toString());
        context.figure("toy-" + name, Picture.sideBySide(panels, panels.size() > 4 ? 3 : 2));
        return accuracies;
    }

    private static Trained train(Dataset points, int classes, int neurons, NDArray grid, long seed) {

        // 1. Inputs: two coordinates, and a class.
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("class", DType.INT32, Shape.of(Shape.UNKNOWN));

        // 2. Parameters and 3. Model: with a hidden layer if there are neurons for one.
        Tensor signal = x;
        int width = 2;
        if (neurons > 0) {
            Variable w = Variable.of("weights1", Shape.of(2, neurons), Initializers.randomNormal(0, 1));
            Variable b = Variable.of("bias1", Shape.of(neurons), Initializers.randomNormal(0, 1));
            signal = signal.matmul(w).add(b).tanh();
            width = neurons;
        }
        Variable w = Variable.of("weights2", Shape.of(width, classes), Initializers.glorotNormal());
        Variable b = Variable.of("bias2", Shape.of(classes), Initializers.zeros());
        Tensor logits = signal.matmul(w).add(b);

        // 4. Cost
        Tensor cost = Losses.softmaxCrossEntropy(logits, y).mean();

        // 5. Optimizer
        TrainOp train = new Adam(LEARNING_RATE).minimize(cost);

        try (Session session = new Session(seed)) {

            // 6. Training: all points in every step.
            PreparedRun step = session.prepare(train, List.of(cost), x, y);
            for (int i = 0; i < STEPS; i++) {
                step.run(points.features(), points.labels());
            }

            // 7. Testing: on the points, and on the grid around them for the picture.
            Tensor answer = logits.argmax(1);
            NDArray answers = session.run(answer, feed(x, points.features()));
            return new Trained(
                    Classification.accuracy(answers, points.labels()),
                    step.number(0),
                    session.run(answer, feed(x, grid)));
        }
    }
}
