package dev.autodiff.examples.rnn;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.LSTM;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.Objects;

/** An LSTM that reads the images of MNIST as a text of 28 lines: after the last one it says which digit it was. */
public final class RowByRow {
    private static final int ROWS = 28;
    private static final int BATCH = 64;

    private RowByRow() {}

    /** Trains for some epochs and returns the accuracy on the test images. */
    public static double run(ExampleContext context, Mnist digits, int epochs, long seed) {
        context.heading("MNIST, row by row");
        context.print(
                "An LSTM of 128 units reads the %d rows of an image one after the other, then names the digit;"
                        + " Adam at 0.001, batches of %d.",
                ROWS, BATCH);
        context.print("");
        try (Model model = Model.sequential(new Reshape(ROWS, ROWS), new LSTM(128), new Dense(10));
                Progress progress = context.progress("epoch", epochs)) {
            model.seed(seed).compile(new Adam(0.001), Loss.softmaxCrossEntropy(), Metric.accuracy());
            Callback show = Callback.afterEpoch(
                    loop -> progress.update(loop.epoch() + 1, "loss " + Numbers.brief(loop.log("loss"))));
            model.fit(digits.train(), FitOptions.epochs(epochs).batch(BATCH).callbacks(show));
            double accuracy =
                    Objects.requireNonNull(model.evaluate(digits.test()).get("accuracy"));
            context.print("");
            context.print("test accuracy %s %%", Numbers.percent(accuracy, 2));
            return accuracy;
        }
    }
}
