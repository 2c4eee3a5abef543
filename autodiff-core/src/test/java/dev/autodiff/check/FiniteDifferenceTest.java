package dev.autodiff.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.check.FiniteDifference.Estimate;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Derivatives at 0 from values of a function that is 0 there. */
class FiniteDifferenceTest {
    private static final double STEP = Math.scalb(1.0, -10);

    private static FiniteDifference of(DoubleUnaryOperator function) {
        return new FiniteDifference(function, STEP, 0x1p-52);
    }

    @Test
    void smoothFunctions() {
        assertEquals(1, of(Math::sin).quick().value(), 1e-12);
        assertEquals(1, of(Math::sin).thorough().value(), 1e-12);
        assertEquals(-3, of(h -> -3 * h).quick().value(), 1e-12);
        assertEquals(2, of(h -> Math.expm1(2 * h)).thorough().value(), 1e-11);
        assertFalse(of(Math::sin).thorough().isKink());
        assertFalse(of(Math::expm1).quick().isKink());
    }

    @Test
    void theEstimatedErrorCoversTheRealOne() {
        Estimate estimate = of(h -> Math.sin(50 * h)).thorough();
        assertTrue(Math.abs(estimate.value() - 50) <= estimate.error(), estimate::toString);
        assertTrue(estimate.error() < 1e-6, estimate::toString);
    }

    @Test
    void aKinkHasTwoSlopes() {
        Estimate estimate = of(h -> h < 0 ? -h : 3 * h).thorough();
        assertTrue(estimate.isKink());
        assertEquals(-1, estimate.left(), 1e-9);
        assertEquals(3, estimate.right(), 1e-9);
        assertTrue(of(Math::abs).quick().isKink());
    }

    @Test
    void aJumpIsAKink() {
        assertTrue(of(h -> h < 0 ? 0 : 1).thorough().isKink());
    }

    @Test
    void strongCurvatureIsNoKink() {
        assertFalse(of(h -> 1e4 * h * h).thorough().isKink());
    }

    @Test
    void stepsStayWithinTheDomain() {
        double edge = STEP / 100;
        Estimate estimate = of(h -> Math.log(1 + h / edge)).thorough();
        assertTrue(estimate.isFinite());
        assertEquals(1 / edge, estimate.value(), 1e-3 / edge);
    }

    @Test
    void aFunctionThatIsNowhereFiniteHasNoDerivative() {
        assertFalse(of(h -> h == 0 ? 0 : Double.NaN).thorough().isFinite());
        assertFalse(of(h -> Double.POSITIVE_INFINITY).quick().isFinite());
    }
}
