package dev.autodiff.examples.digits;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Plot;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.MinMaxScaler;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Regularizer;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Schedule;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.Checkpoint;
import dev.autodiff.nn.train.EarlyStopping;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.History;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.List;

/**
 * Digits in 8 x 8 pixels, with everything that a training usually has: dropout, L2, a learning rate that decays, early
 * stopping, and the best model in a file, which another process loads.
 */
public final class SmallDigits {
    private SmallDigits() {}

    /** The results of a training: the accuracy on the test images, and the history. */
    public record Result(double testAccuracy, History history) {}

    /** Trains, stops when the validation gets no better, and leaves the best model in a file. */
    static Result train(List<Dataset> parts, int epochs, long seed, Path file, Callback progress) {
        Dataset train = parts.get(0);
        try (Model model = Model.sequential(
                new Dense(64, Activation.RELU).kernelRegularizer(Regularizer.l2(1e-4)),
                Dropout.rate(0.3),
                new Dense(10, Activation.SOFTMAX))) {
            model.seed(seed).preprocessing(MinMaxScaler.fit(train.features()));
            model.compile(
                    new Adam(Schedule.exponential(0.003, 0.5, 1000)), Loss.softmaxCrossEntropy(), Metric.accuracy());
            History history = model.fit(
                    train,
                    FitOptions.epochs(epochs)
                            .batch(32)
                            .validation(parts.get(1))
                            .callbacks(
                                    EarlyStopping.smallest("val_loss")
                                            .patience(9)
                                            .restoringBest(),
                                    Checkpoint.smallest("val_loss", file),
                                    progress));
            return new Result(accuracy(model, parts.get(2)), history);
        }
    }

    /** Loads a model and returns its accuracy on the test images; the file has the scaling of the pixels too. */
    static double load(List<Dataset> parts, Path file) {
        try (Model model = Model.load(file)) {
            return accuracy(model, parts.get(2));
        } catch (IllegalArgumentException e) {
            throw new DataException(file + ": holds a model of other data than these images of 64 pixels: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static double accuracy(Model model, Dataset test) {
        return Classification.accuracy(model.predict(test.features()), test.labels());
    }

    /** Returns the images for training, validation and test, each with the digits in the same proportions. */
    static List<Dataset> parts(ExampleContext context, long seed) {
        CsvTable table = context.table("digits_8x8.csv");
        Dataset images = new Dataset(table.allExcept("target"), table.classes("target", 10));
        return images.splitStratified(seed, 0.6, 0.2, 0.2);
    }

    /** Trains, prints and plots the results, and prints the command that loads the model. */
    public static Result run(ExampleContext context, int epochs, long seed) {
        context.heading("Digits in 8 x 8 pixels: dropout, L2, decay, early stopping");
        List<Dataset> parts = parts(context, seed);
        Path file = context.output("digits.safetensors");
        Result result;
        try (Progress progress = context.progress("epoch", epochs)) {
            result = train(parts, epochs, seed, file, progress.afterEpoch("loss", "val_loss", "val_accuracy"));
        }
        context.print("");
        result.history().stopReason().ifPresent(reason -> context.print("Stopped: %s.", reason));
        print(context, parts.get(2), result.testAccuracy());
        context.print("");
        context.print("The best model is in %s. Another process loads it with", file);
        context.print("  ./autodiff digits --load %s%s", file, seed == 1 ? "" : " --seed " + seed);
        context.figure(
                "digits",
                new Plot("Loss of each epoch", "epoch", "cross-entropy and L2")
                        .perEpoch("training, with dropout", result.history().of("loss"), 1)
                        .perEpoch("validation", result.history().of("val_loss"), 1));
        return result;
    }

    /** Loads a model that {@link #run} saved, and prints its accuracy on the same test images. */
    public static double runLoaded(ExampleContext context, Path file, long seed) {
        context.heading("Digits in 8 x 8 pixels: a model from a file");
        List<Dataset> parts = parts(context, seed);
        double accuracy = load(parts, file);
        print(context, parts.get(2), accuracy);
        return accuracy;
    }

    private static void print(ExampleContext context, Dataset test, double accuracy) {
        context.print("test accuracy %s %% of %d images", Numbers.percent(accuracy, 2), test.rows());
    }
}
