package dev.autodiff.examples.cnn;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.context.DigitImages;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Numbers;
import dev.autodiff.examples.context.Picture;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.metric.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The report of a convolutional network: how well it reads digits, which ones it gets wrong, and what it looks for. */
public final class CnnReport {
    /** The number of passes over the training images that brings 99 % of the test images. */
    public static final int EPOCHS = 5;

    /** The number of wrong digits that are drawn at most. */
    private static final int DRAWN = 100;

    private CnnReport() {}

    /** Trains for some epochs, prints and draws the results, and returns those of the test images. */
    public static ConfusionMatrix run(ExampleContext context, Mnist digits, int epochs, long seed) {
        context.heading("MNIST: a convolutional network");
        long start = System.nanoTime();
        try (LeNet network = new LeNet(seed)) {
            network.train(context, digits.train(), epochs);
            NDArray read = Tensors.constant(network.scores(digits.test().features()))
                    .argmax(1)
                    .eval();
            double seconds = (System.nanoTime() - start) / 1e9;
            ConfusionMatrix confusion = ConfusionMatrix.of(read, digits.test().labels(), Mnist.CLASSES);
            context.print("");
            context.print(network.summary());
            context.print("");
            context.print(confusion.toString());
            context.print("");
            List<BufferedImage> wrong = wrong(digits.test(), read);
            context.print("wrong         %d of %d", wrong.size(), confusion.total());
            context.print("test accuracy %s %%", Numbers.percent(confusion.accuracy(), 2));
            context.print("trained and tested in %.1f s", seconds);
            draw(context, network, digits.test().features().rows(0, 1));
            if (!wrong.isEmpty()) {
                context.figure("cnn-wrong", Picture.sideBySide(wrong.subList(0, Math.min(DRAWN, wrong.size())), 10));
            }
            return confusion;
        }
    }

    /** Returns pictures of the images that were not read right, each with what it is and what was read. */
    private static List<BufferedImage> wrong(Dataset test, NDArray read) {
        List<BufferedImage> images = new ArrayList<>();
        for (int i = 0; i < test.rows(); i++) {
            int digit = (int) test.labels().at(i);
            int answer = (int) read.at(i);
            if (answer != digit) {
                images.add(DigitImages.digit(
                        digit + " read as " + answer, test.features().rows(i, i + 1)));
            }
        }
        return images;
    }

    private static void draw(ExampleContext context, LeNet network, NDArray image) {
        context.figure("cnn-filters", Picture.sideBySide(DigitImages.channels("filter", network.filters()), 8));
        List<NDArray> maps = network.featureMaps(image);
        List<BufferedImage> images = new ArrayList<>();
        images.addAll(DigitImages.channels("map", maps.get(0)));
        images.addAll(DigitImages.channels("map", maps.get(1)));
        context.figure("cnn-maps", Picture.sideBySide(images, 8));
    }
}
