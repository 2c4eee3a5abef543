package dev.autodiff.kernel.math;

/**
 * Trigonometric and hyperbolic functions of one {@code float}, each the exact twin of the vector function of the same
 * name in {@code dev.autodiff.kernel.vector.VectorTrigonometry}; see {@link ScalarMath} for what holds of both. In
 * double precision {@link Math} has them all.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the constants are given as they were rounded
public final class ScalarTrigonometry {
    /**
     * The magnitude up to which sin, cos and tan subtract multiples of π/2 in float arithmetic: the number of multiples
     * and each part of π/2 have so few bits that what is left is exact. Larger arguments are left to
     * {@link StrictMath}, which reduces them by hundreds of digits of π (Payne and Hanek 1983).
     */
    static final float HUGE = 65536f;

    private static final float TWO_OVER_PI = 0.63661975f;
    /** The sum of three parts is π/2 to 72 bits. */
    private static final float HALF_PI_HIGH = 1.5707964f;

    private static final float HALF_PI_MIDDLE = -4.371139e-8f;
    private static final float HALF_PI_LOW = -1.7151245e-15f;
    private static final float PI_HIGH = 3.1415927f;
    private static final float PI_LOW = -8.742278e-8f;
    /** Below, x + x³/3 rounds to x. */
    private static final float LINEAR = 0x1p-12f;
    /** The largest number whose hyperbolic sine and cosine are finite. */
    private static final float LARGEST = 89.415985f;

    private ScalarTrigonometry() {}

    // ---- Of an angle

    /** Returns the integer nearest to x / (π/2) in the lowest bits of the result. */
    private static float quarterTurns(float x) {
        return Math.fma(x, TWO_OVER_PI, ScalarMath.ROUND);
    }

    /** Returns x - n π/2, where {@code turns} is n + ROUND. */
    private static float reduced(float x, float turns) {
        float n = turns - ScalarMath.ROUND;
        float r = Math.fma(n, -HALF_PI_HIGH, x);
        r = Math.fma(n, -HALF_PI_MIDDLE, r);
        return Math.fma(n, -HALF_PI_LOW, r);
    }

    /** Returns sin r for |r| <= π/4: r + r³ P(r²), relative error of the polynomial 2^-27. */
    private static float sinReduced(float r) {
        float s = r * r;
        float p = -0.00019506842f;
        p = Math.fma(p, s, 0.008332102f);
        p = Math.fma(p, s, -0.16666654f);
        return Math.fma(r * s, p, r);
    }

    /** Returns cos r for |r| <= π/4: 1 - r²/2 + r⁴ P(r²), relative error of the polynomial 2^-32. */
    private static float cosReduced(float r) {
        float s = r * r;
        float p = 2.4430088e-5f;
        p = Math.fma(p, s, -0.0013887298f);
        p = Math.fma(p, s, 0.041666646f);
        return Math.fma(s * s, p, Math.fma(s, -0.5f, 1f));
    }

    /** Returns sin r, cos r, -sin r or -cos r, for the quadrants 0 to 3 in the lowest bits of {@code quadrant}. */
    private static float inQuadrant(float r, int quadrant) {
        int sin = Float.floatToRawIntBits(sinReduced(r));
        int cos = Float.floatToRawIntBits(cosReduced(r));
        int odd = -(quadrant & 1);
        int chosen = sin ^ ((sin ^ cos) & odd);
        return Float.intBitsToFloat(chosen ^ ((quadrant << 30) & ScalarMath.SIGN_MASK));
    }

    /** Returns the sine of an angle in radians, within 1.6 ulp; NaN for infinities. */
    public static float sin(float x) {
        if (Math.abs(x) > HUGE) {
            return (float) StrictMath.sin(x);
        }
        float turns = quarterTurns(x);
        float y = inQuadrant(reduced(x, turns), Float.floatToRawIntBits(turns));
        return Math.abs(x) < LINEAR ? x : y;
    }

    /** Returns the cosine of an angle in radians, within 1.6 ulp; NaN for infinities. */
    public static float cos(float x) {
        if (Math.abs(x) > HUGE) {
            return (float) StrictMath.cos(x);
        }
        float turns = quarterTurns(x);
        return inQuadrant(reduced(x, turns), Float.floatToRawIntBits(turns) + 1);
    }

    /** Returns the tangent of an angle in radians, within 3.7 ulp, as sin / cos; NaN for infinities. */
    public static float tan(float x) {
        if (Math.abs(x) > HUGE) {
            return (float) StrictMath.tan(x);
        }
        float turns = quarterTurns(x);
        float r = reduced(x, turns);
        int quadrant = Float.floatToRawIntBits(turns);
        int sin = Float.floatToRawIntBits(sinReduced(r));
        int cos = Float.floatToRawIntBits(cosReduced(r));
        int swap = (sin ^ cos) & -(quadrant & 1);
        float numerator = Float.intBitsToFloat(sin ^ swap ^ ((quadrant << 31) & ScalarMath.SIGN_MASK));
        float y = numerator / Float.intBitsToFloat(cos ^ swap);
        return Math.abs(x) < LINEAR ? x : y;
    }

    // ---- Angles

    /** Returns asin t for 0 <= t <= 1/2, given t² too: t + t³ P(t²), relative error of the polynomial 2^-27. */
    private static float asinReduced(float t, float square) {
        float p = 0.042227574f;
        p = Math.fma(p, square, 0.024145385f);
        p = Math.fma(p, square, 0.045476887f);
        p = Math.fma(p, square, 0.07495249f);
        p = Math.fma(p, square, 0.16666754f);
        return Math.fma(t * square, p, t);
    }

    /** Returns asin a for 0 <= a <= 1/2, else asin √((1 - a)/2), which is half of acos a; NaN above 1. */
    private static float asinOfHalf(float a) {
        boolean high = a > 0.5f;
        float square = high ? Math.fma(a, -0.5f, 0.5f) : a * a;
        return asinReduced(high ? (float) Math.sqrt(square) : a, square);
    }

    /** Returns the angle from -π/2 to π/2 whose sine is x, within 1.9 ulp; NaN outside of -1 to 1. */
    public static float asin(float x) {
        float a = Math.abs(x);
        float y = asinOfHalf(a);
        y = a > 0.5f ? Math.fma(y, -2f, HALF_PI_HIGH) + HALF_PI_MIDDLE : y;
        return ScalarMath.withSign(y, x);
    }

    /** Returns the angle from 0 to π whose cosine is x, within 1.3 ulp; NaN outside of -1 to 1. */
    public static float acos(float x) {
        float a = Math.abs(x);
        float y = asinOfHalf(a);
        float middle = (HALF_PI_HIGH - ScalarMath.withSign(y, x)) + HALF_PI_MIDDLE;
        float end = x < 0f ? Math.fma(y, -2f, PI_HIGH) + PI_LOW : y + y;
        return a > 0.5f ? end : middle;
    }

    /**
     * Returns the angle from -π/2 to π/2 whose tangent is x, within 1.4 ulp: t + t³ P(t²), relative error of the
     * polynomial 2^-28, with t = |x| up to 1, and π/2 minus this with t = 1/|x| above.
     */
    public static float atan(float x) {
        float a = Math.abs(x);
        boolean high = a > 1f;
        float t = high ? 1f / a : a;
        float s = t * t;
        float p = -0.0017828207f;
        p = Math.fma(p, s, 0.010868685f);
        p = Math.fma(p, s, -0.031096986f);
        p = Math.fma(p, s, 0.05788139f);
        p = Math.fma(p, s, -0.08399306f);
        p = Math.fma(p, s, 0.109508805f);
        p = Math.fma(p, s, -0.14264016f);
        p = Math.fma(p, s, 0.1999853f);
        p = Math.fma(p, s, -0.333333f);
        float y = Math.fma(t * s, p, t);
        y = high ? (HALF_PI_HIGH - y) + HALF_PI_MIDDLE : y;
        return ScalarMath.withSign(y, x);
    }

    // ---- Hyperbolic functions

    /** Returns 2^n / 4 for a number n + ROUND: the quarter, as n may be 129. */
    private static float quarterPower(float rounded) {
        return Float.intBitsToFloat((Float.floatToRawIntBits(rounded) << 23) + (ScalarMath.ONE_BITS - (2 << 23)));
    }

    /** Returns the hyperbolic sine, within 2.3 ulp: h + h / (2h + 1) with h = (e^|x| - 1) / 2, and the sign of x. */
    public static float sinh(float x) {
        float a = Math.abs(x);
        float rounded = Math.fma(a, ScalarMath.LOG2_E, ScalarMath.ROUND);
        float p = ScalarMath.expm1Reduced(ScalarMath.reduced(a, rounded));
        float scale = quarterPower(rounded);
        float h = 2f * Math.fma(scale, p, scale - 0.25f);
        float y = h + h / Math.fma(h, 2f, 1f);
        y = a > LARGEST ? Float.POSITIVE_INFINITY : y;
        return ScalarMath.withSign(a < LINEAR ? a : y, x);
    }

    /** Returns the hyperbolic cosine, within 1.5 ulp: g + 1 / (4g) with g = e^|x| / 2. */
    public static float cosh(float x) {
        float a = Math.abs(x);
        float rounded = Math.fma(a, ScalarMath.LOG2_E, ScalarMath.ROUND);
        float p = ScalarMath.expm1Reduced(ScalarMath.reduced(a, rounded));
        float g = 2f * ((p + 1f) * quarterPower(rounded));
        float y = g + 0.25f / g;
        return a > LARGEST ? Float.POSITIVE_INFINITY : y;
    }
}
