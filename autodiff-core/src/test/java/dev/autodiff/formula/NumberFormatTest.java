package dev.autodiff.formula;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0;0",
                "-0.0;0",
                "24.70408;24.7041",
                "138.83381924;138.8338",
                "0.1;0.1",
                "1.25e-7;1.25e-7",
                "12345678;1.2346e7",
                "0.00012345678;0.0001235",
                "1000000;1000000",
                "NaN;NaN",
                "-Infinity;-∞",
                "645.5772594;645.5773",
                "99999.99999;100000"
            })
    void writesTheDigitsThatMatter(double value, String expected) {
        assertEquals(expected, NumberFormat.number(value));
    }

    @Test
    void smallArraysAreWrittenOut() {
        assertEquals("2", NumberFormat.describe(NDArray.scalar(2f)));
        assertEquals("[1, -2.5]", NumberFormat.describe(NDArray.of(1f, -2.5f)));
        assertEquals("[[1, 2], [3, 4]]", NumberFormat.describe(NDArray.of(new float[][] {{1, 2}, {3, 4}})));
    }

    @Test
    void otherArraysAreSummarized() {
        assertEquals("[13] all 0.5", NumberFormat.describe(filled(0.5, 13)));
        assertEquals("[1, 1, 2] all 3", NumberFormat.describe(filled(3, 1, 1, 2)));
        assertEquals("[0, 4] without elements", NumberFormat.describe(filled(1, 0, 4)));
        NDArray broken = NDArray.of(new float[][] {{1, 2, 3, 4, 5, 6, 7}, {0, 0, 0, 0, 0, Float.NaN, 1 / 0f}});
        assertEquals("[2, 7] norm 11.8322, |max| 7, 0 to 7, 1 NaN, 1 infinite", NumberFormat.describe(broken));
    }

    /** Within a formula there is room for less than in a result, and in a drawing for less still. */
    @Test
    void theRoomDecides() {
        assertTrue(NumberFormat.isInline(filled(1, 8)));
        assertFalse(NumberFormat.isInline(filled(1, 9)));
        assertFalse(NumberFormat.isInline(filled(-1234.5678, 5)));
        assertFalse(NumberFormat.isInline(filled(1, 0)));
        assertEquals("7", NumberFormat.brief(filled(7)));
        assertEquals("[1, 1, 1, 1, 1, 1]", NumberFormat.brief(filled(1, 6)));
        assertEquals("[7] all 1", NumberFormat.brief(filled(1, 7)));
        assertEquals("[0]", NumberFormat.brief(filled(1, 0)));
    }

    @Test
    void aSummaryOfNothingFiniteIsNotANumber() {
        Summary summary = Summary.of(NDArray.of(Double.NaN, Double.POSITIVE_INFINITY));
        assertEquals(new Summary(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1, 1), summary);
    }

    /** A softmax's gradient has entries of both signs that add up to 0: its mean says nothing about its size. */
    @Test
    void valuesOfBothSignsAreSummarizedByTheirSize() {
        float[] gradient = new float[400];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = i % 2 == 0 ? 0.03f : -0.03f;
        }
        assertEquals("[400] norm 0.6, |max| 0.03, -0.03 to 0.03", NumberFormat.describe(NDArray.of(gradient)));
        assertEquals("[400] norm 0.6, |max| 0.03", NumberFormat.brief(NDArray.of(gradient)));
    }

    /** As numpy.linalg.norm of these numbers divided by 1e300, times 1e300: their squares overflow. */
    @Test
    void theNormOfLargeAndSmallNumbersIsExact() {
        assertEquals(5e300, Summary.of(NDArray.of(3e300, -4e300)).norm(), 1e285);
        assertEquals(5e-300, Summary.of(NDArray.of(3e-300, -4e-300)).norm(), 1e-315);
        assertEquals(0, Summary.of(NDArray.of(0.0, -0.0)).norm());
    }

    private static NDArray filled(double value, int... dims) {
        return NDArray.full(DType.FLOAT32, Shape.of(dims), value);
    }
}
