package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of scikit-learn 1.x for the same arrays. */
class PreprocessingTest {
    private static final double NAN = Double.NaN;
    private static final NDArray X =
            NDArray.of(new double[][] {{1, -10, 5}, {2, 40, 5}, {4, 0.5, 5}, {8, 7, 5}, {1000, 3, 5}});
    private static final NDArray LATER = NDArray.of(new double[][] {{3, 10, 6}});
    private static final NDArray MISSING = NDArray.of(new double[][] {{1, NAN}, {2, 5}, {10, 6}, {NAN, 9}, {4, NAN}});

    private static void assertClose(double[] expected, NDArray actual) {
        assertArrayEquals(expected, actual.toDoubles(), 1e-14);
    }

    @Test
    void scalersGiveTheNumbersOfScikitLearn() {
        assertClose(
                new double[] {-0.16666666666666666, 1.0769230769230769, 1.0},
                RobustScaler.fit(X).transform(LATER));
        assertClose(
                new double[] {0.002002002002002002, 0.4, 1.0},
                MinMaxScaler.fit(X).transform(LATER));
        assertClose(
                new double[] {-0.995995995995996, -0.2, 1.0},
                MinMaxScaler.fit(X, -1, 1).transform(LATER));
    }

    @Test
    void scalersGoBack() {
        MinMaxScaler range = MinMaxScaler.fit(X, -1, 1);
        RobustScaler robust = RobustScaler.fit(X);
        assertArrayEquals(
                X.toDoubles(), range.inverseTransform(range.transform(X)).toDoubles(), 1e-12);
        assertArrayEquals(
                X.toDoubles(), robust.inverseTransform(robust.transform(X)).toDoubles(), 1e-12);
        NDArray floats = X.cast(DType.FLOAT32);
        assertEquals(DType.FLOAT32, RobustScaler.fit(floats).transform(floats).dtype());
    }

    @Test
    void missingNumbersAreReplaced() {
        assertClose(
                new double[] {1, 6, 2, 5, 10, 6, 3, 9, 4, 6},
                Imputer.median(MISSING).transform(MISSING));
        assertClose(
                new double[] {1, 20 / 3.0, 2, 5, 10, 6, 17 / 4.0, 9, 4, 20 / 3.0},
                Imputer.mean(MISSING).transform(MISSING));
        assertClose(
                new double[] {1, -1, 2, 5, 10, 6, 0, 9, 4, -1},
                Imputer.constant(0, -1).transform(MISSING));
    }

    @Test
    void categoriesBecomeColumnsAtTheirPlace() {
        NDArray train = NDArray.of(new float[][] {{3, 0.5f, 10}, {1, 0.25f, 20}, {3, 0.75f, 10}});
        OneHotEncoder encoder = OneHotEncoder.fit(train, 2, 0);
        assertEquals(5, encoder.width());
        assertEquals(
                NDArray.of(new float[][] {{0, 1, 0.5f, 1, 0}, {1, 0, 0.25f, 0, 1}, {0, 1, 0.75f, 1, 0}}),
                encoder.transform(train));
        refused(
                IllegalArgumentException.class,
                () -> encoder.transform(NDArray.of(new float[][] {{2, 0, 10}})),
                "Column 0 of row 0 is 2.0",
                "[1.0, 3.0]",
                "ignoringUnknown()");
        OneHotEncoder ignoring = encoder.ignoringUnknown();
        NDArray others = NDArray.of(new float[][] {{2, 0.5f, 10}, {1, 0.25f, Float.NaN}});
        NDArray expected = NDArray.of(new float[][] {{0, 0, 0.5f, 1, 0}, {1, 0, 0.25f, 0, 0}});
        assertEquals(expected, ignoring.transform(others));
        Preprocessing read =
                (Preprocessing) Preprocessing.kinds().read(ignoring.config().toString());
        assertEquals(expected, read.transform(others));
    }

    static Stream<Preprocessing> all() {
        return Stream.of(
                StandardScaler.fit(X),
                MinMaxScaler.fit(X, -2, 3),
                RobustScaler.fit(X),
                Imputer.constant(1, 2, 3),
                OneHotEncoder.fit(X, 2, 0),
                Pipeline.fit(X, Imputer::median, StandardScaler::fit));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theDescriptionMakesAnEqualOne(Preprocessing step) {
        Preprocessing read =
                (Preprocessing) Preprocessing.kinds().read(step.config().toString());
        assertEquals(step.getClass(), read.getClass());
        assertEquals(step.transform(X), read.transform(X));
        refused(IllegalArgumentException.class, () -> step.transform(NDArray.of(new double[][] {{1, 2}})), "3 columns");
    }

    @Test
    void everyKindIsTested() {
        Set<String> tested = all().map(step -> step.config().kind()).collect(Collectors.toSet());
        tested.add("Categories"); // a part of OneHotEncoder
        assertEquals(Preprocessing.kinds().names(), tested);
    }

    @Test
    void stepsOfAPipelineAreFittedToWhatTheyGet() {
        Pipeline pipeline = Pipeline.fit(MISSING, Imputer::mean, MinMaxScaler::fit);
        NDArray train = pipeline.transform(MISSING);
        assertEquals(0, train.min());
        assertEquals(1, train.max());
        assertTrue(pipeline.steps().get(0) instanceof Imputer);
    }

    @Test
    void whatCannotBeFittedIsRefused() {
        refused(IllegalArgumentException.class, () -> RobustScaler.fit(MISSING), "row 0, column 1 is NaN", "Imputer");
        refused(
                IllegalArgumentException.class,
                () -> Imputer.mean(NDArray.of(new double[][] {{1, NAN}, {2, NAN}})),
                "Column 1",
                "leave the column out");
        refused(IllegalArgumentException.class, () -> Imputer.constant(NAN), "NaN");
        refused(IllegalArgumentException.class, () -> MinMaxScaler.fit(X, 1, 1), "1.0 to 1.0");
        refused(IllegalArgumentException.class, () -> MinMaxScaler.fit(X.rows(0, 0)), "without rows", "[0, 3]");
        refused(IllegalArgumentException.class, () -> OneHotEncoder.fit(X, 3), "no column 3", "0 to 2");
        refused(IllegalArgumentException.class, () -> OneHotEncoder.fit(X), "At least one column");
        refused(IllegalArgumentException.class, () -> MinMaxScaler.fit(NDArray.of(1, 2)), "INT32 [2]");
    }

    /** The columns of sequences are changed at each step as those of a table of all steps. */
    @Test
    void columnsOfSequences() {
        NDArray table = NDArray.of(1f, 10, 2, 20, 4, 10, 3, 30, 5, 20, 9, 10).reshape(6, 2);
        NDArray sequences = table.reshape(2, 3, 2);
        Stream.<Function<NDArray, Preprocessing>>of(
                        StandardScaler::fit,
                        MinMaxScaler::fit,
                        RobustScaler::fit,
                        Imputer::median,
                        x -> OneHotEncoder.fit(x, 1))
                .forEach(fit -> {
                    Preprocessing fitted = fit.apply(sequences);
                    assertEquals(
                            fit.apply(table).config().toString(),
                            fitted.config().toString());
                    NDArray expected = fitted.transform(table);
                    assertEquals(expected.reshape(2, 3, expected.dim(1)), fitted.transform(sequences));
                });
        refused(
                IllegalArgumentException.class,
                () -> StandardScaler.fit(NDArray.of(1, 2, 3)),
                "not INT32 [3]",
                "cast(DType.FLOAT32)");
    }
}
