package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetTest {
    /** Row i has features {2 i, 2 i + 1} and label i. */
    static Dataset counting(int rows) {
        float[] features = new float[2 * rows];
        for (int i = 0; i < features.length; i++) {
            features[i] = i;
        }
        return new Dataset(
                NDArray.wrap(features, rows, 2),
                NDArray.wrap(IntStream.range(0, rows).toArray(), rows));
    }

    private static void assertRowsBelongTogether(Dataset data) {
        for (int i = 0; i < data.rows(); i++) {
            assertEquals(2 * data.labels().at(i), data.features().get(i, 0));
            assertEquals(2 * data.labels().at(i) + 1, data.features().get(i, 1));
        }
    }

    private static int[] sortedLabels(List<Dataset> parts) {
        return parts.stream()
                .flatMapToInt(part -> Arrays.stream(part.labels().toInts()))
                .sorted()
                .toArray();
    }

    @Test
    void featuresAndLabelsHaveTheSameRows() {
        refused(
                IllegalArgumentException.class,
                () -> new Dataset(NDArray.of(1f, 2f), NDArray.of(1, 2, 3)),
                "[2] have 2 rows",
                "[3] have 3");
        refused(
                IllegalArgumentException.class,
                () -> new Dataset(NDArray.of(1f, 2f), NDArray.scalar(1)),
                "labels are a scalar");
        assertEquals(
                "Dataset[3 rows: features FLOAT32 [3, 2], labels INT32 [3]]",
                counting(3).toString());
    }

    @ParameterizedTest
    @CsvSource({"100,70,15,15", "1000,700,150,150", "10,7,2,1", "150,105,23,22", "7,5,1,1", "20,14,3,3"})
    void splitsInTheProportionsAsked(int rows, int train, int validation, int test) {
        List<Dataset> parts = counting(rows).split(1, 0.7, 0.15, 0.15);
        assertEquals(
                List.of(train, validation, test),
                parts.stream().map(Dataset::rows).toList());
        parts.forEach(DatasetTest::assertRowsBelongTogether);
        assertArrayEquals(IntStream.range(0, rows).toArray(), sortedLabels(parts));
    }

    @Test
    void splitsAreDecidedByTheSeed() {
        Dataset data = counting(50);
        assertEquals(data.split(3, 0.5, 0.5), data.split(3, 0.5, 0.5));
        assertNotEquals(data.split(3, 0.5, 0.5), data.split(4, 0.5, 0.5));
    }

    @Test
    void splitsInOrderAreViews() {
        Dataset data = counting(10);
        List<Dataset> parts = data.splitInOrder(0.8, 0.2);
        assertArrayEquals(new int[] {8, 9}, parts.get(1).labels().toInts());
        assertSame(data.features().storage(), parts.get(1).features().storage());
    }

    @Test
    void splitsThatMakeNoSenseAreRefused() {
        Dataset data = counting(5);
        refused(IllegalArgumentException.class, () -> data.split(1, 0.7, 0.2), "sum to 1", "0.7, 0.2");
        refused(IllegalArgumentException.class, () -> data.split(1, 1.5, -0.5), "positive");
        refused(IllegalArgumentException.class, () -> data.split(1, Double.NaN, 1), "NaN");
        refused(IllegalArgumentException.class, () -> data.split(1), "sum to 0.0");
        refused(IllegalArgumentException.class, () -> data.split(1, 0.95, 0.05), "5 rows is no row");
        refused(IllegalArgumentException.class, () -> data.split(1, 0.05, 0.95), "5 rows is no row");
    }

    @Test
    void foldsUseEveryRowOnceForValidation() {
        List<Dataset.Fold> folds = counting(11).folds(4, 9);
        assertEquals(
                List.of(3, 3, 3, 2),
                folds.stream().map(fold -> fold.validation().rows()).toList());
        assertArrayEquals(
                IntStream.range(0, 11).toArray(),
                sortedLabels(folds.stream().map(Dataset.Fold::validation).toList()));
        for (Dataset.Fold fold : folds) {
            assertRowsBelongTogether(fold.train());
            assertRowsBelongTogether(fold.validation());
            assertArrayEquals(IntStream.range(0, 11).toArray(), sortedLabels(List.of(fold.train(), fold.validation())));
        }
        assertEquals(folds, counting(11).folds(4, 9));
        refused(IllegalArgumentException.class, () -> counting(3).folds(4, 0), "k = 4", "(3)");
        refused(IllegalArgumentException.class, () -> counting(3).folds(1, 0), "k = 1");
    }

    @Test
    void mapsOneSideAndKeepsTheOther() {
        Dataset data = counting(3).mapLabels(labels -> OneHot.encode(labels, 3));
        assertEquals(Shape.of(3, 3), data.labels().shape());
        Dataset flat = data.mapFeatures(x -> x.reshape(3, 1, 2));
        assertEquals(Shape.of(3, 1, 2), flat.features().shape());
        assertSame(data.labels(), flat.labels());
    }
}
