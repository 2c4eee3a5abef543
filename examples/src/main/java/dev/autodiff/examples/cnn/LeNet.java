package dev.autodiff.examples.cnn;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Conv2D;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Flatten;
import dev.autodiff.nn.layer.MaxPooling2D;
import dev.autodiff.nn.layer.Reshape;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.Schedule;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network in the manner of LeNet-5 (Y. LeCun and others, 1998) that reads handwritten digits. A convolution lays the
 * same small filters over every part of the image and tells where each fits; pooling keeps the best fit of each 2 x 2
 * places; the second convolution does the same with what the first has found, and dense layers name the digit.
 */
public final class LeNet implements AutoCloseable {
    private static final int SIDE = 28;
    private static final int BATCH = 100;
    private static final double RATE = 0.002;

    private final Reshape image = new Reshape(SIDE, SIDE, 1);
    private final Conv2D first = new Conv2D(16, 5, Activation.RELU);
    private final MaxPooling2D halved = new MaxPooling2D(2);
    private final Conv2D second = new Conv2D(32, 5, Activation.RELU);
    private final Model model = Model.sequential(
            image,
            first,
            halved,
            second,
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(128, Activation.RELU),
            Dropout.rate(0.4),
            new Dense(Mnist.CLASSES));

    /** Creates a network that has not been trained. */
    public LeNet(long seed) {
        model.seed(seed);
    }

    /** Trains by Adam, with a rate that falls along half a cosine. */
    public void train(ExampleContext context, Dataset digits, int epochs) {
        int steps = epochs * ((digits.rows() + BATCH - 1) / BATCH);
        Schedule rate = Schedule.cosine(RATE, RATE / 100, steps);
        model.compile(new Adam(rate), Loss.softmaxCrossEntropy(), Metric.accuracy());
        try (Progress progress = context.progress("epoch", epochs)) {
            Callback show = Callback.afterEpoch(loop -> progress.update(loop.epoch() + 1, describe(loop.logs())));
            model.fit(digits, FitOptions.epochs(epochs).batch(BATCH).callbacks(show));
        }
    }

    private static String describe(Map<String, Double> logs) {
        return "loss " + Numbers.brief(Objects.requireNonNull(logs.get("loss"))) + ", training accuracy "
                + Numbers.percent(Objects.requireNonNull(logs.get("accuracy")), 2) + " %";
    }

    /** Returns a table of the layers, once the network is trained. */
    public String summary() {
        return model.summary();
    }

    /** Returns the score of each class for each image, {@code [images, 10]}. */
    public NDArray scores(NDArray images) {
        return model.predict(images);
    }

    /** Returns the filters of the first layer, {@code [5, 5, 1, 16]}. */
    public NDArray filters() {
        return model.session().run(first.variables().get(0));
    }

    /**
     * Returns what the two convolutions find in an image.
     *
     * @param pixels the image, {@code [1, 784]}
     * @return the feature maps, {@code [1, 24, 24, 16]} and {@code [1, 8, 8, 32]}
     */
    public List<NDArray> featureMaps(NDArray pixels) {
        Placeholder input = Placeholder.of("image", Shape.of(1, SIDE * SIDE));
        Tensor early = first.apply(image.apply(input));
        Tensor late = second.apply(halved.apply(early));
        return model.session().run(List.of(early, late), feed(input, pixels));
    }

    @Override
    public void close() {
        model.close();
    }
}
