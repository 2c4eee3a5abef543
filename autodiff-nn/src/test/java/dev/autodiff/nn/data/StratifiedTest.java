package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StratifiedTest {
    private static final int ROWS = 97;

    /** Returns examples numbered by their only feature, of classes 0 (three quarters), 1 and 5. */
    private static Dataset examples() {
        float[][] features = new float[ROWS][1];
        int[] labels = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            features[row][0] = row;
            labels[row] = row % 4 != 0 ? 0 : row % 8 == 0 ? 1 : 5;
        }
        return new Dataset(NDArray.of(features), NDArray.of(labels));
    }

    private static int count(Dataset data, int label) {
        return Math.toIntExact(IntStream.range(0, data.rows())
                .filter(row -> data.labels().at(row) == label)
                .count());
    }

    private static List<Integer> numbers(List<Dataset> parts) {
        List<Integer> all = new ArrayList<>();
        for (Dataset part : parts) {
            for (int row = 0; row < part.rows(); row++) {
                all.add((int) part.features().at(row));
            }
        }
        return all.stream().sorted().toList();
    }

    @Test
    void partsHaveTheClassesInProportion() {
        Dataset all = examples();
        List<Dataset> parts = all.splitStratified(3, 0.5, 0.3, 0.2);
        assertEquals(IntStream.range(0, ROWS).boxed().toList(), numbers(parts), "each example is in one part");
        double[] fractions = {0.5, 0.3, 0.2};
        for (int label : new int[] {0, 1, 5}) {
            for (int i = 0; i < 3; i++) {
                assertEquals(fractions[i] * count(all, label), count(parts.get(i), label), 1);
            }
        }
        assertEquals(
                parts.get(1).features(),
                all.splitStratified(3, 0.5, 0.3, 0.2).get(1).features(),
                "the seed decides");
        assertNotEquals(
                numbersInOrder(parts.get(0)).stream().sorted().toList(), numbersInOrder(parts.get(0)), "shuffled");
    }

    private static List<Integer> numbersInOrder(Dataset data) {
        return IntStream.range(0, data.rows())
                .mapToObj(row -> (int) data.features().at(row))
                .toList();
    }

    @Test
    void foldsHaveTheClassesInProportion() {
        Dataset all = examples();
        List<Dataset.Fold> folds = all.foldsStratified(4, 9);
        assertEquals(
                IntStream.range(0, ROWS).boxed().toList(),
                numbers(folds.stream().map(Dataset.Fold::validation).toList()));
        for (Dataset.Fold fold : folds) {
            assertEquals(IntStream.range(0, ROWS).boxed().toList(), numbers(List.of(fold.train(), fold.validation())));
            assertEquals(ROWS / 4.0, fold.validation().rows(), 1);
            for (int label : new int[] {0, 1, 5}) {
                assertEquals(count(all, label) / 4.0, count(fold.validation(), label), 1);
            }
        }
    }

    @Test
    void weightsMakeClassesEqual() {
        // sklearn.utils.class_weight.compute_class_weight("balanced", classes=[0, 2], y=[0, 0, 0, 2])
        Map<Integer, Double> weights =
                new Dataset(NDArray.of(1f, 2f, 3f, 4f), NDArray.of(0, 0, 0, 2)).balancedClassWeights();
        assertEquals(Map.of(0, 4 / (2.0 * 3), 2, 2.0), weights);
        Dataset oneHot = new Dataset(NDArray.of(1f, 2f), NDArray.of(new float[][] {{0, 1}, {1, 0}}));
        assertEquals(Map.of(0, 1.0, 1, 1.0), oneHot.balancedClassWeights());
        Dataset ofInts = oneHot.mapLabels(labels -> labels.cast(DType.INT32));
        assertEquals(Map.of(0, 1.0, 1, 1.0), ofInts.balancedClassWeights());
    }

    @Test
    void positionsOfSequencesHaveClassesOfTheirOwn() {
        Dataset tagged =
                new Dataset(NDArray.of(1f, 2f), NDArray.of(0, 2, 0, 1, 0, 0).reshape(2, 3));
        assertEquals(Map.of(0, 6 / (3.0 * 4), 1, 2.0, 2, 2.0), tagged.balancedClassWeights());
        Dataset zeros = new Dataset(NDArray.of(1f, 2f), NDArray.of(0, 0, 1, 1).reshape(2, 2));
        assertEquals(Map.of(0, 1.0, 1, 1.0), zeros.balancedClassWeights());
        for (Dataset data : List.of(tagged, zeros)) {
            refused(
                    IllegalArgumentException.class,
                    () -> data.splitStratified(1, 0.5, 0.5),
                    "INT32 labels [2, ",
                    "an example has no class of its own");
        }
    }

    @Test
    void labelsThatAreNoClassesAreRefused() {
        Dataset prices = new Dataset(NDArray.of(1f, 2f), NDArray.of(0.5f, 2f));
        refused(IllegalArgumentException.class, () -> prices.splitStratified(1, 0.5, 0.5), "row 0 is 0.5");
        refused(IllegalArgumentException.class, prices::balancedClassWeights, "whole numbers");
        refused(IllegalArgumentException.class, () -> examples().foldsStratified(1, 1), "k = 1");
        refused(IllegalArgumentException.class, () -> examples().splitStratified(1, 0.5, 0.4), "sum to 0.9");
        Dataset alone = new Dataset(NDArray.of(1f, 2f), NDArray.of(0, 1));
        refused(IllegalArgumentException.class, () -> alone.splitStratified(1, 0.9, 0.1), "Part 1", "no row");
    }

    @Test
    void examplesAreFilteredRepeatedAndPutTogether() {
        Dataset data = new Dataset(NDArray.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}), NDArray.of(0, 1, 0));
        assertEquals(
                NDArray.of(new float[][] {{1, 2}, {5, 6}}),
                data.filter((x, y) -> y.at(0) == 0).features());
        assertEquals(0, data.filter((x, y) -> x.at(1) > 9).rows());
        assertEquals(NDArray.of(0, 1, 0, 0, 1, 0), data.repeat(2).labels());
        Dataset both = data.rows(1, 3).concat(data.rows(0, 1));
        assertEquals(NDArray.of(new float[][] {{3, 4}, {5, 6}, {1, 2}}), both.features());
        assertEquals(NDArray.of(1, 0, 0), both.labels());
        refused(IllegalArgumentException.class, () -> data.repeat(0), "not 0 times");
        refused(
                IllegalArgumentException.class,
                () -> data.concat(data.mapFeatures(x -> NDArray.of(new float[][] {{1}, {3}, {5}}))),
                "features",
                "[3, 2]",
                "[3, 1]");
    }
}
