package dev.autodiff.nn.metric;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.NDArray;
import org.junit.jupiter.api.Test;

/** Expected figures are those of scikit-learn's metrics. */
class ConfusionMatrixTest {
    @Test
    void figuresAsScikitLearn() {
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
        assertEquals(0.48888888888888893, matrix.f1(Average.MACRO), 1e-15);
    }

    @Test
    void printsAligned() {
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
    void oneScoreForTwoClasses() {
        NDArray logits = NDArray.of(new float[][] {{2}, {-1}, {-3}, {0.5f}});
        NDArray classes = NDArray.of(1, 1, 0, 0);
        NDArray expected = NDArray.of(new int[][] {{1, 1}, {1, 1}});
        assertEquals(expected, ConfusionMatrix.binary(logits, classes, 0).counts());
        assertEquals(
                expected,
                ConfusionMatrix.binary(logits, classes.reshape(4, 1), 0).counts());
        refused(
                IllegalArgumentException.class,
                () -> ConfusionMatrix.of(logits, classes, 2),
                "row 1 is -1.0",
                "ConfusionMatrix.binary");
    }

    @Test
    void refusesOtherClasses() {
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
