package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.data.StandardScaler.Coefficients;
import dev.autodiff.nn.data.csv.CsvOptions;
import dev.autodiff.nn.data.csv.CsvTable;
import org.junit.jupiter.api.Test;

/** Expected figures are those of scikit-learn's StandardScaler and LinearRegression. */
class StandardScalerTest {
    private static final CsvTable DIABETES = CsvTable.read(
            TestFiles.resource("diabetes.csv"), CsvOptions.standard().dtype(DType.FLOAT64));

    @Test
    void fitsIrisAsScikitLearn() {
        CsvTable iris = CsvTable.read(
                TestFiles.resource("iris.csv"), CsvOptions.standard().dtype(DType.FLOAT64));
        NDArray x = iris.allExcept("target");
        StandardScaler scaler = StandardScaler.fit(x);
        assertArrayEquals(
                new double[] {5.843333333333335, 3.057333333333334, 3.7580000000000027, 1.199333333333334},
                scaler.mean().toDoubles(),
                1e-13);
        assertArrayEquals(
                new double[] {0.8253012917851409, 0.43441096773549437, 1.7594040657753032, 0.7596926279021594},
                scaler.std().toDoubles(),
                1e-13);
        assertArrayEquals(
                new double[] {-0.9006811702978099, 1.0190043519716065, -1.3402265266227635, -1.3154442950077407},
                scaler.transform(x).row(0).toDoubles(),
                1e-13);
        assertArrayEquals(
                x.toDoubles(), scaler.inverseTransform(scaler.transform(x)).toDoubles(), 1e-14);
    }

    @Test
    void constantColumnsAreDividedByOne() {
        NDArray x = NDArray.of(new double[][] {
            {1, 0.1, 1e10, 1e8, 0},
            {2, 0.1, 1e10, 1e8, 0},
            {6, 0.1, 1e10 + 1, 1e8 + 1e-7, 0}
        });
        StandardScaler scaler = StandardScaler.fit(x);
        assertArrayEquals(
                new double[] {2.160246899469287, 1, 0.4714045207910317, 1, 1},
                scaler.std().toDoubles(),
                1e-6);
        assertEquals(0, scaler.transform(x).get(0, 1), 1e-16);
        assertEquals(0, scaler.transform(x).get(2, 4));
    }

    @Test
    void sumsInDoublePrecisionForFloat32() {
        float[] values = new float[1_000_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = 10_000 + (i % 2);
        }
        StandardScaler scaler = StandardScaler.fit(NDArray.wrap(values, values.length));
        assertEquals(10_000.5, scaler.mean().item());
        assertEquals(0.5, scaler.std().item());
        NDArray scaled = scaler.transform(NDArray.of(10_000f, 10_001f));
        assertArrayEquals(new float[] {-1, 1}, scaled.toFloats());
        assertEquals(DType.FLOAT32, scaled.dtype());
    }

    @Test
    void unscalesTheWeightsOfALinearModel() {
        StandardScaler x = StandardScaler.fit(DIABETES.allExcept("target"));
        StandardScaler y = StandardScaler.fit(DIABETES.columns("target"));
        NDArray weights = NDArray.of(
                -0.00618292545320379,
                -0.14813007516061572,
                0.32110005014848697,
                0.2003669201198755,
                -0.4893135205117745,
                0.2944736462228864,
                0.06241272105909891,
                0.10936897319453207,
                0.46404908319325244,
                0.04177186626623714);
        Coefficients original = x.unscaleWeights(weights, NDArray.scalar(0.0), y);
        double[] expected = {
            -0.036361224223623534,
            -22.859648090498354,
            5.602962091923719,
            1.1168079933181838,
            -1.0899963340632226,
            0.7464504555142124,
            0.3720047150891379,
            6.53383193599034,
            68.48312496478829,
            0.2801169893214981
        };
        assertArrayEquals(expected, original.weights().toDoubles(), 1e-9);
        assertEquals(-334.5671385187875, original.bias().item(), 1e-8);
        assertEquals(Shape.scalar(), original.bias().shape());
    }

    @Test
    void unscaledModelPredictsTheSameForEveryOutput() {
        StandardScaler scaler = StandardScaler.fit(NDArray.of(new double[][] {{1, 10}, {3, 50}}));
        Coefficients original =
                scaler.unscaleWeights(NDArray.of(new double[][] {{2, 4}, {3, -1}}), NDArray.of(0.5, 0.25));
        // z of (2, 70) is (0, 2)
        double[] w = original.weights().toDoubles();
        double[] b = original.bias().toDoubles();
        assertEquals(0.5 + 3 * 2, 2 * w[0] + 70 * w[2] + b[0], 1e-12);
        assertEquals(0.25 - 2, 2 * w[1] + 70 * w[3] + b[1], 1e-12);
        assertEquals(Shape.of(2, 2), original.weights().shape());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        StandardScaler scaler = StandardScaler.fit(NDArray.of(new double[][] {{1, 10}, {3, 50}}));
        refused(IllegalArgumentException.class, () -> scaler.transform(NDArray.of(1.0, 2.0)), "2 columns", "[2] has 1");
        refused(
                IllegalArgumentException.class,
                () -> StandardScaler.fit(NDArray.of(new double[][] {{1, 2}, {3, Double.NaN}})),
                "row 1, column 1 is NaN");
        refused(IllegalArgumentException.class, () -> StandardScaler.fit(NDArray.of(1, 2)), "INT32 [2]");
        refused(
                IllegalArgumentException.class,
                () -> StandardScaler.fit(NDArray.zeros(DType.FLOAT32, 0, 2)),
                "without rows");
        refused(
                IllegalArgumentException.class,
                () -> scaler.unscaleWeights(NDArray.of(1.0, 2.0, 3.0), NDArray.scalar(0.0)),
                "[2] or [2, outputs]",
                "weights are [3]");
        refused(
                IllegalArgumentException.class,
                () -> scaler.unscaleWeights(NDArray.of(1.0, 2.0), NDArray.scalar(0.0), scaler),
                "targets has 2 columns");
    }
}
