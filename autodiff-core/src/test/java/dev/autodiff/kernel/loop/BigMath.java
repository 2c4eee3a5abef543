package dev.autodiff.kernel.loop;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** Functions to some 30 digits, from their series: the reference for kernels in double precision. */
final class BigMath {
    private static final MathContext DIGITS = new MathContext(40);
    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);
    private static final BigDecimal PI =
            new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459");
    private static final BigDecimal LN_2 =
            new BigDecimal("0.693147180559945309417232121458176568075500134360255254120680009493");
    private static final BigDecimal TWO_OVER_SQRT_PI = TWO.divide(PI.sqrt(DIGITS), DIGITS);
    /** Below this size a few terms of a series in x are enough for the relative error. */
    private static final BigDecimal SMALL = new BigDecimal("1e-10");

    /** Terms of a series that are smaller than this, compared with the sum, end it. */
    private static final BigDecimal NEGLIGIBLE = new BigDecimal("1e-35");

    private static final BigDecimal VANISHING = BigDecimal.valueOf(-2000);

    private static final int HALVINGS = 8;

    private BigMath() {}

    static BigDecimal add(BigDecimal a, BigDecimal b) {
        return a.add(b, DIGITS);
    }

    static BigDecimal sub(BigDecimal a, BigDecimal b) {
        return a.subtract(b, DIGITS);
    }

    static BigDecimal mul(BigDecimal a, BigDecimal b) {
        return a.multiply(b, DIGITS);
    }

    static BigDecimal div(BigDecimal a, BigDecimal b) {
        return a.divide(b, DIGITS);
    }

    static BigDecimal sqrt(BigDecimal x) {
        return x.sqrt(DIGITS);
    }

    /** The cube root of a number of double's range: one step of Halley's method from the double result. */
    static BigDecimal cbrt(BigDecimal x) {
        BigDecimal y = new BigDecimal(StrictMath.cbrt(x.doubleValue()));
        BigDecimal cube = mul(y, mul(y, y));
        return mul(y, div(add(cube, mul(TWO, x)), add(mul(TWO, cube), x)));
    }

    /** e^x = 2^n (e^(r / 256))^256 with r = x - n log 2; 0 far below the range of double. */
    static BigDecimal exp(BigDecimal x) {
        if (x.compareTo(VANISHING) < 0) {
            return BigDecimal.ZERO;
        }
        BigDecimal n = x.divide(LN_2, 0, RoundingMode.HALF_EVEN);
        BigDecimal r = div(x.subtract(n.multiply(LN_2)), TWO.pow(HALVINGS));
        BigDecimal result = expm1Series(r).add(ONE);
        for (int i = 0; i < HALVINGS; i++) {
            result = mul(result, result);
        }
        int power = n.intValueExact();
        return power >= 0 ? mul(result, TWO.pow(power)) : div(result, TWO.pow(-power));
    }

    private static BigDecimal expm1Series(BigDecimal x) {
        BigDecimal term = ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int n = 1; term.abs().compareTo(mul(sum.abs(), NEGLIGIBLE)) > 0; n++) {
            term = mul(term, x).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    /** e^x - 1. */
    static BigDecimal expm1(BigDecimal x) {
        return x.abs().compareTo(new BigDecimal("0.1")) < 0 ? expm1Series(x) : sub(exp(x), ONE);
    }

    /** The natural logarithm of a number of double's range: one step of Halley's method from the double result. */
    static BigDecimal log(BigDecimal x) {
        BigDecimal start = new BigDecimal(StrictMath.log(x.doubleValue()));
        BigDecimal y = exp(start);
        return start.add(div(mul(TWO, x.subtract(y)), x.add(y)), DIGITS);
    }

    /** log(1 + x). */
    static BigDecimal log1p(BigDecimal x) {
        if (x.abs().compareTo(SMALL) > 0) {
            return log(x.add(ONE));
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (int n = 5; n > 0; n--) { // x (1 - x (1/2 - x (1/3 - ...)))
            sum = mul(x, div(ONE, BigDecimal.valueOf(n)).subtract(sum, DIGITS));
        }
        return sum;
    }

    /** (1 - e^-2|x|) / (1 + e^-2|x|), with the sign of x. */
    static BigDecimal tanh(BigDecimal x) {
        BigDecimal t = expm1(mul(TWO, x.abs()).negate()).negate();
        return div(x.signum() < 0 ? t.negate() : t, sub(TWO, t));
    }

    /** 1 / (1 + e^-x). */
    static BigDecimal sigmoid(BigDecimal x) {
        return div(ONE, exp(x.negate()).add(ONE));
    }

    /** log(1 + e^x). */
    static BigDecimal softplus(BigDecimal x) {
        return x.signum() > 0 ? add(x, log1p(exp(x.negate()))) : log1p(exp(x));
    }

    /**
     * The error function: 2/sqrt(pi) e^-x^2 sum 2^n x^(2n+1) / (2n+1)!!, whose terms have one sign (Abramowitz and
     * Stegun 7.1.6). From 9 on it differs from 1 by less than 1e-36.
     */
    static BigDecimal erf(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.valueOf(9)) > 0) {
            return BigDecimal.valueOf(x.signum());
        }
        BigDecimal square = mul(x, x);
        BigDecimal term = x;
        BigDecimal sum = x;
        for (int n = 1; term.abs().compareTo(mul(sum.abs(), NEGLIGIBLE)) > 0; n++) {
            term = mul(mul(term, square), TWO).divide(BigDecimal.valueOf(2L * n + 1), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return mul(mul(TWO_OVER_SQRT_PI, sum), exp(square.negate()));
    }

    /** e^(-x^2 / 2). */
    static BigDecimal gaussian(BigDecimal x) {
        return exp(div(mul(x, x), TWO).negate());
    }

    /**
     * The normal distribution function: 1/2 plus the density times x + x^3/3 + x^5/(3 5) + ... (Abramowitz and Stegun
     * 26.2.11) near 0, else from the continued fraction of its tail (26.2.14).
     */
    static BigDecimal normalCdf(BigDecimal x) {
        BigDecimal a = x.abs();
        BigDecimal density = div(gaussian(x), TWO.multiply(PI).sqrt(DIGITS));
        BigDecimal tail;
        if (a.compareTo(BigDecimal.valueOf(4)) < 0) {
            BigDecimal term = a;
            BigDecimal sum = a;
            for (int n = 1; term.compareTo(mul(sum, NEGLIGIBLE)) > 0; n++) {
                term = div(mul(mul(term, a), a), BigDecimal.valueOf(2L * n + 1));
                sum = sum.add(term, DIGITS);
            }
            tail = new BigDecimal("0.5").subtract(mul(density, sum));
        } else {
            BigDecimal fraction = a;
            for (int n = 600; n > 0; n--) {
                fraction = add(a, div(BigDecimal.valueOf(n), fraction));
            }
            tail = div(density, fraction);
        }
        return x.signum() > 0 ? sub(ONE, tail) : tail;
    }

    /** x^y for x > 0, or for x < 0 and a whole number y. */
    static BigDecimal pow(BigDecimal x, BigDecimal y) {
        BigDecimal size = exp(mul(y, log(x.abs())));
        boolean odd = x.signum() < 0 && y.toBigInteger().testBit(0);
        return odd ? size.negate() : size;
    }

    // ---- Trigonometric and hyperbolic functions

    /** Sine and cosine of an angle: its series, after as many quarter turns have been subtracted as fit. */
    private static BigDecimal[] sinCos(BigDecimal x) {
        BigDecimal halfPi = LongPi.VALUE.divide(TWO);
        BigDecimal turns = x.divide(halfPi, 0, RoundingMode.HALF_EVEN);
        BigDecimal r = x.subtract(turns.multiply(halfPi)).round(DIGITS);
        BigDecimal sin = sinSeries(r, 1);
        BigDecimal cos = sinSeries(r, 0);
        return switch (turns.toBigInteger().mod(BigInteger.valueOf(4)).intValue()) {
            case 0 -> new BigDecimal[] {sin, cos};
            case 1 -> new BigDecimal[] {cos, sin.negate()};
            case 2 -> new BigDecimal[] {sin.negate(), cos.negate()};
            default -> new BigDecimal[] {cos.negate(), sin};
        };
    }

    /** The series of the sine, from x, or that of the cosine, from 1. */
    private static BigDecimal sinSeries(BigDecimal x, int first) {
        BigDecimal square = mul(x, x).negate();
        BigDecimal term = first == 1 ? x : ONE;
        BigDecimal sum = term;
        for (int n = first; term.abs().compareTo(mul(sum.abs(), NEGLIGIBLE)) > 0; n += 2) {
            term = mul(term, square).divide(BigDecimal.valueOf((n + 1L) * (n + 2L)), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    static BigDecimal sin(BigDecimal x) {
        return sinCos(x)[0];
    }

    static BigDecimal cos(BigDecimal x) {
        return sinCos(x)[1];
    }

    static BigDecimal tan(BigDecimal x) {
        BigDecimal[] both = sinCos(x);
        return div(both[0], both[1]);
    }

    /** The angle whose tangent is x: π/2 less that of 1/x, or twice that of x / (1 + √(1 + x²)), or its series. */
    static BigDecimal atan(BigDecimal x) {
        if (x.abs().compareTo(ONE) > 0) {
            BigDecimal rest = atan(div(ONE, x.abs()));
            BigDecimal angle = sub(div(PI, TWO), rest);
            return x.signum() < 0 ? angle.negate() : angle;
        }
        if (x.abs().compareTo(new BigDecimal("0.1")) > 0) {
            return mul(TWO, atan(div(x, add(ONE, sqrt(add(ONE, mul(x, x)))))));
        }
        BigDecimal square = mul(x, x).negate();
        BigDecimal power = x;
        BigDecimal sum = x;
        for (int n = 3; power.abs().compareTo(mul(sum.abs(), NEGLIGIBLE)) > 0; n += 2) {
            power = mul(power, square);
            sum = sum.add(power.divide(BigDecimal.valueOf(n), DIGITS), DIGITS);
        }
        return sum;
    }

    /** The angle whose sine is x: that whose tangent is x / √((1 - x) (1 + x)). */
    static BigDecimal asin(BigDecimal x) {
        BigDecimal cos = sqrt(mul(sub(ONE, x), add(ONE, x)));
        BigDecimal right = mul(BigDecimal.valueOf(x.signum()), div(PI, TWO));
        return cos.signum() == 0 ? right : atan(div(x, cos));
    }

    /** The angle whose cosine is x: twice that whose tangent is √((1 - x) / (1 + x)). */
    static BigDecimal acos(BigDecimal x) {
        BigDecimal sum = ONE.add(x);
        return sum.signum() == 0 ? PI : mul(TWO, atan(sqrt(div(ONE.subtract(x), sum))));
    }

    /** (t + t / (t + 1)) / 2 with t = e^|x| - 1, with the sign of x. */
    static BigDecimal sinh(BigDecimal x) {
        BigDecimal t = expm1(x.abs());
        BigDecimal y = div(add(t, div(t, add(t, ONE))), TWO);
        return x.signum() < 0 ? y.negate() : y;
    }

    /** (e^|x| + e^-|x|) / 2. */
    static BigDecimal cosh(BigDecimal x) {
        BigDecimal e = exp(x.abs());
        return div(add(e, div(ONE, e)), TWO);
    }

    /** π to so many digits that those left after reducing the largest double are enough. */
    private static final class LongPi {
        private static final MathContext LONG = new MathContext(420);
        /** Machin's formula: 16 atan(1/5) - 4 atan(1/239). */
        static final BigDecimal VALUE = atanOfInverse(5)
                .multiply(BigDecimal.valueOf(16))
                .subtract(atanOfInverse(239).multiply(BigDecimal.valueOf(4)), LONG);

        private static BigDecimal atanOfInverse(int n) {
            BigDecimal square = BigDecimal.valueOf((long) n * n).negate();
            BigDecimal power = ONE.divide(BigDecimal.valueOf(n), LONG);
            BigDecimal sum = power;
            for (int k = 3; power.scale() - power.precision() < 420; k += 2) {
                power = power.divide(square, LONG);
                sum = sum.add(power.divide(BigDecimal.valueOf(k), LONG), LONG);
            }
            return sum;
        }
    }
}
