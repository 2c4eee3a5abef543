package dev.autodiff.examples.autoencoder;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.DigitImages;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.Table;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.StandardScaler;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.History;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An autoencoder: an encoder makes a few numbers, the code, of the 784 pixels of a digit, and a decoder draws the digit
 * again. The labels are the images themselves; nobody says which digit it is.
 */
public final class Autoencoder {
    private static final int PIXELS = 28 * 28;
    private static final int BATCH = 128;
    private static final int SHOWN = 10;

    private Autoencoder() {}

    /**
     * The errors on the test images, each a mean over their pixels, which are from 0 to 1.
     *
     * @param error the mean squared error of the reconstructions
     * @param meanError the same if each image is reconstructed as the mean of the training images
     */
    public record Result(double error, double meanError) {}

    /** Trains, prints the error of the reconstructions, and draws some of them. */
    public static Result run(ExampleContext context, Mnist digits, int code, int epochs, long seed) {
        context.heading("MNIST: an autoencoder with a code of " + code + (code == 1 ? " number" : " numbers"));
        NDArray train = digits.train().features();
        NDArray test = digits.test().features();

        Sequential encoder = new Sequential(new Dense(128, Activation.RELU), new Dense(code));
        Sequential decoder = new Sequential(new Dense(128, Activation.RELU), new Dense(PIXELS, Activation.SIGMOID));
        try (Model model = Model.sequential(encoder.named("encoder"), decoder.named("decoder"))) {
            model.seed(seed).compile(new Adam(0.001), Loss.sigmoidCrossEntropy(), Metric.mse());
            History history;
            try (Progress progress = context.progress("epoch", epochs)) {
                history = model.fit(
                        new Dataset(train, train),
                        FitOptions.epochs(epochs).batch(BATCH).callbacks(progress.afterEpoch("loss", "mse")));
            }
            double error = Objects.requireNonNull(
                    model.evaluate(new Dataset(test, test)).get("mse"));
            Result result = new Result(error, meanError(train, test));

            Table table = new Table("each test image as", "numbers", "mean squared error");
            table.row("the mean of the training images", "0", Numbers.brief(result.meanError()));
            table.row("its reconstruction", "" + code, Numbers.brief(error));
            table.row("itself", "" + PIXELS, "0");
            context.print("");
            context.print(table.toString());

            NDArray shown = test.take(oneOfEach(digits.test()));
            context.figure("autoencoder", DigitImages.rows(shown, model.predict(shown)));
            context.figure(
                    "autoencoder-loss",
                    new Plot("Loss of each epoch", "epoch", "cross-entropy")
                            .perEpoch("training", history.of("loss"), 1));
            return result;
        }
    }

    private static double meanError(NDArray train, NDArray test) {
        NDArray mean = StandardScaler.fit(train).mean();
        double sum = 0;
        for (int row = 0; row < test.dim(0); row++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                double difference = test.get(row, pixel) - mean.at(pixel);
                sum += difference * difference;
            }
        }
        return sum / test.size();
    }

    /** Returns the rows of the first 0, the first 1, and so on. */
    private static int[] oneOfEach(Dataset images) {
        return IntStream.range(0, SHOWN)
                .map(digit -> IntStream.range(0, images.rows())
                        .filter(row -> images.labels().at(row) == digit)
                        .findFirst()
                        .orElse(digit))
                .toArray();
    }
}
