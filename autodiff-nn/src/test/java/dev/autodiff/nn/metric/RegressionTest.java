package dev.autodiff.nn.metric;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import org.junit.jupiter.api.Test;

/** Expected figures are those of scikit-learn's metrics; the first examples are those of its documentation. */
class RegressionTest {
    private static final NDArray PREDICTED = NDArray.of(2.5, 0, 2, 8);
    private static final NDArray ACTUAL = NDArray.of(3, -0.5, 2, 7);
    private static final NDArray PREDICTED_PAIRS = NDArray.of(new double[][] {{0, 2}, {-1, 2}, {8, -5}});
    private static final NDArray ACTUAL_PAIRS = NDArray.of(new double[][] {{0.5, 1}, {-1, 1}, {7, -6}});

    @Test
    void figuresAsScikitLearn() {
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
    }
}
