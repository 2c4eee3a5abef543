package dev.autodiff.nn.data;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import org.junit.jupiter.api.Test;

class OneHotTest {

    @Test
    void encodesAndDecodes() {
        NDArray encoded = OneHot.encode(NDArray.of(2, 0, 1), 4);
        assertEquals(NDArray.of(new float[][] {{0, 0, 1, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}}), encoded);
        assertEquals(NDArray.of(2, 0, 1), OneHot.decode(encoded));
        assertEquals(encoded, OneHot.encode(NDArray.of(new float[][] {{2}, {0}, {1}}), 4));
        assertEquals(
                DType.FLOAT64, OneHot.encode(NDArray.of(0), 1, DType.FLOAT64).dtype());
        assertEquals(Shape.of(0, 3), OneHot.encode(NDArray.of(new int[0]), 3).shape());
        assertEquals(NDArray.of(1, 0), OneHot.decode(NDArray.of(new double[][] {{-2, -1, -1}, {0, 0, 0}})));
    }

    @Test
    void labelsThatAreNoClassAreNamedWithTheirRow() {
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.of(0, 3), 3), "0 to 2", "row 1 is 3");
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.of(-1), 3), "row 0 is -1");
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.of(1, 0.5), 3), "row 1 is 0.5");
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.of(Double.NaN), 3), "row 0 is NaN");
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.zeros(DType.INT32, 2, 2), 3), "[2, 2]");
        refused(IllegalArgumentException.class, () -> OneHot.encode(NDArray.of(0), 0), "classes = 0");
        refused(IllegalArgumentException.class, () -> OneHot.decode(NDArray.of(0)), "[rows, classes]");
    }
}
