package dev.autodiff.kernel.loop;

import static java.util.Map.entry;

import dev.autodiff.kernel.math.DoubleMath;
import dev.autodiff.kernel.math.Elementwise;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The accuracy that every elementwise kernel promises, in units in the last place (ulp) of the true result, over all
 * its range. {@link AccuracyTest} holds them to it.
 *
 * <p>A bound is little above the largest error that was measured, so that a wrong digit in a coefficient is noticed: 0
 * where the result is exact, 0.5 where it is rounded correctly. Those of {@link Math} are the bounds that its
 * documentation gives.
 */
final class AccuracyTable {
    /** A reference in double precision: the result for operands a, b, c; the last ones are not used by all. */
    interface Plain {
        double of(double a, double b, double c);
    }

    /** A reference to many digits, for finite operands and results. */
    interface Exact {
        BigDecimal of(BigDecimal a, BigDecimal b);
    }

    /**
     * The row of an operation.
     *
     * @param floatUlps the bound in single precision
     * @param doubleUlps the bound in double precision
     * @param plain the reference in double precision: for floats, and for what is infinite, NaN or 0
     * @param exact the reference for doubles; null if {@code plain} has no error
     */
    record Row(
            double floatUlps,
            double doubleUlps,
            Plain plain,
            @Nullable Exact exact) {}

    private static final Map<Elementwise, Row> ROWS = Map.ofEntries(
            entry(Elementwise.COPY, exact((a, b, c) -> a)),
            entry(Elementwise.NEG, exact((a, b, c) -> -a)),
            entry(Elementwise.ABS, exact((a, b, c) -> Math.abs(a))),
            entry(Elementwise.SIGN, exact((a, b, c) -> Math.signum(a))),
            entry(Elementwise.RELU, exact((a, b, c) -> Math.max(a, 0))),
            entry(Elementwise.MINIMUM, exact((a, b, c) -> Math.min(a, b))),
            entry(Elementwise.MAXIMUM, exact((a, b, c) -> Math.max(a, b))),
            entry(Elementwise.EQ, exact((a, b, c) -> a == b ? 1 : 0)),
            entry(Elementwise.NE, exact((a, b, c) -> a != b ? 1 : 0)),
            entry(Elementwise.GREATER, exact((a, b, c) -> a > b ? 1 : 0)),
            entry(Elementwise.GREATER_EQUAL, exact((a, b, c) -> a >= b ? 1 : 0)),
            entry(Elementwise.SELECT, exact((a, b, c) -> a != 0 ? b : c)),
            entry(Elementwise.SQRT, row(0.5, 0.5, (a, b, c) -> Math.sqrt(a), (a, b) -> BigMath.sqrt(a))),
            entry(Elementwise.CBRT, row(0.501, 1, (a, b, c) -> StrictMath.cbrt(a), (a, b) -> BigMath.cbrt(a))),
            entry(Elementwise.ADD, row(0.5, 0.5, (a, b, c) -> a + b, BigMath::add)),
            entry(Elementwise.SUB, row(0.5, 0.5, (a, b, c) -> a - b, BigMath::sub)),
            entry(Elementwise.MUL, row(0.5, 0.5, (a, b, c) -> a * b, BigMath::mul)),
            entry(Elementwise.DIV, row(0.5, 0.5, (a, b, c) -> a / b, BigMath::div)),
            entry(Elementwise.POW, row(0.5, 1, (a, b, c) -> power(a, b), BigMath::pow)),
            entry(Elementwise.EXP, row(1.1, 1, (a, b, c) -> StrictMath.exp(a), (a, b) -> BigMath.exp(a))),
            entry(Elementwise.EXPM1, row(1.6, 1, (a, b, c) -> StrictMath.expm1(a), (a, b) -> BigMath.expm1(a))),
            entry(Elementwise.LOG, row(0.9, 1, (a, b, c) -> StrictMath.log(a), (a, b) -> BigMath.log(a))),
            entry(Elementwise.LOG1P, row(1.5, 1, (a, b, c) -> StrictMath.log1p(a), (a, b) -> BigMath.log1p(a))),
            entry(Elementwise.TANH, row(2.5, 2.5, (a, b, c) -> StrictMath.tanh(a), (a, b) -> BigMath.tanh(a))),
            entry(Elementwise.SIGMOID, row(2.4, 2, (a, b, c) -> sigmoid(a), (a, b) -> BigMath.sigmoid(a))),
            entry(Elementwise.SOFTPLUS, row(1.7, 1.5, (a, b, c) -> softplus(a), (a, b) -> BigMath.softplus(a))),
            entry(Elementwise.SIN, row(1.6, 1, (a, b, c) -> StrictMath.sin(a), (a, b) -> BigMath.sin(a))),
            entry(Elementwise.COS, row(1.6, 1, (a, b, c) -> StrictMath.cos(a), (a, b) -> BigMath.cos(a))),
            entry(Elementwise.TAN, row(3.7, 1, (a, b, c) -> StrictMath.tan(a), (a, b) -> BigMath.tan(a))),
            entry(Elementwise.ASIN, row(1.9, 1, (a, b, c) -> StrictMath.asin(a), (a, b) -> BigMath.asin(a))),
            entry(Elementwise.ACOS, row(1.3, 1, (a, b, c) -> StrictMath.acos(a), (a, b) -> BigMath.acos(a))),
            entry(Elementwise.ATAN, row(1.4, 1, (a, b, c) -> StrictMath.atan(a), (a, b) -> BigMath.atan(a))),
            entry(Elementwise.SINH, row(2.3, 2.5, (a, b, c) -> StrictMath.sinh(a), (a, b) -> BigMath.sinh(a))),
            entry(Elementwise.COSH, row(1.5, 2.5, (a, b, c) -> StrictMath.cosh(a), (a, b) -> BigMath.cosh(a))),
            entry(Elementwise.FLOOR, exact((a, b, c) -> Math.floor(a))),
            entry(Elementwise.CEIL, exact((a, b, c) -> Math.ceil(a))),
            entry(Elementwise.ROUND, exact((a, b, c) -> Math.rint(a))),
            entry(Elementwise.ERF, row(1.1, 3, (a, b, c) -> DoubleMath.erf(a), (a, b) -> BigMath.erf(a))),
            entry(
                    Elementwise.NORMAL_CDF,
                    row(4.2, 4, (a, b, c) -> DoubleMath.normalCdf(a), (a, b) -> BigMath.normalCdf(a))),
            entry(
                    Elementwise.GAUSSIAN,
                    row(1.7, 3, (a, b, c) -> DoubleMath.gaussian(a), (a, b) -> BigMath.gaussian(a))));

    private AccuracyTable() {}

    /** The row of an operation, null if there is none. */
    static @Nullable Row of(Elementwise op) {
        return ROWS.get(op);
    }

    private static Row exact(Plain plain) {
        return new Row(0, 0, plain, null);
    }

    private static Row row(double floatUlps, double doubleUlps, Plain plain, Exact exact) {
        return new Row(floatUlps, doubleUlps, plain, exact);
    }

    /** The power of IEEE 754, which Java's differs from. */
    private static double power(double x, double y) {
        boolean one = x == 1 || (x == -1 && Double.isInfinite(y));
        return one ? 1 : StrictMath.pow(x, y);
    }

    private static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    private static double softplus(double x) {
        return x > 0 ? x + StrictMath.log1p(StrictMath.exp(-x)) : StrictMath.log1p(StrictMath.exp(x));
    }
}
