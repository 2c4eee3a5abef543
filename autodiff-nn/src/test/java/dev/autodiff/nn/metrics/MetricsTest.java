package dev.autodiff.nn.metrics;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import org.junit.jupiter.api.Test;

/** Expected figures are those of scikit-learn's metrics; the first examples are those of its documentation. */
class MetricsTest {
    private static final NDArray PREDICTED = NDArray.of(2.5, 0, 2, 8);
    private static final NDArray ACTUAL = NDArray.of(3, -0.5, 2, 7);
    private static final NDArray PREDICTED_PAIRS = NDArray.of(new double[][] {{0, 2}, {-1, 2}, {8, -5}});
    private static final NDArray ACTUAL_PAIRS = NDArray.of(new double[][] {{0.5, 1}, {-1, 1}, {7, -6}});

    @Test
    void regressionAsScikitLearn() {
        assertEquals(0.375, Regression.mse(PREDICTED, ACTUAL));
        assertEquals(0.6123724356957945, Regression.rmse(PREDICTED, ACTUAL), 1e-15);
        assertEquals(0.5, Regression.mae(PREDICTED, ACTUAL));
        assertEquals(0.3273809523809524, Regression.mape(PREDICTED, ACTUAL), 1e-15);
        assertEquals(0.9486081370449679, Regression.r2(PREDICTED, ACTUAL), 1e-15);
    }

    @Test
    void severalOutputsAsScikitLearn() {
        assertEquals(0.7083333333333334, Regression.mse(PREDICTED_PAIRS, ACTUAL_PAIRS), 1e-15);
        assertEquals(0.8227486121839513, Regression.rmse(PREDICTED_PAIRS, ACTUAL_PAIRS), 1e-15);
        assertEquals(0.75, Regression.mae(PREDICTED_PAIRS, ACTUAL_PAIRS));
        assertEquals(0.5515873015873016, Regression.mape(PREDICTED_PAIRS, ACTUAL_PAIRS), 1e-15);
        assertEquals(0.9368005266622779, Regression.r2(PREDICTED_PAIRS, ACTUAL_PAIRS), 1e-15);
    }

    @Test
    void cornerCasesAsScikitLearn() {
        NDArray twos = NDArray.of(2f, 2f, 2f);
        NDArray counting = NDArray.of(1f, 2f, 3f);
        assertEquals(1, Regression.r2(twos, twos));
        assertEquals(0, Regression.r2(counting, twos));
        assertEquals(0, Regression.r2(twos, counting));
        assertEquals(-3, Regression.r2(NDArray.of(3f, 2f, 1f), counting));
        assertEquals(Double.NaN, Regression.r2(NDArray.of(1f), NDArray.of(1f)));
        assertEquals(2251799813685.248, Regression.mape(NDArray.of(1e-3, 1), NDArray.of(0.0, 1)), 1e-2);
    }

    @Test
    void columnsCountAsVectorsAndTypesMayDiffer() {
        assertEquals(0.375, Regression.mse(PREDICTED.reshape(4, 1), ACTUAL));
        assertEquals(0.375, Regression.mse(PREDICTED.cast(DType.FLOAT32), ACTUAL));
        assertEquals(0.9486081370449679, Regression.r2(PREDICTED, ACTUAL.reshape(4, 1)), 1e-15);
    }

    @Test
    void shapesThatDifferAndEmptyOnesAreRefused() {
        refused(IllegalArgumentException.class, () -> Regression.mse(PREDICTED, NDArray.of(1f)), "[4]", "[1]");
        refused(
                IllegalArgumentException.class,
                () -> Regression.r2(PREDICTED.reshape(1, 4), ACTUAL),
                "predictions are [1, 4] and targets [4]");
        NDArray none = NDArray.of(new float[0]);
        refused(IllegalArgumentException.class, () -> Regression.mae(none, none), "nothing to measure");
        refused(IllegalArgumentException.class, () -> Classification.accuracy(none, none), "nothing to measure");
    }

    @Test
    void accuracyTakesLabelsScoresAndOneHotRows() {
        NDArray labels = NDArray.of(2, 0, 1, 1);
        NDArray scores = NDArray.of(new float[][] {{0.1f, 0.2f, 0.7f}, {9, -9, 0}, {-5, -6, -7}, {0, 1, 1}}); // 2 0 0 1
        NDArray oneHot = NDArray.of(new float[][] {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0}});
        assertEquals(0.75, Classification.accuracy(scores, labels));
        assertEquals(0.75, Classification.accuracy(scores, oneHot));
        assertEquals(1, Classification.accuracy(labels, oneHot));
        assertEquals(0.5, Classification.accuracy(NDArray.of(2, 0, 0, 0), labels.reshape(4, 1)));
        assertEquals(1, Classification.accuracy(labels.cast(DType.FLOAT32), labels));
    }

    @Test
    void accuracyRefusesWhatItCannotMean() {
        NDArray labels = NDArray.of(2, 0, 1);
        refused(
                IllegalArgumentException.class,
                () -> Classification.accuracy(NDArray.of(0, 1), labels),
                "2 predictions and 3 targets");
        refused(
                IllegalArgumentException.class,
                () -> Classification.accuracy(NDArray.of(0.2, 0.9, 1), labels),
                "row 0 is 0.2",
                "binaryAccuracy");
        refused(
                IllegalArgumentException.class,
                () -> Classification.accuracy(NDArray.zeros(DType.FLOAT32, 3, 4), NDArray.zeros(DType.FLOAT32, 3, 5)),
                "[3, 4]",
                "[3, 5]");
        refused(
                IllegalArgumentException.class,
                () -> Classification.accuracy(NDArray.of(new double[][] {{0, Double.NaN}}), NDArray.of(0)),
                "NaN in row 0");
        refused(
                IllegalArgumentException.class,
                () -> Classification.accuracy(NDArray.zeros(DType.FLOAT32, 3, 1, 2), labels),
                "[3, 1, 2]");
    }

    @Test
    void binaryAccuracyHasAThreshold() {
        NDArray probabilities = NDArray.of(new float[][] {{0.9f}, {0.5f}, {0.4f}, {0.1f}});
        NDArray targets = NDArray.of(1, 0, 1, 0);
        assertEquals(0.75, Classification.binaryAccuracy(probabilities, targets, 0.5));
        assertEquals(0.75, Classification.binaryAccuracy(probabilities, targets, 0.3));
        assertEquals(1, Classification.binaryAccuracy(NDArray.of(3f, -1f, 0.1f, 0f), targets, 0));
        refused(
                IllegalArgumentException.class,
                () -> Classification.binaryAccuracy(probabilities, NDArray.of(1, 0, 2, 0), 0.5),
                "row 2 is 2");
        refused(
                IllegalArgumentException.class,
                () -> Classification.binaryAccuracy(NDArray.of(Double.NaN), NDArray.of(1), 0.5),
                "NaN at position 0");
    }

    @Test
    void confusionMatrixAsScikitLearn() {
        ConfusionMatrix matrix = ConfusionMatrix.of(NDArray.of(0, 0, 2, 2, 0, 2), NDArray.of(2, 0, 2, 2, 0, 1), 3);
        assertEquals(NDArray.of(new int[][] {{2, 0, 0}, {0, 0, 1}, {1, 0, 2}}), matrix.counts());
        assertEquals(1, matrix.count(2, 0));
        assertEquals(3, matrix.classes());
        assertEquals(6, matrix.total());
        assertEquals(4 / 6.0, matrix.accuracy());
        double[][] expected = {{2 / 3.0, 1, 0.8, 2}, {0, 0, 0, 1}, {2 / 3.0, 2 / 3.0, 2 / 3.0, 3}};
        for (int i = 0; i < 3; i++) {
            assertEquals(expected[i][0], matrix.precision(i), 1e-15);
            assertEquals(expected[i][1], matrix.recall(i), 1e-15);
            assertEquals(expected[i][2], matrix.f1(i), 1e-15);
            assertEquals(expected[i][3], matrix.support(i));
        }
        assertEquals(0.48888888888888893, matrix.macroF1(), 1e-15);
    }

    @Test
    void confusionMatrixPrintsAligned() {
        ConfusionMatrix matrix = ConfusionMatrix.of(NDArray.of(0, 0, 2, 2, 0, 2), NDArray.of(2, 0, 2, 2, 0, 1), 3);
        assertEquals("""
                       | predicted
                actual | 0 1 2 | precision recall    f1 support
                     0 | 2 0 0 |     0.667  1.000 0.800       2
                     1 | 0 0 1 |     0.000  0.000 0.000       1
                     2 | 1 0 2 |     0.667  0.667 0.667       3
                accuracy 0.667 of 6""", matrix.toString());
    }

    @Test
    void confusionMatrixRefusesOtherClasses() {
        refused(
                IllegalArgumentException.class,
                () -> ConfusionMatrix.of(NDArray.of(0, 3), NDArray.of(0, 1), 3),
                "0 to 2",
                "prediction of row 1 is 3");
        refused(
                IllegalArgumentException.class,
                () -> ConfusionMatrix.of(NDArray.of(0, 1), NDArray.of(0, -1), 3),
                "row 1 is -1");
    }
}
