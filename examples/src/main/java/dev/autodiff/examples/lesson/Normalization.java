package dev.autodiff.examples.lesson;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.examples.page.Chart;
import dev.autodiff.examples.page.LessonPage;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.LayerNorm;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.train.Loss;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A lesson: six layers without normalization, with batch norm, and with layer norm. */
public final class Normalization {
    private static final int LAYERS = 6;
    private static final int WIDTH = 32;
    private static final int EPOCHS = 200;
    static final List<Double> DEVIATIONS = List.of(0.05, 1.0);

    /** A batch of four examples with three features. */
    static final float[][] BATCH = {{1, 2, 6}, {3, 2, 10}, {5, 8, 2}, {7, 4, 6}};

    private Normalization() {}

    /** The layer between the weighted sum and the activation. */
    enum Norm {
        NONE,
        BATCH,
        LAYER;

        String title() {
            return switch (this) {
                case NONE -> "none";
                case BATCH -> "batch norm";
                case LAYER -> "layer norm";
            };
        }

        List<Layer> layers() {
            return switch (this) {
                case NONE -> List.of();
                case BATCH -> List.of(new BatchNorm());
                case LAYER -> List.of(new LayerNorm());
            };
        }
    }

    /**
     * A trained network.
     *
     * @param norm the normalization
     * @param losses the loss before each epoch
     * @param answers the logit of class 1, less that of class 0, of one point: in training mode among four points,
     *     among four others and alone, and in inference
     */
    record Trained(Norm norm, double[] losses, double[] answers) {
        String after(int epoch) {
            return Numbers.brief(losses[epoch]);
        }

        /** Returns the epoch of the largest loss after the first fifty. */
        int peak() {
            return IntStream.rangeClosed(50, EPOCHS)
                    .boxed()
                    .max(Comparator.comparingDouble(epoch -> losses[epoch]))
                    .orElseThrow();
        }
    }

    static Trained train(Norm norm, double deviation) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(new Dense(WIDTH).kernelInitializer(Initializers.randomNormal(0, deviation)));
            layers.addAll(norm.layers());
            layers.add(Activation.RELU.layer());
        }
        layers.add(new Dense(2));
        Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
        Placeholder y = Placeholder.of("y", DType.INT32, Shape.of(Shape.UNKNOWN));
        Network network = Network.of(new Sequential(layers), x);
        Tensor logits = network.output(Mode.TRAINING);
        Tensor loss = Loss.softmaxCrossEntropy().apply(logits, y).mean();
        TrainOp train = new GradientDescent(0.05).minimize(loss);

        Dataset moons = Generators.moons(200, 0.1, 1);
        NDArray points = moons.features();
        try (Session session = new Session(3)) {
            double[] losses = new double[EPOCHS + 1];
            for (int epoch = 0; epoch <= EPOCHS; epoch++) {
                losses[epoch] = session.run(train, List.of(loss), feed(x, points), feed(y, moons.labels()))
                        .get(0)
                        .item();
            }
            double[] answers = {
                answer(session.run(logits, feed(x, points.take(0, 1, 2, 3)))),
                answer(session.run(logits, feed(x, points.take(0, 4, 5, 6)))),
                answer(session.run(logits, feed(x, points.take(0)))),
                answer(session.run(network.output(Mode.INFERENCE), feed(x, points.take(0))))
            };
            return new Trained(norm, losses, answers);
        }
    }

    private static double answer(NDArray logits) {
        return logits.get(0, 1) - logits.get(0, 0);
    }

    static List<Trained> trainAll(double deviation) {
        return List.of(train(Norm.NONE, deviation), train(Norm.BATCH, deviation), train(Norm.LAYER, deviation));
    }

    static void teach(LessonPage page) {

        page.section("Normalized over what?");
        page.paragraph(
                "To normalize numbers is to subtract their mean and to divide by their standard deviation. Both layers"
                        + " of this lesson do that to what comes out of a layer, a batch of examples with a row of"
                        + " features each. Batch norm takes mean and deviation of each feature, over the batch: of a"
                        + " column. Layer norm takes those of each example, over its features: of a row.");
        Tensor batch = Tensors.constant(BATCH);
        NDArray byBatch = normalized(Norm.BATCH, batch);
        NDArray byLayer = normalized(Norm.LAYER, batch);
        Table table = new Table("example", "features", "after batch norm", "after layer norm");
        for (int row = 0; row < BATCH.length; row++) {
            table.row(
                    "" + (row + 1), listed(batch.eval().row(row)), listed(byBatch.row(row)), listed(byLayer.row(row)));
        }
        page.show(table);
        page.paragraph(
                "The first column has the mean 4 and the variance 5, so that the 1 at its top becomes (1 - 4) / √5 ="
                        + " %s; the first row has the mean 3 and the variance 14/3, so that the same 1 becomes (1 -"
                        + " 3) /"
                        + " √(14/3) = %s. Then each feature is multiplied by a scale and a shift is added, which are"
                        + " learned and begin as 1 and 0: where normal numbers are not the best ones, the network can"
                        + " have"
                        + " others.",
                Numbers.brief(-3 / Math.sqrt(5)), Numbers.brief(-2 / Math.sqrt(14.0 / 3)));

        page.section("Six layers, three ways");
        page.paragraph(
                "%d hidden layers of %d neurons with relu, on the moons of %s, whose weights begin too small,"
                        + " N(0, 0.05), or too large, N(0, 1). Without normalization, what a layer makes of its input"
                        + " shrinks or grows by about the same factor in each layer. With it, each layer's sums have"
                        + " the deviation 1 whatever the weights are. The losses:",
                LAYERS, WIDTH, Course.link(VanishingGradients.class));
        List<Trained> small = trainAll(DEVIATIONS.get(0));
        List<Trained> large = trainAll(DEVIATIONS.get(1));
        Table losses = new Table("weights", "normalization", "at first", "after 50", "after 200 epochs");
        small.forEach(
                each -> losses.row("N(0, 0.05)", each.norm.title(), each.after(0), each.after(50), each.after(EPOCHS)));
        large.forEach(
                each -> losses.row("N(0, 1)", each.norm.title(), each.after(0), each.after(50), each.after(EPOCHS)));
        page.show(losses);
        page.figure(
                "The same network, data and learning rate; a line that is missing left the chart or is not a number.",
                chart("Weights begin too small", small),
                chart("Weights begin too large", large));
        page.paragraph(
                "A model that knows nothing has a loss of log 2 = 0.6931. Without normalization the network stays"
                        + " there, or its first steps are so large that it is not a number any more, of which the"
                        + " framework warns; %s found the"
                        + " one deviation, He's, at which a deep network trains. Normalized ones do not need to be so"
                        + " lucky: twice the weights give twice the sums, and the normalized sums are the same. The"
                        + " gradient is not: it is half as large for twice the weights, so that small weights take"
                        + " large steps, and should be given a smaller learning rate. On the left, layer norm shows"
                        + " it: its loss goes down with jumps, up to %s in epoch %d, and the table has two moments"
                        + " between them. On the right, with the same rate and larger weights, it jumps no more.",
                Course.link(VanishingGradients.class),
                small.get(2).after(small.get(2).peak()),
                small.get(2).peak());

        page.section("What an answer depends on");
        page.paragraph(
                "One point, given to the trained networks among three other points, among another three, and alone;"
                        + " then as it is in inference. The logit of class 1, less that of class 0:");
        Table answers = new Table("normalization", "among three", "another three", "alone", "inference");
        small.subList(1, 3)
                .forEach(each -> answers.row(
                        each.norm.title(),
                        Numbers.brief(each.answers[0]),
                        Numbers.brief(each.answers[1]),
                        Numbers.brief(each.answers[2]),
                        Numbers.brief(each.answers[3])));
        page.show(answers);
        page.paragraph(
                "In training, batch norm's answer depends on the company: the mean is that of the batch. Alone, every"
                        + " feature is its own mean, all of them become 0, and nothing of the point is left. So in"
                        + " inference batch norm uses averages of mean and variance that it has kept while training: a"
                        + " layer in which training and inference differ, as in dropout. Layer norm looks at one"
                        + " example at a time, so that its answers are the same.");
        page.keyPoint(
                "Batch norm: over the batch, for large batches, as of images. Layer norm: within an example, for small"
                        + " batches and sequences. Both make the size of the first weights matter less.");
    }

    private static NDArray normalized(Norm norm, Tensor batch) {
        try (Session session = new Session(1)) {
            return session.run(norm.layers().get(0).apply(batch, Mode.TRAINING));
        }
    }

    private static Chart chart(String title, List<Trained> all) {
        Chart chart = new Chart(title, "epoch", "loss").y(0, 1);
        all.forEach(each -> chart.line(each.norm.title(), each.losses));
        return chart;
    }

    private static String listed(NDArray numbers) {
        return DoubleStream.of(numbers.toDoubles()).mapToObj(Numbers::brief).collect(Collectors.joining(", "));
    }
}
