package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.examples.cnn.CnnReport;
import dev.autodiff.examples.cnn.LeNet;
import dev.autodiff.examples.context.DigitImages;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.metric.ConfusionMatrix;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The convolutional network on a few digits: its report, its pictures, and what it finds in an image. */
class CnnTest {
    private static final Mnist DIGITS = Mnist.load(Run.data().resolve("mnist"));

    @TempDir
    Path out;

    private BufferedImage picture(String name) throws IOException {
        BufferedImage image = ImageIO.read(out.resolve(name).toFile());
        assertNotNull(image, name);
        return image;
    }

    @Test
    void aThousandDigitsTeachMostOfThem() throws IOException {
        StringWriter text = new StringWriter();
        ExampleContext context = Run.context(out, text);
        Mnist few = new Mnist(DIGITS.train().rows(0, 1000), DIGITS.test().rows(0, 200));
        ConfusionMatrix confusion = CnnReport.run(context, few, 2, 1);
        context.writeFigures();
        assertEquals(200, confusion.total());
        assertTrue(confusion.accuracy() > 0.6, text::toString);
        long wrong = Math.round(200 * (1 - confusion.accuracy()));
        assertTrue(text.toString().contains("wrong         " + wrong + " of 200"), text::toString);

        // Cells of 152 x 186: 120 pixels, twice a margin of 16, and a title. Digits are drawn at 4 x 28 = 112.
        BufferedImage filters = picture("cnn-filters.png");
        assertEquals(List.of(8 * 152, 2 * 186), List.of(filters.getWidth(), filters.getHeight()));
        BufferedImage maps = picture("cnn-maps.png");
        assertEquals(List.of(8 * 152, 6 * 186), List.of(maps.getWidth(), maps.getHeight()));
        BufferedImage errors = picture("cnn-wrong.png");
        long rows = (Math.min(100, wrong) + 9) / 10;
        assertEquals(List.of(10L * 144, rows * 178), List.of((long) errors.getWidth(), (long) errors.getHeight()));
    }

    @Test
    void featureMapsAreTheFirstConvolutionByHand() {
        Mnist few = new Mnist(DIGITS.train().rows(0, 100), DIGITS.test());
        try (LeNet network = new LeNet(3)) {
            network.train(Run.context(out, new StringWriter()), few.train(), 1);
            NDArray image = DIGITS.test().features().rows(0, 1);
            List<NDArray> maps = network.featureMaps(image);
            assertEquals("[1, 24, 24, 16]", maps.get(0).shape().toString());
            assertEquals("[1, 8, 8, 32]", maps.get(1).shape().toString());
            // The difference of two places of a map has no bias in it, where both are above 0.
            NDArray filters = network.filters();
            int compared = 0;
            for (int channel = 0; channel < 16; channel++) {
                double here = maps.get(0).get(0, 8, 9, channel);
                double there = maps.get(0).get(0, 10, 12, channel);
                if (here > 0 && there > 0) {
                    double expected =
                            weighted(image, filters, 8, 9, channel) - weighted(image, filters, 10, 12, channel);
                    assertEquals(expected, here - there, 1e-5);
                    compared++;
                }
            }
            assertTrue(compared > 0, "no filter fits both places");
        }
    }

    private static double weighted(NDArray image, NDArray filters, int top, int left, int channel) {
        double sum = 0;
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < 5; j++) {
                sum += image.at((top + i) * 28 + left + j) * filters.get(i, j, 0, channel);
            }
        }
        return sum;
    }

    @Test
    void channelsAreDrawnBySignAndSize() {
        float[] values = new float[2 * 25];
        values[0] = 4; // channel 1, upper left
        values[1] = -1; // channel 2, upper left
        List<BufferedImage> images = DigitImages.channels("filter", NDArray.wrap(values, 5, 5, 1, 2));
        // 16 pixels of margin and 34 of title, then squares of 24 pixels; a root of a quarter is a half.
        assertEquals(0xffff0000, images.get(0).getRGB(16 + 12, 16 + 34 + 12));
        assertEquals(0xff8080ff, images.get(1).getRGB(16 + 12, 16 + 34 + 12));
        assertEquals(0xffffffff, images.get(0).getRGB(16 + 36, 16 + 34 + 12));
        assertEquals(
                0xffffffff,
                DigitImages.channels("none", NDArray.wrap(new float[25], 5, 5, 1, 1))
                        .get(0)
                        .getRGB(28, 62));
    }
}
