package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.autoencoder.Autoencoder;
import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.nn.data.idx.Mnist;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The autoencoder, on the first few thousand images. */
class AutoencoderTest {
    private static final Mnist DIGITS = Mnist.load(Run.data().resolve("mnist"));
    private static final Mnist FEW =
            new Mnist(DIGITS.train().rows(0, 3000), DIGITS.test().rows(0, 500));

    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();

    @Tag("slow")
    @Test
    void reconstructionsAreBetterThanTheMean() throws IOException {
        ExampleContext context = Run.context(out, text);
        Autoencoder.Result result = Autoencoder.run(context, FEW, 16, 5, 1);
        assertTrue(result.error() < 0.75 * result.meanError(), result::toString);
        assertEquals(0.068, result.meanError(), 0.004); // the variance of MNIST's pixels about their means, 0.0673
        context.writeFigures();
        BufferedImage picture = ImageIO.read(out.resolve("autoencoder.png").toFile());
        assertEquals(10, Math.round((double) picture.getWidth() / picture.getHeight() * 2)); // ten digits, two rows
    }
}
