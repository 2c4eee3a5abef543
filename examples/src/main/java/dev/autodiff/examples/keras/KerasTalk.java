package dev.autodiff.examples.keras;

import static dev.autodiff.nn.Feed.feed;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.Table;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.PreparedRun;
import dev.autodiff.nn.Session;
import dev.autodiff.nn.TrainOp;
import dev.autodiff.nn.data.Batch;
import dev.autodiff.nn.data.Batches;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import dev.autodiff.nn.layer.Sequential;
import dev.autodiff.nn.metric.Classification;
import dev.autodiff.nn.metric.Metric;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.FitOptions;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.List;
import java.util.Objects;

/**
 * The network that M. Fullwood's talk at PyCon 2017 ends with, there in Keras:
 *
 * <pre>
 * model = Sequential()
 * model.add(Dense(input_dim=784, units=128, activation='relu'))
 * model.add(Dropout(0.5))
 * model.add(Dense(units=128, activation='relu'))
 * model.add(Dropout(0.5))
 * model.add(Dense(units=10, activation='softmax'))
 * model.compile(loss='categorical_crossentropy', optimizer=keras.optimizers.SGD(lr=0.05), metrics=['accuracy'])
 * model.fit(X_train, Y_train, epochs=100, batch_size=120)
 * model.evaluate(X_test, Y_test)
 * </pre>
 */
public final class KerasTalk {
    private static final int PIXELS = 28 * 28;
    private static final int BATCH = 120;

    private KerasTalk() {}

    /**
     * The accuracies of a trained network.
     *
     * @param train the accuracy on the training images
     * @param test the accuracy on the test images
     */
    public record Result(double train, double test) {}

    /** Trains and tests the network as in the talk. */
    public static Result inKerasWords(Mnist digits, int epochs, long seed, Callback... callbacks) {
        try (Model model = Model.sequential(
                new Dense(128, Activation.RELU),
                Dropout.rate(0.5),
                new Dense(128, Activation.RELU),
                Dropout.rate(0.5),
                new Dense(10, Activation.SOFTMAX))) {
            model.seed(seed).compile(new GradientDescent(0.05), Loss.softmaxCrossEntropy(), Metric.accuracy());
            model.fit(digits.train(), FitOptions.epochs(epochs).batch(BATCH).callbacks(callbacks));
            return new Result(
                    Objects.requireNonNull(model.evaluate(digits.train()).get("accuracy")),
                    Objects.requireNonNull(model.evaluate(digits.test()).get("accuracy")));
        }
    }

    /** Does the same without a model: what compile, fit and evaluate do, with the parts that they are made of. */
    public static Result byHand(Mnist digits, int epochs, long seed) {
        Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, PIXELS));
        Placeholder labels = Placeholder.of("labels", DType.INT32, Shape.of(Shape.UNKNOWN));
        Network network = Network.of(
                new Sequential(
                        new Dense(128, Activation.RELU),
                        Dropout.rate(0.5),
                        new Dense(128, Activation.RELU),
                        Dropout.rate(0.5),
                        new Dense(10, Activation.SOFTMAX)),
                images);
        Tensor loss = Loss.softmaxCrossEntropy()
                .apply(network.output(Mode.TRAINING), labels)
                .mean();
        TrainOp train = new GradientDescent(0.05).minimize(loss);
        Tensor digit = network.output(Mode.INFERENCE).argmax(1);
        try (Session session = new Session(seed)) {
            PreparedRun step = session.prepare(train, List.of(loss), images, labels);
            Batches batches = Batches.shuffled(digits.train(), BATCH, seed).reusingMemory();
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (Batch batch : batches.epoch(epoch)) {
                    step.run(batch.features(), batch.labels());
                }
            }
            return new Result(
                    Classification.accuracy(
                            session.run(digit, feed(images, digits.train().features())),
                            digits.train().labels()),
                    Classification.accuracy(
                            session.run(digit, feed(images, digits.test().features())),
                            digits.test().labels()));
        }
    }

    /** Trains and tests the network, and prints the talk's figures beside the results. */
    public static Result run(ExampleContext context, Mnist digits, int epochs, long seed, boolean byHand) {
        context.heading("MNIST: the Keras network of the PyCon 2017 talk");
        context.print(
                "Two hidden layers of 128 with relu and dropout of 0.5, gradient descent at 0.05, batches of %d,"
                        + " %d epochs.",
                BATCH, epochs);
        context.print("");
        Result result;
        if (byHand) {
            result = byHand(digits, epochs, seed);
        } else {
            try (Progress progress = context.progress("epoch", epochs)) {
                result = inKerasWords(digits, epochs, seed, progress.afterEpoch("loss"));
            }
        }
        Table table = new Table("", "train %", "test %");
        table.row("the talk, three layers with dropout", "93.3", "93.1");
        table.row("ours", Numbers.percent(result.train(), 1), Numbers.percent(result.test(), 1));
        context.print("");
        context.print(table.toString());
        return result;
    }
}
