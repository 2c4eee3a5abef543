package dev.autodiff.kernel.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarMathTest {
    /** All floats, so to speak: a prime step through all bit patterns. */
    private static final int STEP = 19_997;

    private interface FloatFunction {
        float apply(float x);
    }

    private static void within(double ulps, FloatFunction function, DoubleUnaryOperator reference) {
        for (long bits = 0; bits < 1L << 32; bits += STEP) {
            float x = Float.intBitsToFloat((int) bits);
            double exact = reference.applyAsDouble(x);
            float expected = (float) exact;
            float actual = function.apply(x);
            boolean special = Float.isNaN(expected) || Float.isInfinite(expected) || Float.isInfinite(actual);
            boolean good = special
                    ? Float.compare(expected, actual) == 0
                            || (Math.abs(expected) >= Float.MAX_VALUE && Math.abs(actual) >= Float.MAX_VALUE)
                    : Math.abs(actual - exact) <= ulps * Math.ulp(expected);
            assertTrue(good, () -> "at " + x + ": " + actual + " for " + exact);
        }
    }

    @Test
    void exp() {
        within(1.1, ScalarMath::exp, Math::exp);
    }

    @Test
    void expm1() {
        within(2, ScalarMath::expm1, Math::expm1);
    }

    @Test
    void tanh() {
        within(2.5, ScalarMath::tanh, Math::tanh);
    }

    @Test
    void sigmoid() {
        within(2.5, ScalarMath::sigmoid, x -> 1 / (1 + Math.exp(-x)));
    }

    @Test
    void log() {
        within(1, ScalarMath::log, Math::log);
    }

    @Test
    void log1p() {
        within(2, ScalarMath::log1p, Math::log1p);
    }

    @Test
    void softplus() {
        within(2, ScalarMath::softplus, DoubleMath::softplus);
    }

    @Test
    void erf() {
        within(1.1, ScalarMath::erf, DoubleMath::erf);
    }

    /** Values from mpmath at 30 digits. */
    @ParameterizedTest
    @CsvSource({
        "1e-300, 1.1283791670955126e-300",
        "1e-5, 1.1283791670579e-5",
        "0.1, 0.1124629160182848922",
        "0.5, 0.5204998778130465377",
        "1, 0.8427007929497148693",
        "1.5, 0.9661051464753107271",
        "2.4, 0.9993114861033549214",
        "2.6, 0.9997639655834706502",
        "4, 0.9999999845827420998",
        "5.5, 0.9999999999999926422",
        "7, 1"
    })
    void erfInDouble(double x, double expected) {
        assertEquals(expected, DoubleMath.erf(x), 1e-15 * expected);
        assertEquals(-expected, DoubleMath.erf(-x), 1e-15 * expected);
    }

    @Test
    void specialValues() {
        float inf = Float.POSITIVE_INFINITY;
        float[][] table = { // at -inf, -0, 0, inf
            {0, 1, 1, inf, ScalarMath.exp(-inf), ScalarMath.exp(-0f), ScalarMath.exp(0), ScalarMath.exp(inf)},
            {-1, -0f, 0, inf, ScalarMath.expm1(-inf), ScalarMath.expm1(-0f), ScalarMath.expm1(0), ScalarMath.expm1(inf)
            },
            {-1, -0f, 0, 1, ScalarMath.tanh(-inf), ScalarMath.tanh(-0f), ScalarMath.tanh(0), ScalarMath.tanh(inf)},
            {-1, -0f, 0, 1, ScalarMath.erf(-inf), ScalarMath.erf(-0f), ScalarMath.erf(0), ScalarMath.erf(inf)},
            {
                Float.NaN,
                -inf,
                -inf,
                inf,
                ScalarMath.log(-inf),
                ScalarMath.log(-0f),
                ScalarMath.log(0),
                ScalarMath.log(inf)
            },
            {
                Float.NaN,
                -0f,
                0,
                inf,
                ScalarMath.log1p(-inf),
                ScalarMath.log1p(-0f),
                ScalarMath.log1p(0),
                ScalarMath.log1p(inf)
            },
            {
                0,
                0.5f,
                0.5f,
                1,
                ScalarMath.sigmoid(-inf),
                ScalarMath.sigmoid(-0f),
                ScalarMath.sigmoid(0),
                ScalarMath.sigmoid(inf)
            },
        };
        for (float[] row : table) {
            for (int i = 0; i < 4; i++) {
                assertEquals(row[i], row[i + 4]);
            }
        }
        assertEquals(Float.NEGATIVE_INFINITY, ScalarMath.log1p(-1));
        assertEquals(0f, ScalarMath.softplus(-inf));
        assertEquals(inf, ScalarMath.softplus(inf));
        assertEquals(Double.NaN, DoubleMath.erf(Double.NaN));
        for (int payload : new int[] {0x7fc00000, 0xffc00000, 0x7fc00001, 0x7f812345, 0xffffffff}) {
            float nan = Float.intBitsToFloat(payload);
            assertTrue(Float.isNaN(ScalarMath.exp(nan)) && Float.isNaN(ScalarMath.expm1(nan)));
            assertTrue(Float.isNaN(ScalarMath.log(nan)) && Float.isNaN(ScalarMath.log1p(nan)));
            assertTrue(Float.isNaN(ScalarMath.tanh(nan)) && Float.isNaN(ScalarMath.sigmoid(nan)));
            assertTrue(Float.isNaN(ScalarMath.softplus(nan)) && Float.isNaN(ScalarMath.erf(nan)));
        }
    }
}
