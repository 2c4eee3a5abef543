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
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A lesson: the size of the gradient that reaches each of ten layers, and its effect on training. */
public final class VanishingGradients {
    private static final int LAYERS = 10;
    private static final int WIDTH = 32;
    private static final int EPOCHS = 300;

    private VanishingGradients() {}

    /** An activation with an initializer. */
    private record Kind(String name, UnaryOperator<Tensor> activation, Initializer initializer) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("sigmoid, Glorot", Tensor::sigmoid, Initializers.glorotNormal()),
            new Kind("relu, N(0, 0.05)", Tensor::relu, Initializers.randomNormal(0, 0.05)),
            new Kind("relu, N(0, 0.5)", Tensor::relu, Initializers.randomNormal(0, 0.5)),
            new Kind("relu, He", Tensor::relu, Initializers.heNormal()),
            new Kind("tanh, Glorot", Tensor::tanh, Initializers.glorotNormal()));

    /**
     * The measurements of one network.
     *
     * @param name the activation and the initializer
     * @param gradients the norm of the gradient of each layer's weights, before training
     * @param losses the loss before each epoch
     */
    record Measured(String name, double[] gradients, double[] losses) {}

    static List<Measured> measure() {
        return KINDS.stream().map(VanishingGradients::measure).toList();
    }

    private static Measured measure(Kind kind) {
        Dataset moons = Generators.moons(200, 0.1, 1);
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", DType.INT32, Shape.of(Shape.UNKNOWN));
        Tensor signal = x;
        List<Variable> weights = new ArrayList<>();
        for (int layer = 1; layer <= LAYERS; layer++) {
            int in = layer == 1 ? 2 : WIDTH;
            Variable w = Variable.of("layer" + layer + "/w", Shape.of(in, WIDTH), kind.initializer);
            Variable b = Variable.of("layer" + layer + "/b", Shape.of(WIDTH), Initializers.zeros());
            signal = kind.activation.apply(signal.matmul(w).add(b));
            weights.add(w);
        }
        Variable out = Variable.of("out/w", Shape.of(WIDTH, 2), Initializers.glorotNormal());
        Tensor loss = Losses.softmaxCrossEntropy(signal.matmul(out), y).mean();
        TrainOp train = new GradientDescent(0.05).minimize(loss);

        // The gradient of each layer's weights is a tensor like any other, and so is its norm.
        Gradients gradients = Gradients.of(loss, weights);
        List<Tensor> norms =
                weights.stream().map(w -> gradients.of(w).square().sum().sqrt()).toList();
        try (Session session = new Session(3)) {
            double[] measured = session.run(norms, feed(x, moons.features()), feed(y, moons.labels())).stream()
                    .mapToDouble(NDArray::item)
                    .toArray();
            double[] losses = new double[EPOCHS + 1];
            for (int epoch = 0; epoch <= EPOCHS; epoch++) {
                losses[epoch] = session.run(train, List.of(loss), feed(x, moons.features()), feed(y, moons.labels()))
                        .get(0)
                        .item();
            }
            return new Measured(kind.name, measured, losses);
        }
    }

    static void teach(LessonPage page) {

        page.section("A product of ten factors");
        page.paragraph(
                "Going back through a layer, a gradient is multiplied by the layer's weights and by the slope of its"
                        + " activation. Sigmoid's slope is 1/4 at best, at 0. After ten such layers little is left,"
                        + " even if the weights keep the size of what they multiply:");
        page.show("0.25^10 = " + Numbers.brief(Math.pow(0.25, 10)) + "     0.9^10 = " + Numbers.brief(Math.pow(0.9, 10))
                + "     1^10 = 1     1.5^10 = " + Numbers.brief(Math.pow(1.5, 10)));
        double[] z = IntStream.rangeClosed(-60, 60).mapToDouble(i -> i / 10.0).toArray();
        page.figure(
                "The slopes of three activations.",
                new Chart("Slope", "x", "derivative")
                        .line("sigmoid", z, map(z, t -> s(t) * (1 - s(t))))
                        .line("relu", z, map(z, t -> t > 0 ? 1 : 0))
                        .line("tanh", z, map(z, t -> 1 - Math.tanh(t) * Math.tanh(t))));

        page.section("Ten layers, measured");
        page.paragraph(
                "Ten hidden layers of %d neurons, before any training. The norm of the gradient of each layer's"
                        + " weights: layer 10 is next to the loss, layer 1 next to the input.",
                WIDTH);
        List<Measured> all = measure();
        String[] headings = new String[all.size() + 1];
        headings[0] = "layer";
        for (int i = 0; i < all.size(); i++) {
            headings[i + 1] = all.get(i).name;
        }
        Table table = new Table(headings);
        for (int layer = LAYERS; layer >= 1; layer--) {
            String[] row = new String[all.size() + 1];
            row[0] = "" + layer;
            for (int i = 0; i < all.size(); i++) {
                row[i + 1] = Numbers.brief(all.get(i).gradients[layer - 1]);
            }
            table.row(row);
        }
        page.show(table);
        double[] layers = IntStream.rangeClosed(1, LAYERS).asDoubleStream().toArray();
        Chart norms = new Chart("Norm of the gradient, by layer", "layer", "norm").logarithmic();
        all.forEach(each -> norms.line(each.name, layers, each.gradients));
        Chart losses = new Chart("The loss while training", "epoch", "loss").y(0, 1);
        all.forEach(each -> losses.line(each.name, each.losses));
        page.paragraph(
                "The gradient of a layer's weights has two factors: what the layer gets from the layer before it, and"
                        + " the gradient that arrives from the layer after it. Sigmoid's results are near 1/2 in every"
                        + " layer, so the first factor does not change; the second becomes about a quarter in each"
                        + " layer, and the gradient vanishes towards the input.");
        page.paragraph(
                "Relu's slope is 1 where it is on, and it is on in about half of the %d neurons. So forward and"
                        + " backward alike, a layer multiplies sizes by about √(%d / 2) = 4 times the deviation of its"
                        + " weights. Layer 10 is reached through nine layers forward, layer 1 through nine layers"
                        + " backward, layer 5 through four and five: nine factors everywhere. So the columns of 0.05"
                        + " and 0.5 are of about one size from top to bottom. They have vanished or exploded as a"
                        + " whole, next to the loss too: of the order of 0.2^9 = %s and 2^9 = %s, or a little less, as"
                        + " layer 1 has two inputs alone. He's deviation is √(2 / inputs), which makes the factor 1,"
                        + " and the sizes stay.",
                WIDTH, WIDTH, Numbers.brief(Math.pow(0.2, 9)), Numbers.brief(Math.pow(2, 9)));
        page.figure("On a logarithmic axis, a constant factor for each layer is a straight line.", norms, losses);

        page.section("The effect on training");
        Table losing = new Table("after", headings[1], headings[2], headings[3], headings[4], headings[5]);
        for (int epoch : new int[] {0, 50, 100, 300}) {
            String[] row = new String[all.size() + 1];
            row[0] = epoch + " epochs";
            for (int i = 0; i < all.size(); i++) {
                row[i + 1] = Numbers.brief(all.get(i).losses[epoch]);
            }
            losing.row(row);
        }
        page.show(losing);
        page.paragraph("Two classes, so a model that knows nothing has a loss of log 2 = 0.6931. The networks whose"
                + " gradients vanish stay there in all 300 epochs; in the one whose gradients explode, a few huge"
                + " steps turn the loss into NaN, of which the framework warns.");
        page.keyPoint("In a deep network, the activation and the size of the weights at the beginning decide whether"
                + " the layers learn at all.");
    }

    private static double s(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] map(double[] x, java.util.function.DoubleUnaryOperator f) {
        return Arrays.stream(x).map(f).toArray();
    }
}
