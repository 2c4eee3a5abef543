package dev.autodiff.kernel.math;

/**
 * Functions of one number, each the exact twin of a vector function: for {@code float}, a lane of
 * {@code dev.autodiff.kernel.vector.VectorMath} gives the same bits as the method of the same name here, so that loops
 * may change between the two at any element.
 *
 * <p>The {@code float} functions are branch-free range reductions and polynomials, evaluated with fused multiply-add.
 * The coefficients were fitted for this project (weighted least squares on Chebyshev nodes, reweighted by Lawson's
 * method towards the smallest maximum of the relative error, rounded to {@code float} one at a time). Errors are in
 * units in the last place of the true result, and each bound is held by a test. Denormal numbers are treated as any
 * other, on input and on output.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the constants are given as they are published
public final class ScalarMath {
    /**
     * True with the system property {@code autodiff.kernels=portable}. The functions of {@link Math} may differ in the
     * last bit between processors and JDKs, and {@code Math.tanh} does; those of {@link StrictMath} are slower.
     */
    public static final boolean STRICT = "portable".equals(System.getProperty("autodiff.kernels"));

    /**
     * A number that, added to a float of magnitude below 2^22, rounds it to an integer in the lowest bits of the sum.
     */
    static final float ROUND = 0x1.8p23f;

    static final float LOG2_E = 1.4426950408889634f;
    /** The head of log 2, with so many trailing zeros that its multiples by an exponent are exact. */
    static final float LN2_HIGH = 0.693145751953125f;

    static final float LN2_LOW = 1.4286068203094172e-6f;
    /**
     * The bits of sqrt(1/2): subtracting them makes the exponent of a mantissa in [sqrt(1/2), sqrt(2)) come out as 0.
     */
    static final int SQRT_HALF_BITS = 0x3f3504f3;

    static final int ONE_BITS = 0x3f800000;
    static final int EXPONENT_MASK = 0xff800000;
    static final int SIGN_MASK = 0x80000000;

    /** The bits of 2^23, from which on the distance of neighbouring floats is 1. */
    private static final int UNIT_BITS = 0x4b000000;

    private static final float THIRD = 0.33333334f;

    private ScalarMath() {}

    // ---- Exponentials

    /** Returns e^r - 1 for |r| <= log(2)/2: r + r^2 (1/2 + r/6 + ...), relative error of the polynomial 2^-26. */
    static float expm1Reduced(float r) {
        float p = 0.0013870656f;
        p = Math.fma(p, r, 0.008366262f);
        p = Math.fma(p, r, 0.041667435f);
        p = Math.fma(p, r, 0.16666546f);
        p = Math.fma(p, r, 0.49999997f);
        return Math.fma(p * r, r, r);
    }

    /** Returns x - n log 2, where {@code rounded} is n + {@link #ROUND}. */
    static float reduced(float x, float rounded) {
        float n = rounded - ROUND;
        return Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    }

    /**
     * Returns e^x, within 1.1 ulp: e^x = 2^n e^r with n the integer nearest to x / log 2. Infinite above 88.72284, 0
     * below -103.98, gradually losing digits (denormal) below -87.34.
     */
    public static float exp(float x) {
        float rounded = Math.fma(x, LOG2_E, ROUND);
        float y = expm1Reduced(reduced(x, rounded)) + 1f;
        // 2^n in two factors, because n may be 128 (overflow comes later) or below -126 (denormal result)
        int bits = Float.floatToRawIntBits(rounded);
        int half = (bits >> 1) << 23;
        int rest = (bits << 23) - half;
        float z = y * Float.intBitsToFloat(half + ONE_BITS) * Float.intBitsToFloat(rest + ONE_BITS);
        z = x > 89f ? Float.POSITIVE_INFINITY : z;
        return x < -104f ? 0f : z;
    }

    /** Returns e^x for x <= 0, as {@link #exp(float)} with one scaling less; 0 for minus infinity. */
    private static float expOfNegative(float x) {
        float rounded = Math.fma(x, LOG2_E, ROUND);
        float y = expm1Reduced(reduced(x, rounded)) + 1f;
        int scale = (Float.floatToRawIntBits(rounded) << 23) + (ONE_BITS + (64 << 23));
        float z = y * Float.intBitsToFloat(scale) * 0x1p-64f;
        return x < -104f ? 0f : z;
    }

    /** Returns e^x - 1 where neither overflow nor the sign of 0 nor denormals matter: for -18 <= x <= 88. */
    private static float expm1Core(float x) {
        float rounded = Math.fma(x, LOG2_E, ROUND);
        float p = expm1Reduced(reduced(x, rounded));
        // 2^n e^r - 1 = 2 (2^(n-1) p + (2^(n-1) - 1/2)): n may be 128
        float scale = Float.intBitsToFloat((Float.floatToRawIntBits(rounded) << 23) + (ONE_BITS - (1 << 23)));
        return 2f * Math.fma(scale, p, scale - 0.5f);
    }

    /** Returns e^x - 1, within 2 ulp, also near 0. */
    public static float expm1(float x) {
        float y = expm1Core(x);
        y = x > 89f ? Float.POSITIVE_INFINITY : y;
        y = x < -18f ? -1f : y;
        return Math.abs(x) < 0x1p-25f ? x : y;
    }

    /** Returns the hyperbolic tangent, within 2.5 ulp: t / (t + 2) with t = e^2|x| - 1, and the sign of x. */
    public static float tanh(float x) {
        float a = Math.abs(x);
        float t = expm1Core(a + a);
        float y = a > 10f ? 1f : t / (t + 2f);
        return withSign(y, x);
    }

    /** Returns 1 / (1 + e^-x), within 2.5 ulp, computed from e^-|x| so that it is accurate at both ends. */
    public static float sigmoid(float x) {
        float e = expOfNegative(-Math.abs(x));
        return (x < 0f ? e : 1f) / (1f + e);
    }

    // ---- Logarithms

    /**
     * Returns log(2^n (1 + f)) for 1 + f in [sqrt(1/2), sqrt(2)): f - f^2/2 + f^3 P(f) + n log 2, relative error of the
     * polynomial 2^-27.
     */
    private static float logReduced(float f, float n) {
        float p = -0.076369405f;
        p = Math.fma(p, f, 0.12762485f);
        p = Math.fma(p, f, -0.1315955f);
        p = Math.fma(p, f, 0.1420154f);
        p = Math.fma(p, f, -0.1662341f);
        p = Math.fma(p, f, 0.20001243f);
        p = Math.fma(p, f, -0.2500082f);
        p = Math.fma(p, f, 0.3333333f);
        float square = f * f;
        float y = Math.fma(square * f, p, n * LN2_LOW);
        y = Math.fma(-0.5f, square, y);
        return Math.fma(n, LN2_HIGH, f + y);
    }

    /** Returns the natural logarithm, within 1 ulp; minus infinity at 0, NaN below. */
    public static float log(float x) {
        boolean denormal = x < Float.MIN_NORMAL;
        int bits = Float.floatToRawIntBits(denormal ? x * 0x1p25f : x);
        int exponent = bits - SQRT_HALF_BITS;
        float mantissa = Float.intBitsToFloat(bits - (exponent & EXPONENT_MASK));
        float n = (float) (exponent >> 23) - (denormal ? 25f : 0f);
        float y = logReduced(mantissa - 1f, n);
        y = x < Float.POSITIVE_INFINITY ? y : x;
        y = x == 0f ? Float.NEGATIVE_INFINITY : y;
        return x < 0f ? Float.NaN : y;
    }

    /** Returns log(1 + x), within 2 ulp, also near 0; minus infinity at -1, NaN below. */
    public static float log1p(float x) {
        int exponent = Float.floatToRawIntBits(1f + x) - SQRT_HALF_BITS;
        // f = 2^-n (1 + x) - 1 from x itself, as 1 + x has lost digits; 4 * 2^-n, as n may be 128
        float scale = Float.intBitsToFloat(ONE_BITS + (2 << 23) - (exponent & EXPONENT_MASK));
        float f = Math.fma(x * 0.25f, scale, Math.fma(scale, 0.25f, -1f));
        float y = logReduced(f, (float) (exponent >> 23));
        y = x < Float.POSITIVE_INFINITY ? y : x;
        y = x == -1f ? Float.NEGATIVE_INFINITY : y;
        y = x < -1f ? Float.NaN : y;
        return Math.abs(x) < 0x1p-25f ? x : y;
    }

    /** Returns log(1 + e^x), within 2 ulp: max(x, 0) + log(1 + e^-|x|). */
    public static float softplus(float x) {
        float e = expOfNegative(-Math.abs(x));
        boolean high = e > 0.41421357f;
        float f = high ? Math.fma(e, 0.5f, -0.5f) : e;
        return (x > 0f ? x : 0f) + logReduced(f, high ? 1f : 0f);
    }

    // ---- Error function

    /**
     * Returns the error function, within 1.1 ulp: x + x P(x^2) below 0.93, else 1 - e^-(|x| + |x| Q(|x|)) with the sign
     * of x. The form is that of N. Juffa's public {@code erff}, the coefficients are our own.
     */
    public static float erf(float x) {
        float a = Math.abs(x);
        float s = x * x;
        float p = -0.0005959555f;
        p = Math.fma(p, s, 0.004987348f);
        p = Math.fma(p, s, -0.026762964f);
        p = Math.fma(p, s, 0.11281731f);
        p = Math.fma(p, s, -0.3761249f);
        p = Math.fma(p, s, 0.12837915f);
        float q = -0.00021364733f;
        q = Math.fma(q, a, 0.003212162f);
        q = Math.fma(q, a, -0.022880968f);
        q = Math.fma(q, a, 0.10524774f);
        q = Math.fma(q, a, 0.6357291f);
        q = Math.fma(q, a, 0.12851116f);
        float tail = 1f - expOfNegative(Math.fma(q, -a, -a));
        tail = a > 4f ? 1f : tail;
        return a > 0.93f ? withSign(tail, x) : Math.fma(p, x, x);
    }

    /**
     * Returns e^(-x^2/2), within 1.7 ulp: what rounding takes from x^2 is up to 2^-18 for x = 14, so the result is
     * corrected by it.
     */
    public static float gaussian(float x) {
        return gaussianWithinTails(Math.min(Math.abs(x), 15f));
    }

    private static float gaussianWithinTails(float a) {
        float square = a * a;
        float rest = Math.fma(a, a, -square);
        float e = expOfNegative(-0.5f * square);
        return Math.fma(e, -0.5f * rest, e);
    }

    /**
     * Returns the normal distribution function, within 4.2 ulp: e^(-x^2/2) P((|x| - 3) / (|x| + 3)) for negative x,
     * else 1 less that. The form is that of Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2)
     * erfc x" (1981), the coefficients are our own.
     */
    public static float normalCdf(float x) {
        float a = Math.min(Math.abs(x), 15f);
        float t = (a - 3f) / (a + 3f);
        float p = 5.2086387e-05f;
        p = Math.fma(p, t, 0.0001141505f);
        p = Math.fma(p, t, -0.00033767064f);
        p = Math.fma(p, t, -0.0009824712f);
        p = Math.fma(p, t, 0.0029037287f);
        p = Math.fma(p, t, 0.006131717f);
        p = Math.fma(p, t, -0.046213124f);
        p = Math.fma(p, t, 0.123225056f);
        p = Math.fma(p, t, -0.20640263f);
        p = Math.fma(p, t, 0.12151395f);
        float tail = p * gaussianWithinTails(a);
        return x > 0f ? 1f - tail : tail;
    }

    // ---- Cube root

    /**
     * Returns the real cube root, within 0.501 ulp: from r near 1/cbrt(t), of which t r^2 is the root, and a step of
     * Newton's method with a residual of twice the digits. The first r is within 3.5 %: the bits of a float, read as an
     * integer, are nearly linear in its logarithm, so a third of them, subtracted from a constant, are those of the
     * root's reciprocal. With e = 1 - t r^3, 1/cbrt(t) is r (1 - e)^(-1/3) = r (1 + e P(e)), relative error of the
     * polynomial 2^-18. Small t are scaled, as their residual would be denormal.
     */
    public static float cbrt(float x) {
        float a = Math.abs(x);
        boolean small = a < 0x1p-60f;
        float t = small ? a * 0x1p96f : a;
        // The upper 22 bits as the number 2^23 + n, in whose lowest bits fma leaves the integer nearest to c - n/3
        float bits = Float.intBitsToFloat((Float.floatToRawIntBits(t) >>> 9) + UNIT_BITS);
        float third = Math.fma(bits, -THIRD, 13958053f);
        float r = Float.intBitsToFloat(Float.floatToRawIntBits(third) << 9);
        float e = Math.fma(t * r * r, -r, 1f);
        float p = 0.17441715f;
        p = Math.fma(p, e, 0.22347446f);
        p = Math.fma(p, e, 0.33332977f);
        r = Math.fma(r * e, p, r);
        float square = r * r;
        float y = t * square;
        float s = y * y;
        float rest = Math.fma(y, y, -s);
        float residual = Math.fma(rest, y, Math.fma(s, y, -t));
        y = Math.fma(residual, square * -THIRD, y);
        y = small ? y * 0x1p-32f : y;
        return withSign(a < Float.POSITIVE_INFINITY ? y : a, x);
    }

    // ---- Small ones

    /** Returns x to the power y, rounded from {@link DoubleMath#pow}. */
    public static float pow(float x, float y) {
        return (float) DoubleMath.pow(x, y);
    }

    /** Returns {@code magnitude}, which is not negative, with the sign of {@code sign}. */
    static float withSign(float magnitude, float sign) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(magnitude) | (Float.floatToRawIntBits(sign) & SIGN_MASK));
    }

    /** Returns -1, 0 or 1; NaN and zeros are themselves. */
    public static float sign(float x) {
        float y = x > 0f ? 1f : x;
        return x < 0f ? -1f : y;
    }

    /**
     * Returns the nearest integer, the even one if two are equally near. Adding 2^23 to a magnitude below it leaves no
     * bits for a fraction.
     */
    public static float round(float x) {
        float a = Math.abs(x);
        return a < 0x1p23f ? withSign((a + 0x1p23f) - 0x1p23f, x) : x;
    }

    /** Returns the largest integer that is not above x. */
    public static float floor(float x) {
        float y = round(x);
        return y > x ? y - 1f : y;
    }

    /** Returns the smallest integer that is not below x; from -1 to 0 that is -0. */
    public static float ceil(float x) {
        return -floor(-x);
    }

    /** Returns 1 if equal, else 0. */
    public static float eq(float a, float b) {
        return a == b ? 1f : 0f;
    }

    /** Returns 1 if different (NaN from anything), else 0. */
    public static float ne(float a, float b) {
        return a != b ? 1f : 0f;
    }

    /** Returns 1 if a > b, else 0. */
    public static float greater(float a, float b) {
        return a > b ? 1f : 0f;
    }

    /** Returns 1 if a >= b, else 0. */
    public static float greaterEqual(float a, float b) {
        return a >= b ? 1f : 0f;
    }

    /** Returns b where {@code condition} is not 0 (NaN is not), else c. */
    public static float select(float condition, float b, float c) {
        return condition != 0f ? b : c;
    }

    // ---- The same in double precision; functions beyond these are in DoubleMath

    /** Returns -1, 0 or 1; NaN and zeros are themselves. */
    public static double sign(double x) {
        return Math.signum(x);
    }

    /** Returns 1 if equal, else 0. */
    public static double eq(double a, double b) {
        return a == b ? 1 : 0;
    }

    /** Returns 1 if different (NaN from anything), else 0. */
    public static double ne(double a, double b) {
        return a != b ? 1 : 0;
    }

    /** Returns 1 if a > b, else 0. */
    public static double greater(double a, double b) {
        return a > b ? 1 : 0;
    }

    /** Returns 1 if a >= b, else 0. */
    public static double greaterEqual(double a, double b) {
        return a >= b ? 1 : 0;
    }

    /** Returns b where {@code condition} is not 0 (NaN is not), else c. */
    public static double select(double condition, double b, double c) {
        return condition != 0 ? b : c;
    }

    /** Returns the same number as {@link #uniform(int, float, float)}. */
    public static double uniform(int index, double key0, double key1) {
        return uniform(index, (float) key0, (float) key1);
    }

    // ---- The same for integers

    /** Returns -1, 0 or 1. */
    public static int sign(int x) {
        return Integer.signum(x);
    }

    /** Returns 1 if equal, else 0. */
    public static int eq(int a, int b) {
        return a == b ? 1 : 0;
    }

    /** Returns 1 if different, else 0. */
    public static int ne(int a, int b) {
        return a != b ? 1 : 0;
    }

    /** Returns 1 if a > b, else 0. */
    public static int greater(int a, int b) {
        return a > b ? 1 : 0;
    }

    /** Returns 1 if a >= b, else 0. */
    public static int greaterEqual(int a, int b) {
        return a >= b ? 1 : 0;
    }

    /** Returns b where {@code condition} is not 0, else c. */
    public static int select(int condition, int b, int c) {
        return condition != 0 ? b : c;
    }

    // ---- Random numbers

    /**
     * Returns a random number in [0, 1), a multiple of 2^-24: the upper bits of {@link #hash}.
     *
     * @param key0 an integer from 0 to 2^24 - 1
     * @param key1 an integer from 0 to 2^24 - 1
     */
    public static float uniform(int index, float key0, float key1) {
        return (float) (hash(index, Float.floatToRawIntBits(key0), Float.floatToRawIntBits(key1)) >>> 8) * 0x1p-24f;
    }

    /**
     * Hashes a counter under a key of two words. Two rounds of C. Wellons' 32-bit finaliser {@code lowbias32}, with a
     * word made of the keys mixed in before each: each index is mapped to a different number, and the sequences of two
     * keys are unrelated permutations (with one round they would be the same one, shifted).
     */
    static int hash(int index, int key0, int key1) {
        int first = mix(key0 + 0x9e3779b9);
        int second = mix(key1 ^ first);
        return mix(mix(index ^ second) + first);
    }

    private static int mix(int bits) {
        int x = bits;
        x = (x ^ (x >>> 16)) * 0x7feb352d;
        x = (x ^ (x >>> 15)) * 0x846ca68b;
        return x ^ (x >>> 16);
    }
}
