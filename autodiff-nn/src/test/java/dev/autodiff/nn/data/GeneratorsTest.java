package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratorsTest {

    static List<Made> all() {
        return List.of(
                new Made("line", seed -> Generators.noisyLine(100, 3.657, 0, 0.33, seed)),
                new Made("linear", seed -> Generators.linear(new double[] {2, -3.4}, 4.2, 0.01, 100, seed)),
                new Made("regression", seed -> Generators.regression(100, 5, 2, 1, seed)
                        .data()),
                new Made("xor", seed -> Generators.xor(100, 0.2, seed)),
                new Made("circles", seed -> Generators.circles(100, 0.1, 0.5, seed)),
                new Made("moons", seed -> Generators.moons(100, 0.1, seed)),
                new Made("spiral", seed -> Generators.spiral(50, 3, 0.2, seed)),
                new Made("blobs", seed -> Generators.blobs(100, 3, 2, 1, seed)));
    }

    record Made(String name, java.util.function.LongFunction<Dataset> by) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theSeedDecidesEveryBit(Made made) {
        assertEquals(made.by.apply(5), made.by.apply(5));
        assertNotEquals(made.by.apply(5), made.by.apply(6));
    }

    @Test
    void bitsAreTheSameEverywhere() {
        int hash = 0;
        for (Made made : all()) {
            hash = hash * 31 + Arrays.hashCode(made.by.apply(1).features().toFloats());
            hash = hash * 31 + Arrays.hashCode(made.by.apply(1).labels().toFloats());
        }
        assertEquals(HASH, hash);
    }

    private static final int HASH = 936_108_522;

    @Test
    void normalsAndUniformsHaveTheirMoments() {
        SeededRandom random = new SeededRandom(3);
        int n = 200_000;
        double sum = 0;
        double squares = 0;
        double fourth = 0;
        double uniform = 0;
        for (int i = 0; i < n; i++) {
            double x = random.nextNormal();
            sum += x;
            squares += x * x;
            fourth += x * x * x * x;
            uniform += random.nextDouble();
        }
        assertEquals(0, sum / n, 0.01);
        assertEquals(1, squares / n, 0.02);
        assertEquals(3, fourth / n, 0.1);
        assertEquals(0.5, uniform / n, 0.005);
    }

    @Test
    void splitMix64MatchesItsPublishedOutput() {
        // mix(0 + gamma), the first output of java.util.SplittableRandom's algorithm for seed 0
        java.util.SplittableRandom reference = new java.util.SplittableRandom(0);
        assertEquals(0xe220a8397b1dcdafL, reference.nextLong());
        assertEquals(new java.util.SplittableRandom(0xe220a8397b1dcdafL).nextLong(), new SeededRandom(0).nextLong());
    }

    @Test
    void permutationsAreFair() {
        int[][] counts = new int[4][4];
        SeededRandom random = new SeededRandom(1);
        for (int i = 0; i < 40_000; i++) {
            int[] order = random.permutation(4);
            for (int j = 0; j < 4; j++) {
                counts[j][order[j]]++;
            }
        }
        for (int[] row : counts) {
            for (int count : row) {
                assertEquals(10_000, count, 400);
            }
        }
    }

    @Test
    void linesAndLinearModelsFollowTheirFormula() {
        Dataset line = Generators.noisyLine(50, 3, -1, 0, 1);
        assertEquals(Shape.of(50, 1), line.labels().shape());
        assertEquals(3 * 49 - 1, line.labels().at(49));
        Dataset linear = Generators.linear(new double[] {2, -3.4}, 4.2, 0, 1000, 1);
        for (int i = 0; i < 1000; i++) {
            NDArray x = linear.features().row(i);
            assertEquals(2 * x.at(0) - 3.4 * x.at(1) + 4.2, linear.labels().at(i), 1e-5);
        }
    }

    @Test
    void regressionSaysWhichFeaturesMatter() {
        Generators.Regression made = Generators.regression(100, 6, 2, 0, 4);
        double[] c = made.coefficients().toDoubles();
        assertEquals(2, Arrays.stream(c).filter(value -> value != 0).count());
        assertTrue(Arrays.stream(c).allMatch(value -> value >= 0 && value < 100));
        NDArray x = made.data().features().row(7);
        double y = 0;
        for (int j = 0; j < 6; j++) {
            y += c[j] * x.at(j);
        }
        assertEquals(y, made.data().labels().at(7), 1e-4);
    }

    @Test
    void xorIsOneWhereSignsDiffer() {
        Dataset data = Generators.xor(500, 0, 2);
        for (int i = 0; i < 500; i++) {
            double x = data.features().get(i, 0);
            double y = data.features().get(i, 1);
            assertTrue(Math.abs(x) >= 0.3f && Math.abs(x) <= 5.31 && Math.abs(y) >= 0.3f && Math.abs(y) <= 5.31);
            assertEquals(x * y < 0 ? 1 : 0, data.labels().at(i));
        }
    }

    @Test
    void circlesAndMoonsLieOnTheirCurves() {
        Dataset circles = Generators.circles(101, 0, 0.5, 2);
        Dataset moons = Generators.moons(101, 0, 2);
        int inner = 0;
        for (int i = 0; i < 101; i++) {
            boolean inside = circles.labels().at(i) == 1;
            inner += inside ? 1 : 0;
            assertEquals(
                    inside ? 0.5 : 1,
                    Math.hypot(circles.features().get(i, 0), circles.features().get(i, 1)),
                    1e-6);
            double x = moons.features().get(i, 0);
            double y = moons.features().get(i, 1);
            boolean lower = moons.labels().at(i) == 1;
            assertEquals(1, lower ? Math.hypot(x - 1, y - 0.5) : Math.hypot(x, y), 1e-6);
            assertTrue(lower ? y <= 0.5 : y >= -1e-7);
        }
        assertEquals(51, inner);
    }

    @Test
    void spiralsAreThoseOfCs231n() {
        Dataset data = Generators.spiral(100, 3, 0, 1);
        assertEquals(Shape.of(300, 2), data.features().shape());
        assertEquals(2, data.labels().at(200));
        assertEquals(Math.sin(4), data.features().get(99, 0), 1e-6);
        assertEquals(Math.cos(8), data.features().get(199, 1), 1e-6);
        assertEquals(0, data.features().get(100, 0), 0.0);
    }

    @Test
    void blobsAreRoundAndEvenlySized() {
        Dataset data = Generators.blobs(1000, 3, 4, 0.5, 8);
        int[] counts = new int[3];
        for (int label : data.labels().toInts()) {
            counts[label]++;
        }
        assertEquals(List.of(334, 333, 333), Arrays.stream(counts).boxed().toList());
        assertEquals(Shape.of(1000, 4), data.features().shape());
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        refused(IllegalArgumentException.class, () -> Generators.moons(0, 0, 1), "n = 0");
        refused(IllegalArgumentException.class, () -> Generators.moons(5, -1, 1), "Noise", "-1");
        refused(IllegalArgumentException.class, () -> Generators.circles(5, 0, 1, 1), "factor = 1");
        refused(IllegalArgumentException.class, () -> Generators.spiral(5, 0, 0, 1), "arms = 0");
        refused(IllegalArgumentException.class, () -> Generators.blobs(5, 0, 2, 1, 1), "centers = 0");
        refused(IllegalArgumentException.class, () -> Generators.regression(5, 2, 3, 0, 1), "2 features, 3");
    }
}
