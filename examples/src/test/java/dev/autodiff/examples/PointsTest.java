package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.logistic.BreastCancer;
import dev.autodiff.examples.mlp.Toy;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Breast cancer, and points in the plane. */
class PointsTest {
    /** The indices of the numbers of hidden neurons in the result. */
    private static final int NONE = 0;

    private static final int TWO = 1;
    private static final int THREE = 2;
    private static final int FIVE = 3;

    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void breastCancer(long seed) {
        BreastCancer.Result result = BreastCancer.run(Run.context(out, text), seed);
        assertTrue(result.testAccuracy() >= 0.96, () -> "test accuracy " + result.testAccuracy());
        assertEquals(114, result.confusion().total());
    }

    @ParameterizedTest
    @CsvSource({"XOR, 0.75", "CIRCLES, 0.75", "MOONS, 0.92", "SPIRAL, 0.75"})
    @Tag("slow")
    void aHiddenLayerBendsTheBoundary(Toy.Points points, double straight) throws IOException {
        ExampleContext context = Run.context(out, text);
        List<Double> accuracies = Toy.draw(context, points, 1);
        assertTrue(accuracies.get(NONE) < straight, () -> accuracies.toString());
        assertTrue(accuracies.get(TWO) > accuracies.get(NONE), () -> accuracies.toString());
        assertTrue(accuracies.get(THREE) > 0.9, () -> accuracies.toString());
        assertTrue(accuracies.get(FIVE) > 0.97, () -> accuracies.toString());
        context.writeFigures();
        String name = "toy-" + points.name().toLowerCase(java.util.Locale.ROOT) + ".png";
        BufferedImage picture = ImageIO.read(out.resolve(name).toFile());
        assertTrue(picture.getWidth() > 800 && picture.getHeight() > 800);
    }

    @Test
    void theFolderOfTheFiguresIsPrinted() {
        Run run = Run.of("logistic", "--case", "breast-cancer", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("Files in " + out.toAbsolutePath() + ": logistic-breast-cancer.png"), run::out);
    }
}
