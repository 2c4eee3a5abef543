package dev.autodiff.kernel.math;

/**
 * Functions of one number in double precision that are functions of {@link Math} or follow from them; those of
 * {@link StrictMath} where bits have to be the same on every machine and JDK, see {@link ScalarMath#STRICT}.
 */
public final class DoubleMath {
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;

    /** The polynomial of {@link #normalCdf}, from its highest power down; relative error 2^-53.6. */
    private static final double[] NORMAL_TAIL = {
        1.9844072305621602e-10,
        4.347202324981508e-09,
        1.134064999612679e-08,
        -1.888137725703163e-08,
        -1.0111129755671242e-07,
        2.8055596826956697e-09,
        5.432100827612577e-07,
        4.02096637961752e-07,
        -2.608039199565658e-06,
        -3.430553944494517e-06,
        1.362512870208532e-05,
        2.1249416709821007e-05,
        -8.785278100423642e-05,
        -9.443010932300517e-05,
        0.0006948970458933204,
        -0.0002856231172674321,
        -0.005002378585987421,
        0.017936097481063274,
        -0.03219783742831323,
        0.028600364053505536,
        0.013999634724429484,
        -0.09670347732652537,
        0.47205320650984467
    };

    private DoubleMath() {}

    /** Returns e^x. */
    public static double exp(double x) {
        return ScalarMath.STRICT ? StrictMath.exp(x) : Math.exp(x);
    }

    /** Returns the natural logarithm. */
    public static double log(double x) {
        return ScalarMath.STRICT ? StrictMath.log(x) : Math.log(x);
    }

    /** Returns log(1 + x). */
    public static double log1p(double x) {
        return ScalarMath.STRICT ? StrictMath.log1p(x) : Math.log1p(x);
    }

    /** Returns 1 / (1 + e^-x). */
    public static double sigmoid(double x) {
        double e = exp(-Math.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /** Returns log(1 + e^x). */
    public static double softplus(double x) {
        return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
    }

    /**
     * Returns x to the power y as IEEE 754 has it, and NumPy and PyTorch: {@link Math#pow}, but 1 if x is 1, and if x
     * is -1 and y infinite.
     */
    public static double pow(double x, double y) {
        return x == 1 || (x == -1 && Double.isInfinite(y))
                ? 1
                : ScalarMath.STRICT ? StrictMath.pow(x, y) : Math.pow(x, y);
    }

    /**
     * Returns the error function, within 3 ulp: near 0 by its series 2/sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1))
     * (Abramowitz and Stegun 7.1.5), else as 1 - 2 {@link #normalCdf}(-sqrt(2) |x|).
     */
    public static double erf(double x) {
        double a = Math.abs(x);
        if (a < 0.65) {
            double square = x * x;
            double sum = 0;
            double term = 1;
            for (int n = 0; Math.abs(term) > 0x1p-58; n++) {
                sum += term / (2 * n + 1);
                term *= -square / (n + 1);
            }
            return TWO_OVER_SQRT_PI * x * sum;
        }
        return Math.copySign(1 - 2 * normalCdf(-Math.sqrt(2) * a), x);
    }

    /**
     * Returns e^(-x^2/2), within 3 ulp: x = h + l, where h has so few digits that its square is exact, and
     * x^2 = h^2 + (x - h)(x + h).
     */
    public static double gaussian(double x) {
        double a = Math.min(Math.abs(x), 39);
        double h = Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xffff_ffff_f800_0000L);
        double d = -0.5 * (a - h) * (a + h);
        double e = exp(-0.5 * h * h);
        return e + e * (d * (1 + d * (0.5 + d * (1 / 6.0))));
    }

    /**
     * Returns the normal distribution function, within 4 ulp, as {@link ScalarMath#normalCdf} does; but the polynomial
     * is that of (1 + |x|) e^(x^2/2) times the tail, which is nearly constant: no digits are lost where the tail is
     * small.
     */
    public static double normalCdf(double x) {
        double a = Math.min(Math.abs(x), 39);
        double t = (a - 4) / (a + 4);
        double p = 0;
        for (double coefficient : NORMAL_TAIL) {
            p = p * t + coefficient;
        }
        double tail = p * gaussian(a) / (1 + a);
        return x > 0 ? 1 - tail : tail;
    }
}
