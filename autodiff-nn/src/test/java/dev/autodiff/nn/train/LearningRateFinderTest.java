package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.optimizer.GradientDescent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the search for a learning rate. */
class LearningRateFinderTest {
    private static final Dataset LINE = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 200, 42);

    private final Model model =
            Model.sequential(new Dense(1)).compile(new GradientDescent(1e-3), Loss.meanSquaredError());

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void ratesGrowByAFactorAndTheLossFallsAndRises() {
        LearningRateCurve curve =
                new LearningRateFinder(model).range(1e-4, 100).steps(61).run(LINE, 20);
        List<Double> rates = curve.rates();
        assertEquals(1e-4, rates.get(0), 1e-18);
        double factor = Math.pow(1e6, 1.0 / 60);
        for (int i = 1; i < rates.size(); i++) {
            assertEquals(factor, rates.get(i) / rates.get(i - 1), 1e-12);
        }
        assertTrue(rates.size() < 61, "gradient descent on a parabola diverges before a rate of 100");
        // It diverges for rates above 2 / curvature, which is about 1 for inputs of variance 1.
        double suggestion = curve.suggestion().orElseThrow();
        assertTrue(suggestion > 0.005 && suggestion < 0.2, () -> "suggestion " + suggestion);
        model.compile(new GradientDescent(suggestion), Loss.meanSquaredError());
        assertTrue(model.fit(LINE, 30, 20).last("loss") < 0.01);
    }

    @Test
    void theModelIsAsItWas() {
        model.compile(new Adam(0.01), Loss.meanSquaredError());
        model.fit(LINE, 2, 20);
        Snapshot before = model.snapshot();
        double expected = model.fit(LINE, 3, 20).last("loss");
        model.restore(before);
        List<NDArray> values = values();
        new LearningRateFinder(model).run(LINE, 20);
        assertEquals(values, values());
        assertEquals(expected, model.fit(LINE, 3, 20).last("loss"));
    }

    private List<NDArray> values() {
        return model.variables().values().stream().map(Variable::value).toList();
    }

    @Test
    void aModelThatWasNeverBuiltIsBuilt() {
        try (Model fresh = Model.sequential(Dropout.rate(0.2), new Dense(1)).seed(3);
                Model other = Model.sequential(Dropout.rate(0.2), new Dense(1)).seed(3)) {
            fresh.compile(new Adam(0.01), Loss.meanSquaredError());
            other.compile(new Adam(0.01), Loss.meanSquaredError());
            LearningRateCurve curve = new LearningRateFinder(fresh).steps(20).run(LINE, 64);
            assertEquals(curve.losses().size(), curve.rates().size());
            assertEquals(
                    other.fit(LINE, 2, 20).last("loss"), fresh.fit(LINE, 2, 20).last("loss"));
        }
    }

    @Test
    void aCurveHasATableAndAPicture(@TempDir Path directory) throws IOException {
        // falls to 1 at the rate of 0.01, and rises to infinity
        List<Double> rates = IntStream.range(0, 41)
                .mapToObj(i -> 1e-4 * Math.pow(10, i / 10.0))
                .toList();
        List<Double> losses = IntStream.range(0, 41)
                .mapToObj(i -> i == 40 ? Double.POSITIVE_INFINITY : 1 + Math.pow((i - 20) / 4.0, 2))
                .toList();
        LearningRateCurve curve = new LearningRateCurve(rates, losses);
        assertEquals(0.001, curve.suggestion().orElseThrow(), 1e-12);
        assertTrue(curve.toString().contains("try 0.0010"), curve.toString());
        assertTrue(curve.toCsv().startsWith("learning_rate,loss,smoothed\n1.0E-4,26.0,"), curve.toCsv());
        assertEquals(42, curve.toCsv().lines().count());
        Path file = directory.resolve("rates.svg");
        curve.plot(file);
        String svg = Files.readString(file);
        assertTrue(svg.contains("0.00010") && svg.contains("stroke-dasharray"), svg);
        assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }

    @Test
    void aLossThatDoesNotFallSuggestsNothing() {
        LearningRateCurve curve = new LearningRateCurve(List.of(0.1, 0.2, 0.3, 0.4), List.of(1.0, 2.0, 3.0, 4.0));
        assertTrue(curve.suggestion().isEmpty());
        assertTrue(curve.toString().contains("did not fall"), curve.toString());
        assertFalse(curve.toSvg().contains("NaN"));
        LearningRateCurve diverged = new LearningRateCurve(List.of(0.1), List.of(Double.NaN));
        assertTrue(diverged.suggestion().isEmpty());
        assertFalse(diverged.toSvg().contains("NaN"));
    }

    @Test
    void refusesWhatIsNoSearch() {
        LearningRateFinder finder = new LearningRateFinder(model);
        refused(IllegalArgumentException.class, () -> finder.range(0, 1), "above 0", "0.0");
        refused(IllegalArgumentException.class, () -> finder.range(1, 1), "larger", "1.0");
        refused(IllegalArgumentException.class, () -> finder.steps(1), "2 steps", "1");
        Dataset empty = LINE.rows(0, 0);
        refused(IllegalArgumentException.class, () -> finder.run(empty, 5), "no rows");
    }
}
