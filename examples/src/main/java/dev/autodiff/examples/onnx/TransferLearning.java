package dev.autodiff.examples.onnx;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.onnx.OnnxExporter;
import dev.autodiff.io.onnx.OnnxModel;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.Layer;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network that PyTorch has trained to read digits learns from a few images which digits are odd: its last layer is
 * replaced and trained, then all of it. For comparison, the same network learns it from nothing, which is as good for
 * these small pictures as soon as there are a few of each digit.
 */
public final class TransferLearning {
    /** The number of images that PyTorch's network was trained on, the first ones of the file. */
    private static final int SEEN = 1000;

    private static final int DIGITS = 10;
    private static final int CLASSES = 2;
    private static final int STEPS = 200;
    private static final int BATCH = 10;

    /** The tensor that the last layer of PyTorch's network is applied to, by the name that PyTorch gave it. */
    private static final String FEATURES = "/features/features.7/Relu_output_0";

    private TransferLearning() {}

    /**
     * The results.
     *
     * @param scratch the accuracy of a network that began with random weights
     * @param lastLayer the accuracy when only the new last layer is trained
     * @param whole the accuracy when everything is trained further
     * @param difference the largest difference between two predictions of the model here and of its ONNX file
     */
    public record Result(double scratch, double lastLayer, double whole, double difference) {}

    /** Returns images with 1 for odd digits, 0 for even ones: some of each digit to learn from, others for the test. */
    static List<Dataset> parts(ExampleContext context, int perDigit, long seed) {
        CsvTable table = context.table("digits_8x8.csv");
        NDArray pixels = table.allExcept("target");
        float[] grey = pixels.toFloats();
        for (int i = 0; i < grey.length; i++) {
            grey[i] /= 16;
        }
        Dataset all = new Dataset(NDArray.wrap(grey, pixels.dim(0), 1, 8, 8), table.classes("target", DIGITS));
        Dataset seen = all.rows(0, SEEN).shuffled(seed);
        int[] digits = seen.labels().toInts();
        int[] taken = new int[DIGITS];
        int[] few = IntStream.range(0, SEEN)
                .filter(i -> taken[digits[i]]++ < perDigit)
                .toArray();
        return List.of(odd(seen.take(few)), odd(all.rows(SEEN, all.rows())));
    }

    private static Dataset odd(Dataset digits) {
        int[] labels =
                Arrays.stream(digits.labels().toInts()).map(digit -> digit % 2).toArray();
        return new Dataset(digits.features(), NDArray.of(labels));
    }

    private static double train(Model model, Dataset few, Dataset test, double rate) {
        model.compile(new Adam(rate), Loss.softmaxCrossEntropy());
        model.fit(few, Math.max(1, STEPS * BATCH / few.rows()), BATCH);
        return Classification.accuracy(model.predict(test.features()), test.labels());
    }

    /** Returns the accuracy of PyTorch's network with random weights instead of its own. */
    private static double fromScratch(Dataset few, Dataset test, long seed) {
        try (Model model = Model.sequential(
                        new Conv2D(8, 3, Activation.RELU).same().channelsFirst(),
                        new Conv2D(16, 3, Activation.RELU).same().channelsFirst(),
                        new MaxPooling2D(2).channelsFirst(),
                        new Flatten(),
                        new Dense(32, Activation.RELU),
                        new Dense(CLASSES))
                .seed(seed)) {
            return train(model, few, test, 0.003);
        }
    }

    /** Trains, prints the accuracies, and compares the trained model with what its ONNX file predicts. */
    public static Result run(ExampleContext context, int perDigit, long seed) {
        context.heading("A network that PyTorch trained to read digits learns which are odd");
        Path file = context.data("digits_pytorch.onnx");
        OnnxModel given = OnnxModel.read(file);
        List<Dataset> parts = parts(context, perDigit, seed);
        Dataset few = parts.get(0);
        Dataset test = parts.get(1);
        context.print(
                "%s by %s; %d images to learn from, %d for the test",
                file.getFileName(), given.producer(), few.rows(), test.rows());
        context.print("");

        double scratch = fromScratch(few, test, seed);
        Placeholder image = given.input("image");
        Tensor features = given.tensor(FEATURES);
        // From 0 on: features are large, and what random weights make of them would outlast the few images.
        Layer last = new Dense(CLASSES).kernelInitializer(Initializers.zeros()).named("parity");
        double lastLayer;
        try (Model model = Model.of(List.of(image), () -> List.of(last.apply(features.stopGradient())))
                .seed(seed)) {
            lastLayer = train(model, few, test, 0.01);
        }
        try (Model model =
                Model.of(List.of(image), () -> List.of(last.apply(features))).seed(seed)) {
            double whole = train(model, few, test, 0.0003);
            context.print(new Table("training of", "test accuracy %")
                    .row("all layers, from random weights", Numbers.percent(scratch, 1))
                    .row("a new last layer alone", Numbers.percent(lastLayer, 1))
                    .row("then all layers", Numbers.percent(whole, 1))
                    .toString());
            double difference = roundTrip(context, model, test);
            return new Result(scratch, lastLayer, whole, difference);
        }
    }

    private static double roundTrip(ExampleContext context, Model model, Dataset test) {
        Path file = context.output("parity.onnx");
        OnnxExporter.of(model).metadata("classes", "even, odd").write(file);
        OnnxModel again = OnnxModel.read(file);
        double difference = OnnxFiles.difference(
                model.predict(test.features()),
                OnnxFiles.predict(again, test.features().cast(DType.FLOAT32)));
        context.print("");
        context.print(
                "The result is in %s (%,d bytes). Read back, its scores of the test images differ by at most %s.",
                file, size(file), Numbers.brief(difference));
        return difference;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
