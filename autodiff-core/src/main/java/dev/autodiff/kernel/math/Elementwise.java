package dev.autodiff.kernel.math;

/**
 * The operations that a fused loop applies to one element at a time. A closed list: every constant has a scalar and a
 * vector twin of the same name (in camel case), and the loop generators switch over it exhaustively.
 *
 * <p>Comparisons yield 1 or 0 in the type of their operands.
 */
public enum Elementwise {
    /** The operand itself: copies, and materialises a broadcast. */
    COPY(1),
    NEG(1),
    SQRT(1),
    /** The real cube root. */
    CBRT(1),
    /** e^x. */
    EXP(1),
    /** Natural logarithm. */
    LOG(1),
    /** log(1 + x), accurate near 0. */
    LOG1P(1),
    /** e^x - 1, accurate near 0. */
    EXPM1(1),
    ABS(1),
    /** -1, 0 or 1; NaN for NaN. */
    SIGN(1),
    /** max(x, 0); NaN for NaN. */
    RELU(1),
    /** 1 / (1 + e^-x). */
    SIGMOID(1),
    TANH(1),
    /** log(1 + e^x), without overflow. */
    SOFTPLUS(1),
    /** The error function. */
    ERF(1),
    /** The distribution function of the normal distribution, (1 + erf(x/√2)) / 2, accurate in its lower tail. */
    NORMAL_CDF(1),
    /** e^(-x²/2), accurate in its tails. */
    GAUSSIAN(1),
    /** The sine of an angle in radians. */
    SIN(1),
    /** The cosine of an angle in radians. */
    COS(1),
    /** The tangent of an angle in radians. */
    TAN(1),
    /** The angle from -π/2 to π/2 that has a sine. */
    ASIN(1),
    /** The angle from 0 to π that has a cosine. */
    ACOS(1),
    /** The angle from -π/2 to π/2 that has a tangent. */
    ATAN(1),
    /** (e^x - e^-x) / 2. */
    SINH(1),
    /** (e^x + e^-x) / 2. */
    COSH(1),
    /** The largest integer that is not above the operand. */
    FLOOR(1),
    /** The smallest integer that is not below the operand. */
    CEIL(1),
    /** The nearest integer, the even one if two are equally near. */
    ROUND(1),
    ADD(2),
    SUB(2),
    MUL(2),
    /** Quotient; for integers as Java's {@code /}, rounded towards 0. */
    DIV(2),
    POW(2),
    /** The smaller; NaN if either is. */
    MINIMUM(2),
    /** The larger; NaN if either is. */
    MAXIMUM(2),
    EQ(2),
    NE(2),
    GREATER(2),
    GREATER_EQUAL(2),
    /** The second operand where the first is not 0, else the third. */
    SELECT(3),
    /**
     * A random number in [0, 1) from a counter: a hash of the element's index and of two operands, the halves of the
     * key (integers from 0 to 2^24 - 1, so that both floating types hold them exactly). Floating types only. The same
     * bits whatever the kernels, the number of threads and the type's loop.
     */
    UNIFORM(2);

    private final int arity;

    Elementwise(int arity) {
        this.arity = arity;
    }

    /** Returns the number of operands, 1 to 3. */
    public int arity() {
        return arity;
    }

    /** Returns roughly how much arithmetic the operation takes on floats, in units of an addition. */
    public int cost() {
        return switch (this) {
            case COPY -> 0;
            case NEG, SQRT, ABS, ADD, SUB, MUL, DIV -> 1;
            case RELU, MINIMUM, MAXIMUM, EQ, NE, GREATER, GREATER_EQUAL, SELECT -> 2;
            case SIGN -> 4;
            case FLOOR, CEIL, ROUND -> 6;
            case EXP, EXPM1, CBRT, SIGMOID, TANH, GAUSSIAN, ASIN, ACOS, ATAN -> 25;
            case LOG, LOG1P, POW, SINH, COSH -> 30;
            case UNIFORM -> 58; // less, but with much else in a loop C2 gives up on some vectors, which become objects
            case SOFTPLUS, ERF, NORMAL_CDF, SIN, COS, TAN -> 40;
        };
    }
}
