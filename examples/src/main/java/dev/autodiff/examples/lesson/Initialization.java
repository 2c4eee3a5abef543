package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Losses;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A lesson: neurons that start equal stay equal; the size of a sum; and layers that keep the size of their numbers. */
public final class Initialization {
    private static final NDArray CORNERS = NDArray.of(new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}});
    private static final NDArray XOR = NDArray.of(new double[][] {{0}, {1}, {1}, {0}});
    private static final int LAYERS = 20;
    private static final int WIDTH = 256;

    private Initialization() {}

    static void teach(LessonPage page) {
        equalNeurons(page);
        sizeOfASum(page);
        throughRelu(page);
        bothWays(page);
    }

    // ---- symmetry ----

    /**
     * A network with three hidden neurons that was trained on XOR.
     *
     * @param gradient the first gradient of the hidden weights, a column for each neuron
     * @param weights the hidden weights after training
     * @param losses the loss before training and after it
     */
    record Trained(NDArray gradient, NDArray weights, double[] losses) {}

    static Trained train(Initializer initializer) {
        Placeholder x = Placeholder.of("x", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", DType.FLOAT64, Shape.of(Shape.UNKNOWN, 1));
        Variable w = Variable.of("hidden/w", DType.FLOAT64, Shape.of(2, 3), initializer, true);
        Variable b = Variable.of("hidden/b", DType.FLOAT64, Shape.of(3), Initializers.zeros(), true);
        Variable v = Variable.of("out/w", DType.FLOAT64, Shape.of(3, 1), initializer, true);
        Variable c = Variable.of("out/b", DType.FLOAT64, Shape.of(1), Initializers.zeros(), true);
        Tensor logit = x.matmul(w).add(b).tanh().matmul(v).add(c);
        Tensor loss = Losses.sigmoidCrossEntropy(logit, y).mean();
        Tensor gradient = Gradients.of(loss, List.of(w)).of(w);
        TrainOp train = new GradientDescent(0.5).minimize(loss);
        try (Session session = new Session(2)) {
            NDArray first = session.run(gradient, feed(x, CORNERS), feed(y, XOR));
            double before = session.run(loss, feed(x, CORNERS), feed(y, XOR)).item();
            for (int step = 0; step < 2000; step++) {
                session.run(train, feed(x, CORNERS), feed(y, XOR));
            }
            double after = session.run(loss, feed(x, CORNERS), feed(y, XOR)).item();
            return new Trained(first, w.value(), new double[] {before, after});
        }
    }

    private static void equalNeurons(LessonPage page) {
        page.section("Equal neurons stay equal");
        page.paragraph(
                "Three hidden neurons with tanh are to learn XOR. If their weights start equal, they compute the same,"
                        + " receive the same gradient, and move by the same step. This repeats at every step: they are"
                        + " three copies of one neuron for ever. If all weights start at 0, it is worse: the hidden"
                        + " layer gets its gradient through the weights of the next layer, which are 0 (the framework"
                        + " warns of this when training begins). Each list has a number for each neuron:");
        Map<String, Trained> all = new LinkedHashMap<>();
        all.put("all 0", train(Initializers.zeros()));
        all.put("all 0.5", train(Initializers.constant(0.5)));
        all.put("N(0, 1)", train(Initializers.randomNormal(0, 1)));
        Table weights = new Table("start", "first gradient, weights of input 0", "weights of input 0 after training");
        Table losses = new Table("start", "loss at first", "after 2000 steps");
        all.forEach((name, each) -> {
            weights.row(name, Numbers.brief(each.gradient.row(0)), Numbers.brief(each.weights.row(0)));
            losses.row(name, Numbers.brief(each.losses[0]), Numbers.brief(each.losses[1]));
        });
        page.show(weights);
        page.show(losses);
        page.paragraph(
                "After 2000 steps, the network that started at 0 still answers 1/2 everywhere, with the loss"
                        + " log 2 = %s. The only task of the random numbers is to make the neurons different.",
                Numbers.brief(Math.log(2)));
        page.keyPoint("Weights start random, so that neurons differ. Biases may start at 0.");
    }

    // ---- sizes ----

    /** Returns the deviation of sums of n products of a number of deviation 1 and a weight of the given deviation. */
    static double deviation(int n, double weights) {
        Variable x = Variable.of("x", Shape.of(200, n), Initializers.randomNormal(0, 1));
        Variable w = Variable.of("w", Shape.of(n, 200), Initializers.randomNormal(0, weights));
        try (Session session = new Session(1)) {
            return session.run(x.matmul(w)).std();
        }
    }

    private static void sizeOfASum(LessonPage page) {
        page.section("The size of a sum");
        page.paragraph(
                "A neuron adds n products of an input and a weight. If both have the mean 0 and the standard deviation"
                        + " 1, each product has the variance 1, and the variances of independent numbers add up: the"
                        + " sum has the variance n, so the standard deviation √n. Measured in 200 neurons, for 200"
                        + " examples:");
        Table table = new Table("inputs n", "weights of deviation 1", "√n", "weights of deviation 1 / √n");
        for (int n : new int[] {16, 64, 256}) {
            table.row(
                    "" + n,
                    Numbers.brief(deviation(n, 1)),
                    Numbers.brief(Math.sqrt(n)),
                    Numbers.brief(deviation(n, 1 / Math.sqrt(n))));
        }
        page.show(table);
        page.paragraph("So with weights of the standard deviation 1 / √n, where n is the number of inputs, numbers keep"
                + " their size through a layer.");
    }

    private static void throughRelu(LessonPage page) {
        page.section("Relu takes half");
        page.paragraph(
                "Relu sets what is below 0 to 0: half of the numbers, and with them half of the sum of the squares. To"
                        + " make up for it, the weights need twice the variance, 2 / n; the standard deviation √(2 / n)"
                        + " is He's initialization. Here are %d relu layers of %d neurons each, for each of three"
                        + " standard deviations of the weights. The table has the root of the mean square of the"
                        + " numbers that leave a layer:",
                LAYERS, WIDTH);
        double[] factors = {1, 2, 4};
        List<double[]> all = new ArrayList<>();
        for (double factor : factors) {
            all.add(sizes(factor));
        }
        Table table = new Table("layer", "√(1 / n)", "√(2 / n), He", "√(4 / n)");
        for (int layer : new int[] {1, 2, 5, 10, 20}) {
            table.row(
                    "" + layer,
                    Numbers.brief(all.get(0)[layer - 1]),
                    Numbers.brief(all.get(1)[layer - 1]),
                    Numbers.brief(all.get(2)[layer - 1]));
        }
        page.show(table);
        page.paragraph(
                "With √(1 / n), each layer multiplies the size by about √(1/2), and 20 by about (1/2)^10 = %s; with"
                        + " √(4 / n), each multiplies it by about √2. A factor that is near 1 for one layer is far from"
                        + " 1 for twenty.",
                Numbers.brief(Math.pow(0.5, 10)));
        double[] layers = IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray();
        page.figure(
                "On a logarithmic axis, a constant factor for each layer is a straight line.",
                new Chart("Size of what leaves each layer", "layer", "root of the mean square")
                        .line("√(1 / n)", layers, all.get(0))
                        .line("√(2 / n)", layers, all.get(1))
                        .line("√(4 / n)", layers, all.get(2))
                        .logarithmic());
    }

    /** Returns the root of the mean square of each layer's result; weights have the variance factor / n. */
    static double[] sizes(double factor) {
        Tensor signal = Variable.of("x", Shape.of(100, WIDTH), Initializers.randomNormal(0, 1));
        List<Tensor> sizes = new ArrayList<>();
        for (int layer = 1; layer <= LAYERS; layer++) {
            Variable w = Variable.of(
                    "w" + layer, Shape.of(WIDTH, WIDTH), Initializers.randomNormal(0, Math.sqrt(factor / WIDTH)));
            signal = signal.matmul(w).relu();
            sizes.add(signal.square().mean().sqrt());
        }
        try (Session session = new Session(1)) {
            return session.run(sizes).stream().mapToDouble(NDArray::item).toArray();
        }
    }

    private static void bothWays(LessonPage page) {
        page.section("Forward and backward");
        page.paragraph(
                "On the way back, the gradient of an input is a sum over the layer's neurons, that is, its outputs. For"
                        + " gradients to keep their size, n should be the number of outputs; for the numbers on the way"
                        + " forward, the number of inputs. Glorot's initialization, for activations with the slope 1 at"
                        + " 0 such as tanh, takes the mean of both as n: √(2 / (inputs + outputs)). Sigmoid's slope at"
                        + " 0 is 1/4, so with it gradients still get smaller from layer to layer. %s measures them in"
                        + " ten layers, for relu with He's weights, and for tanh and sigmoid with Glorot's. For a layer"
                        + " of 256 inputs and 64 neurons:",
                Course.link(VanishingGradients.class).replace("[l", "[L"));
        Table table = new Table("initializer", "formula", "standard deviation", "measured");
        table.row(
                "heNormal()",
                "√(2 / inputs)",
                Numbers.brief(Math.sqrt(2.0 / 256)),
                Numbers.brief(measured(Initializers.heNormal())));
        table.row(
                "glorotNormal()",
                "√(2 / (inputs + outputs))",
                Numbers.brief(Math.sqrt(2.0 / 320)),
                Numbers.brief(measured(Initializers.glorotNormal())));
        page.show(table);
        page.keyPoint("Relu: He. Tanh, and the logits before softmax or sigmoid: Glorot. The wider the layer, the"
                + " smaller the weights, by the square root of its width.");
    }

    private static double measured(Initializer initializer) {
        Variable w = Variable.of("w", Shape.of(256, 64), initializer);
        try (Session session = new Session(1)) {
            return session.run(w).std();
        }
    }
}
