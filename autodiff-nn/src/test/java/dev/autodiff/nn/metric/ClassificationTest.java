package dev.autodiff.nn.metric;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import org.junit.jupiter.api.Test;

class ClassificationTest {
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
                "NaN in row 0");
    }

    @Test
    void emptyArraysAreRefused() {
        NDArray none = NDArray.of(new float[0]);
        refused(IllegalArgumentException.class, () -> Classification.accuracy(none, none), "nothing to measure");
    }
}
