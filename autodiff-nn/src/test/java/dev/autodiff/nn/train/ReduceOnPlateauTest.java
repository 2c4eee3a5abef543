package dev.autodiff.nn.train;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.optimizer.Optimizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rate that falls on plateaus, against PyTorch's, and in training that is resumed. */
class ReduceOnPlateauTest {
    private static final Dataset LINE = Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 30, 42);

    private static double[] recorded(String name) throws IOException {
        InputStream file = Optimizer.class.getResourceAsStream("schedules.csv");
        assertNotNull(file);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> line.startsWith(name + ","))
                    .flatMap(line -> Arrays.stream(line.split(",", -1)).skip(1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }
    }

    private static double[] rates(ReduceOnPlateau plateau) throws IOException {
        return Arrays.stream(recorded("measured"))
                .map(value -> {
                    double rate = plateau.rate(0.1).value(0);
                    plateau.observe(value);
                    return rate;
                })
                .toArray();
    }

    @Test
    void reducesWhenPyTorchDoes() throws IOException {
        // PyTorch waits for one epoch more than Keras and this class: its patience is 3, and 1 below
        ReduceOnPlateau simple = ReduceOnPlateau.smallest("loss").factor(0.5).patience(4);
        assertArrayEquals(recorded("plateau"), rates(simple), 1e-15);
        ReduceOnPlateau all = ReduceOnPlateau.largest("loss")
                .factor(0.7)
                .patience(2)
                .threshold(0.01)
                .cooldown(2)
                .least(0.004);
        assertArrayEquals(recorded("plateau; all"), rates(all), 1e-15);
    }

    @Test
    void nanIsNeverBetter() {
        ReduceOnPlateau plateau = ReduceOnPlateau.smallest("loss").patience(0);
        plateau.observe(Double.NaN);
        assertEquals(0.1, plateau.rate(1).value(0), 1e-16);
    }

    /** Keras counts so: {@code if wait >= patience}. */
    @Test
    void countsAsKeras() {
        for (int patience = 0; patience < 4; patience++) {
            ReduceOnPlateau plateau = ReduceOnPlateau.smallest("loss").patience(patience);
            plateau.observe(1);
            int bad = 0;
            while (plateau.rate(1).value(0) == 1) {
                plateau.observe(1);
                bad++;
            }
            assertEquals(Math.max(1, patience), bad);
        }
    }

    @Test
    void refusesAnOptimizerOfAnotherRate() {
        ReduceOnPlateau plateau = ReduceOnPlateau.smallest("loss");
        FitOptions options = FitOptions.epochs(1).batch(10).callbacks(plateau);
        for (Optimizer optimizer : List.of(
                new GradientDescent(0.1),
                new GradientDescent(ReduceOnPlateau.smallest("loss").rate(0.1)))) {
            try (Model model = Model.sequential(new Dense(1)).compile(optimizer, Loss.meanSquaredError())) {
                refused(IllegalStateException.class, () -> model.fit(LINE, options), "plateau.rate(");
            }
        }
    }

    @Test
    void fitReducesTheRateAndGoesOnWithIt() {
        ReduceOnPlateau plateau =
                ReduceOnPlateau.smallest("loss").factor(0.5).patience(2).threshold(0.99);
        Model model =
                Model.sequential(new Dense(1)).compile(new GradientDescent(plateau.rate(0.1)), Loss.meanSquaredError());
        try (model) {
            FitOptions options = FitOptions.epochs(5).batch(10).callbacks(plateau);
            assertEquals(
                    List.of(0.1, 0.1, 0.1, 0.05, 0.05), model.fit(LINE, options).of("learning_rate"));
            Snapshot snapshot = model.snapshot();
            List<Double> once = model.fit(LINE, options).of("learning_rate");
            assertEquals(List.of(0.025, 0.025, 0.0125, 0.0125, 0.00625), once);
            model.restore(snapshot);
            assertEquals(once, model.fit(LINE, options).of("learning_rate"));
        }
    }

    @Test
    void refusesNumbersOutOfRange() {
        ReduceOnPlateau plateau = ReduceOnPlateau.smallest("loss");
        Class<IllegalArgumentException> kind = IllegalArgumentException.class;
        refused(kind, () -> plateau.factor(1), "below 1", "1.0");
        refused(kind, () -> plateau.patience(-1), "-1");
        refused(kind, () -> plateau.threshold(1), "below 1", "1.0");
        refused(kind, () -> plateau.cooldown(-1), "-1");
        refused(kind, () -> plateau.least(-1), "-1.0");
        refused(kind, () -> plateau.rate(0), "above 0", "0.0");
        assertTrue(plateau.rate(1).value(0) == 1);
    }
}
