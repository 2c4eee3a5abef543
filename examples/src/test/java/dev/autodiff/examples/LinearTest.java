package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.linear.D2lRegression;
import dev.autodiff.examples.linear.Diabetes;
import dev.autodiff.examples.linear.HousePrices;
import dev.autodiff.examples.linear.LineRegression;
import dev.autodiff.examples.linear.MadeWithMl;
import dev.autodiff.examples.linear.MakeRegression;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The results of the tutorials, with several seeds, as they must not depend on one. */
class LinearTest {
    @TempDir
    Path out;

    private final StringWriter text = new StringWriter();

    private ExampleContext context() {
        return Run.context(out, text);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void diveIntoDeepLearning(long seed) {
        D2lRegression.Result result = D2lRegression.run(context(), seed);
        assertEquals(2, result.w1(), 0.01);
        assertEquals(-3.4, result.w2(), 0.01);
        assertEquals(4.2, result.bias(), 0.01);
        assertTrue(result.losses().get(3) < 1e-4, () -> "losses " + result.losses());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theNeuralPerspective(long seed) {
        LineRegression.Both both = LineRegression.run(context(), seed);
        List<Double> losses = both.raw().losses();
        assertEquals(2000, losses.size());
        assertTrue(losses.get(0) > 5e8 && losses.get(0) < 5e9, () -> "first loss " + losses.get(0));
        assertTrue(losses.get(1999) < 1, () -> "last loss " + losses.get(1999));
        assertEquals(3.657, both.raw().weight(), 0.001);
        assertEquals(both.raw().firstBias(), both.raw().bias(), 0.01);
        assertEquals(20, both.scaled().losses().size());
        assertEquals(3.657, both.scaled().weight(), 0.001);
        assertTrue(both.scaled().losses().get(19) < 0.2);
        assertTrue(text.toString().contains("The bias hardly changes"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void neuralNetworksWithNumpy(long seed) {
        MakeRegression.Result result = MakeRegression.run(context(), seed);
        assertEquals(61, result.losses().size());
        assertEquals(2934, result.losses().get(0), 300);
        assertEquals(64.6, result.losses().get(60), 15);
        assertEquals(56.5, result.testLoss(), 5);
        assertEquals(82.3, result.m(), 3);
        assertTrue(text.toString().contains("mean absolute percentage error"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void madeWithMl(long seed) {
        MadeWithMl.Results results = MadeWithMl.run(context(), seed);
        for (MadeWithMl.Result result : List.of(results.byHand(), results.fromGraph(), results.adam(), results.l2())) {
            assertTrue(result.trainMse() > 0.01 && result.trainMse() < 0.06, () -> "train " + result.trainMse());
            assertTrue(result.testMse() > 0.003 && result.testMse() < 0.1, () -> "test " + result.testMse());
            assertEquals(3.5, result.weight(), 0.25);
        }
        assertEquals(results.byHand().weight(), results.fromGraph().weight(), 1e-4);
        assertEquals(results.byHand().trainMse(), results.fromGraph().trainMse(), 1e-5);
    }

    @Test
    void housePrices() {
        HousePrices.Result result = HousePrices.run(context(), 1);
        assertTrue(result.rmse() < 6000, () -> "rmse " + result.rmse());
        assertTrue(result.unseen() > 345_000 && result.unseen() < 580_000, () -> "unseen " + result.unseen());
        assertTrue(result.warning().contains("learning rate 0.05 is too large"), result::warning);
        assertTrue(text.toString().contains("WARNING: The cost explodes"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void diabetes(long seed) {
        Diabetes.Result result = Diabetes.run(context(), seed);
        assertEquals(result.closedForm(), result.gradientDescent(), 0.005);
        assertEquals(0.48, result.closedForm(), 0.03);
    }

    @Test
    void allCasesInOneRun() throws IOException {
        Run run = Run.of("linear", "--out", out.resolve("new/folder").toString());
        assertEquals(0, run.exitCode(), run::err);
        assertEquals("", run.err());
        try (Stream<Path> files = Files.list(out.resolve("new/folder"))) {
            assertEquals(
                    List.of(
                            "linear-d2l.png",
                            "linear-diabetes.png",
                            "linear-houses.png",
                            "linear-line.png",
                            "linear-madewithml.png",
                            "linear-make-regression.png"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        assertTrue(run.out().contains("Files in " + out.resolve("new/folder").toAbsolutePath()), run::out);
    }
}
