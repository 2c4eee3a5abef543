package dev.autodiff.nn;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of initial values against the distributions that Keras and the papers define. Seeds are fixed, so that the
 * tests always have the same result.
 */
class InitializersTest {
    private static final Shape LARGE = Shape.of(200, 300);

    private static double[] sorted(Initializer initializer, Shape shape, long seed) {
        double[] values = initializer.initialize(DType.FLOAT64, shape, seed).toDoubles();
        Arrays.sort(values);
        return values;
    }

    /** The bound of the Kolmogorov-Smirnov test that a true sample exceeds once in 1000 times. */
    private static void assertDistribution(double[] sorted, DoubleUnaryOperator cumulative) {
        double furthest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double at = cumulative.applyAsDouble(sorted[i]);
            furthest = Math.max(furthest, Math.max(at - (double) i / sorted.length, (i + 1.0) / sorted.length - at));
        }
        double distance = furthest * Math.sqrt(sorted.length);
        assertTrue(distance < 1.95, () -> "distance " + distance);
        assertTrue(distance > 0.3, () -> "too even to be random: distance " + distance);
    }

    private static double variance(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    }

    /** Returns the standard normal's distribution function, by Abramowitz and Stegun 7.1.26, accurate to 1.5e-7. */
    private static double normal(double x) {
        double t = 1 / (1 + 0.3275911 * Math.abs(x) / Math.sqrt(2));
        double series =
                t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double erf = 1 - series * Math.exp(-x * x / 2);
        return (1 + Math.signum(x) * erf) / 2;
    }

    private static DoubleUnaryOperator truncated(double mean, double sigma) {
        return x -> (normal((x - mean) / sigma) - normal(-2)) / (normal(2) - normal(-2));
    }

    private static DoubleUnaryOperator uniform(double low, double high) {
        return x -> (x - low) / (high - low);
    }

    private static void assertWithin(double low, double high, double[] sorted) {
        double reach = (high - low) / 1000; // so many numbers come close to the ends
        assertTrue(sorted[0] >= low && sorted[0] < low + reach, () -> "lowest " + sorted[0]);
        double highest = sorted[sorted.length - 1];
        assertTrue(highest <= high && highest > high - reach, () -> "highest " + highest);
    }

    // ---- distributions ----

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
    void randomNormal(long seed) {
        double[] values = sorted(Initializers.randomNormal(3, 0.5), LARGE, seed);
        assertDistribution(values, x -> normal((x - 3) / 0.5));
        assertEquals(3, Arrays.stream(values).average().orElseThrow(), 4 * 0.5 / Math.sqrt(values.length));
        assertEquals(0.25, variance(values), 0.25 * 4 * Math.sqrt(2.0 / values.length));
        assertTrue(values[values.length - 1] > 3 + 3.5 * 0.5, "has a tail");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
    void randomUniform(long seed) {
        double[] values = sorted(Initializers.randomUniform(-1, 4), LARGE, seed);
        assertDistribution(values, uniform(-1, 4));
        assertWithin(-1, 4, values);
        assertEquals(25.0 / 12, variance(values), 0.02);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
    void truncatedNormal(long seed) {
        double[] values = sorted(Initializers.truncatedNormal(1, 2), LARGE, seed);
        assertDistribution(values, truncated(1, 2));
        assertWithin(-3, 5, values);
        // 1 - 2·2φ(2)/(Φ(2) - Φ(-2)) = 0.7737
        assertEquals(0.7737 * 4, variance(values), 0.04);
    }

    @Test
    void glorotUniform() {
        double limit = Math.sqrt(6.0 / 500);
        double[] values = sorted(Initializers.glorotUniform(), LARGE, 5);
        assertDistribution(values, uniform(-limit, limit));
        assertWithin(-limit, limit, values);
        assertEquals(2.0 / 500, variance(values), 0.02 * 2 / 500);
    }

    @Test
    void heUniform() {
        double limit = Math.sqrt(6.0 / 200);
        double[] values = sorted(Initializers.heUniform(), LARGE, 5);
        assertDistribution(values, uniform(-limit, limit));
        assertWithin(-limit, limit, values);
        assertEquals(2.0 / 200, variance(values), 0.02 * 2 / 200);
    }

    @Test
    void glorotNormal() {
        assertScaledNormal(Initializers.glorotNormal(), 2.0 / 500);
    }

    @Test
    void heNormal() {
        assertScaledNormal(Initializers.heNormal(), 2.0 / 200);
    }

    @Test
    void lecun() {
        assertScaledNormal(Initializers.lecunNormal(), 1.0 / 200);
        double limit = Math.sqrt(3.0 / 200);
        double[] values = sorted(Initializers.lecunUniform(), LARGE, 5);
        assertDistribution(values, uniform(-limit, limit));
        assertWithin(-limit, limit, values);
    }

    /**
     * Keras truncates a normal at two of its standard deviations, which are so large that the variance afterwards is
     * as defined.
     */
    private static void assertScaledNormal(Initializer initializer, double variance) {
        double[] values = sorted(initializer, LARGE, 5);
        double sigma = Math.sqrt(variance) / 0.879625661034;
        assertDistribution(values, truncated(0, sigma));
        assertWithin(-2 * sigma, 2 * sigma, values);
        assertEquals(variance, variance(values), 0.02 * variance);
    }

    // ---- fans ----

    static Stream<Arguments> fans() {
        return Stream.of(
                Arguments.of(Shape.scalar(), 1, 1),
                Arguments.of(Shape.of(7), 7, 7),
                Arguments.of(Shape.of(7, 20), 7, 20),
                Arguments.of(Shape.of(5, 7, 20), 35, 100), // kernel, in, out
                Arguments.of(Shape.of(3, 5, 7, 20), 105, 300)); // height, width, in, out
    }

    @ParameterizedTest
    @MethodSource("fans")
    void fansAreThoseOfKeras(Shape shape, int fanIn, int fanOut) {
        assertLimit(Initializers.glorotUniform(), shape, Math.sqrt(6.0 / (fanIn + fanOut)));
        assertLimit(Initializers.heUniform(), shape, Math.sqrt(6.0 / fanIn));
        assertLimit(Initializers.lecunUniform(), shape, Math.sqrt(3.0 / fanIn));
        assertLimit(Initializers.glorotNormal(), shape, 2 * Math.sqrt(2.0 / (fanIn + fanOut)) / 0.8796256610342398);
        assertLimit(Initializers.heNormal(), shape, 2 * Math.sqrt(2.0 / fanIn) / 0.8796256610342398);
    }

    /** Over many seeds the largest value comes close to the limit, and never passes it. */
    private static void assertLimit(Initializer initializer, Shape shape, double limit) {
        int seeds = 10_000 / shape.size() + 1;
        double largest = IntStream.range(0, seeds)
                .mapToObj(seed ->
                        initializer.initialize(DType.FLOAT64, shape, seed).toDoubles())
                .flatMapToDouble(Arrays::stream)
                .map(Math::abs)
                .max()
                .orElseThrow();
        assertTrue(largest <= limit && largest > 0.98 * limit, () -> largest + " of " + limit);
    }

    @Test
    void emptyShapesHaveNoValuesAndNoInfiniteOnes() {
        for (Initializer initializer : all()) {
            assertEquals(
                    Shape.of(0, 3),
                    initializer.initialize(DType.FLOAT32, Shape.of(0, 3), 1).shape());
        }
    }

    private static List<Initializer> all() {
        return List.of(
                Initializers.zeros(),
                Initializers.ones(),
                Initializers.constant(2.5),
                Initializers.randomNormal(0, 1),
                Initializers.randomUniform(0, 1),
                Initializers.truncatedNormal(0, 1),
                Initializers.glorotUniform(),
                Initializers.glorotNormal(),
                Initializers.heUniform(),
                Initializers.heNormal(),
                Initializers.lecunUniform(),
                Initializers.lecunNormal());
    }

    // ---- seeds ----

    private static List<Initializer> random() {
        return all().subList(3, 10);
    }

    @Test
    void sameSeedSameBitsAnotherSeedAllOthers() {
        for (Initializer initializer : random()) {
            NDArray first = initializer.initialize(DType.FLOAT32, Shape.of(40, 25), 42);
            assertEquals(first, initializer.initialize(DType.FLOAT32, Shape.of(40, 25), 42));
            double[] other =
                    initializer.initialize(DType.FLOAT32, Shape.of(40, 25), 43).toDoubles();
            long equal = IntStream.range(0, 1000)
                    .filter(i -> other[i] == first.at(i))
                    .count();
            assertTrue(equal < 5, () -> equal + " of 1000 values are those of another seed");
        }
    }

    @Test
    void singlePrecisionIsDoubleRounded() {
        for (Initializer initializer : random()) {
            assertEquals(
                    initializer.initialize(DType.FLOAT64, LARGE, 3).cast(DType.FLOAT32),
                    initializer.initialize(DType.FLOAT32, LARGE, 3));
        }
    }

    @Test
    void variablesWithEqualNamesAndShapesDiffer() {
        assertUncorrelated("w", "w");
        assertUncorrelated("layer1/w", "layer2/w");
        assertUncorrelated("Aa", "BB"); // String.hashCode() is the same
        assertUncorrelated("", "w");
    }

    private static void assertUncorrelated(String nameA, String nameB) {
        Variable a = Variable.of(nameA, Shape.of(5000), Initializers.randomNormal(0, 1));
        Variable b = Variable.of(nameB, Shape.of(5000), Initializers.randomNormal(0, 1));
        try (Session session = new Session(1)) {
            double correlation = session.run(a.mul(b).mean()).item();
            assertEquals(0, correlation, 4 / Math.sqrt(5000), () -> nameA + " and " + nameB);
        }
    }

    @Test
    void valuesDependOnTheSessionsSeedAndTheNameAlone() {
        assertEquals(firstValue("w", 7), firstValue("w", 7));
        assertNotEquals(firstValue("w", 7), firstValue("w", 8));
        assertNotEquals(firstValue("w", 7), firstValue("v", 7));
    }

    private static NDArray firstValue(String name, long seed) {
        Tensors.scalar(1); // other tensors in between do not matter
        Variable w = Variable.of(name, Shape.of(3, 4), Initializers.glorotUniform());
        Variable other = Variable.of("other" + seed, Shape.of(3, 4), Initializers.glorotUniform());
        try (Session session = new Session(seed)) {
            session.run(other.add(w));
        }
        return w.value();
    }

    // ---- plain values ----

    @ParameterizedTest
    @EnumSource(DType.class)
    void constants(DType dtype) {
        assertEquals(NDArray.zeros(dtype, 2, 3), Initializers.zeros().initialize(dtype, Shape.of(2, 3), 1));
        assertEquals(NDArray.full(dtype, Shape.of(2), 1), Initializers.ones().initialize(dtype, Shape.of(2), 1));
        assertEquals(
                NDArray.full(dtype, Shape.of(2), -4), Initializers.constant(-4).initialize(dtype, Shape.of(2), 1));
    }

    @Test
    void givenValuesAreCopied() {
        float[] numbers = {1, 2, 3};
        Initializer initializer = Initializers.value(NDArray.wrap(numbers, 3));
        numbers[0] = 9;
        NDArray first = initializer.initialize(DType.FLOAT64, Shape.of(3), 1);
        assertArrayEquals(new double[] {1, 2, 3}, first.toDoubles());
        ((double[]) first.storage())[1] = 9;
        assertEquals(2, initializer.initialize(DType.FLOAT64, Shape.of(3), 1).at(1));
        NDArray same = initializer.initialize(DType.FLOAT32, Shape.of(3), 1);
        ((float[]) same.storage())[1] = 9;
        assertEquals(2, initializer.initialize(DType.FLOAT32, Shape.of(3), 1).at(1));
    }

    // ---- mistakes ----

    @Test
    void refusesBadNumbers() {
        refused(GraphException.class, () -> Initializers.randomNormal(0, -1), "standard deviation", "-1.0");
        refused(GraphException.class, () -> Initializers.randomNormal(0, Double.NaN), "standard deviation", "NaN");
        refused(GraphException.class, () -> Initializers.randomNormal(Double.NaN, 1), "mean", "NaN");
        refused(GraphException.class, () -> Initializers.truncatedNormal(0, -1), "standard deviation", "-1.0");
        refused(GraphException.class, () -> Initializers.truncatedNormal(0, Double.POSITIVE_INFINITY), "Infinity");
        refused(GraphException.class, () -> Initializers.randomUniform(1, 0), "1.0", "0.0");
        refused(GraphException.class, () -> Initializers.randomUniform(Double.NaN, 0), "NaN");
        refused(GraphException.class, () -> Initializers.randomUniform(0, Double.POSITIVE_INFINITY), "Infinity");
    }

    @Test
    void saysWhichVariableAValueDoesNotFit() {
        Variable w = Variable.of("weights", Shape.of(2, 3), Initializers.value(NDArray.of(1f, 2f, 3f)));
        Variable v = Variable.of("own", Shape.of(2), (dtype, shape, seed) -> NDArray.zeros(DType.FLOAT64, shape));
        try (Session session = new Session()) {
            refused(GraphException.class, () -> session.run(w), "weights FLOAT32 [2, 3]", "[3]");
            refused(GraphException.class, () -> session.run(v), "own FLOAT32 [2]", "FLOAT64 [2]");
            refused(GraphException.class, () -> session.run(w), "weights"); // as before: it was not registered
        }
    }
}
