package dev.autodiff.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The function of one element that finite differences are taken of. */
class WeightedSumTest {
    private final Tensor x = new DoublePrecision.Variation("x", DType.FLOAT64, Shape.of(2));
    private final NDArray values = NDArray.of(3.0, -2.0);
    private final WeightedSum sum = new WeightedSum(
            Lowering.compile(
                    List.of(x.square()), List.of(), List.of(x), List.of(Shape.of(2)), GradientComparison.OPTIONS),
            List.of(NDArray.of(1.0, 10.0)),
            List.of(values));

    @Test
    void isZeroWithoutAChange() {
        assertEquals(0, sum.changed(0, 0, 0));
        assertEquals(0, sum.changed(0, 1, 0));
    }

    @Test
    void weighsChangesOfResults() {
        assertEquals(16 - 9, sum.changed(0, 0, 1));
        assertEquals(10 * (1 - 4), sum.changed(0, 1, 1));
    }

    @Test
    void leavesValuesAsTheyWere() {
        sum.changed(0, 0, 5);
        assertEquals(NDArray.of(3.0, -2.0), values);
        assertEquals(16 - 9, sum.changed(0, 0, 1), "the next change starts from the same values");
    }

    @Test
    void magnitudeIsThatOfTheTerms() {
        assertEquals(9 + 10 * 4, sum.magnitude());
    }
}
