package dev.autodiff.examples.mlp;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Table;
import dev.autodiff.nn.data.idx.Mnist;
import java.util.ArrayList;
import java.util.List;

/** The six networks that M. Fullwood's talk at PyCon 2017 compares, trained as far as possible as in the talk. */
public final class TalkTable {
    /** The default number of epochs; with dropout there are twice as many. */
    public static final int EPOCHS = 20;

    private static final double LEARNING_RATE = 0.05;
    private static final int BATCH = 120;
    private static final double L2 = 0.001;

    private TalkTable() {}

    private record Row(
            String name, List<Integer> hidden, Activation activation, double l2, double keepProb, String talk) {}

    private static final List<Row> ROWS = List.of(
            new Row("no hidden layer", List.of(), Activation.NONE, 0, 1, "93.0 / 92.5"),
            new Row("one of 128, no activation", List.of(128), Activation.NONE, 0, 1, "89.2 / 88.8"),
            new Row("one of 128, relu", List.of(128), Activation.RELU, 0, 1, "97.9 / 95.2"),
            new Row("three layers, relu", List.of(128, 128), Activation.RELU, 0, 1, "95.5 / 92.9"),
            new Row("three layers, L2 of " + L2, List.of(128, 128), Activation.RELU, L2, 1, "95.1 / 95.1"),
            new Row("three layers, dropout 0.5", List.of(128, 128), Activation.RELU, 0, 0.5, "93.3 / 93.1"));

    /** Trains all six, prints and plots the results. */
    public static List<MnistMlp.Result> run(ExampleContext context, Mnist digits, int epochs, long seed) {
        context.heading("MNIST: the table of the PyCon 2017 talk");
        context.print("As in the talk: plain gradient descent at 0.05, first weights from a normal distribution, hidden"
                + " layers of");
        context.print("128, dropout with twice the epochs. Chosen here, as the talk does not say: initial weights of"
                + " deviation 0.1");
        context.print(
                "(TensorFlow's default was 1, with which three layers reach a test accuracy of 63 % after 15 epochs),");
        context.print(
                "batches of %d, %d epochs, L2 of %s. The results differ: with these initial weights a hidden layer",
                BATCH, epochs, L2);
        context.print("without activation does no harm, and three layers hardly overfit in so few epochs.");
        context.print("");
        List<MnistMlp.Result> results = new ArrayList<>();
        Table table = new Table("", "talk, train / test %", "ours, train / test %", "seconds");
        Plot plot = new Plot("Test accuracy", "epoch", "test accuracy in %").legend(Plot.Corner.LOWER_RIGHT);
        for (Row row : ROWS) {
            MlpSettings settings = new MlpSettings(
                    row.hidden,
                    row.activation,
                    MlpSettings.Start.NORMAL,
                    row.l2,
                    row.keepProb,
                    OptimizerChoice.SGD,
                    LEARNING_RATE,
                    1,
                    row.keepProb < 1 ? 2 * epochs : epochs,
                    BATCH,
                    seed);
            long start = System.nanoTime();
            MnistMlp.Result result = MnistMlp.train(context, row.name + ", epoch", digits, settings);
            results.add(result);
            plot.perEpoch(
                    row.name, result.testAccuracies().stream().map(a -> 100 * a).toList(), 1);
            table.row(
                    row.name,
                    row.talk,
                    Numbers.percent(result.trainAccuracy(), 1) + " / " + Numbers.percent(result.testAccuracy(), 1),
                    Numbers.brief(Math.rint((System.nanoTime() - start) / 1e9)));
        }
        context.print("");
        context.print(table.toString());
        context.figure("mnist-compare", plot);
        return results;
    }
}
