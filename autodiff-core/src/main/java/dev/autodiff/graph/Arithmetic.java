package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.binary;
import static dev.autodiff.graph.ElementwiseOp.function;
import static dev.autodiff.graph.ElementwiseOp.notDifferentiable;
import static dev.autodiff.graph.ElementwiseOp.unary;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * Arithmetic element by element, with NumPy's broadcasting: shapes are aligned at their last axes, and dimensions are
 * equal or 1. Operands have one type; the functions from {@link #sqrt} on take floating-point numbers only. Sums,
 * differences and products of INT32 wrap around at 2^31 as Java's do, without an error.
 *
 * <pre>{@code
 * Tensor a = Tensors.constant(new double[][] {{1, 2}, {3, 4}});
 * Tensor b = Tensors.constant(10.0, 20.0);
 * Tensor sum = Arithmetic.add(a, b);                    // [[11.0, 22.0], [13.0, 24.0]]
 * Tensor larger = Arithmetic.maximum(a, a.neg().add(5)); // [[4.0, 3.0], [3.0, 4.0]]
 * Tensor limited = Arithmetic.clip(a, 1.5, 3.5);        // [[1.5, 2.0], [3.0, 3.5]]
 * }</pre>
 *
 * <p>Each operation is a row of a table: name, formula, kernel, and for each operand the rule in the textbook's words
 * and as code.
 */
public final class Arithmetic {
    public static final OpType ADD =
            binary("add", "a + b", Elementwise.ADD).a("dy", (y, a, b, dy) -> dy).b("dy", (y, a, b, dy) -> dy);
    public static final OpType SUB =
            binary("sub", "a - b", Elementwise.SUB).a("dy", (y, a, b, dy) -> dy).b("-dy", (y, a, b, dy) -> dy.neg());
    public static final OpType MUL = binary("mul", "a * b", Elementwise.MUL)
            .a("b * dy", (y, a, b, dy) -> dy.mul(b))
            .b("a * dy", (y, a, b, dy) -> dy.mul(a));
    public static final OpType DIV = binary("div", "a / b", Elementwise.DIV)
            .a("dy / b", (y, a, b, dy) -> dy.div(b))
            .b("-y / b * dy", (y, a, b, dy) -> dy.mul(y).div(b).neg());
    public static final OpType REMAINDER = binary("remainder", "a - b * ⌊a / b⌋", Remainders::lower, false)
            .a("dy", (y, a, b, dy) -> dy)
            .b("-⌊a / b⌋ * dy", (y, a, b, dy) -> dy.mul(Remainders.quotient(y, a, b))
                    .neg());
    public static final OpType POW = binary("pow", "a^b", Elementwise.POW)
            .a("b * a^(b - 1) * dy", (y, a, b, dy) -> dy.mul(b).mul(a.pow(exponentLessOne(a, b))))
            .b("y * log(a) * dy", (y, a, b, dy) -> dy.mul(growth(y, a)));
    public static final OpType MINIMUM = binary("minimum", "min(a, b)", Elementwise.MINIMUM)
            .a("dy where a < b, half of it where equal", (y, a, b, dy) -> whereSmaller(y, a, b, dy))
            .b("dy where b < a, half of it where equal", (y, a, b, dy) -> whereSmaller(y, b, a, dy));
    public static final OpType MAXIMUM = binary("maximum", "max(a, b)", Elementwise.MAXIMUM)
            .a("dy where a > b, half of it where equal", (y, a, b, dy) -> whereSmaller(y, b, a, dy))
            .b("dy where b > a, half of it where equal", (y, a, b, dy) -> whereSmaller(y, a, b, dy));
    public static final OpType NEG = unary("neg", "-x", Elementwise.NEG, "-dy", (y, x, dy) -> dy.neg());
    public static final OpType ABS =
            unary("abs", "|x|", Elementwise.ABS, "sign(x) * dy", (y, x, dy) -> dy.mul(sign(x)));
    public static final OpType SIGN = notDifferentiable("sign", "sign of x: -1, 0 or 1", Elementwise.SIGN);
    public static final OpType SQUARE = unary(
            "square",
            "x²",
            (ir, in) -> ir.map(Elementwise.MUL, in.get(0), in.get(0)),
            "2x * dy",
            (y, x, dy) -> dy.mul(x.mul(2)));
    public static final OpType SQRT =
            function("sqrt", "√x", Elementwise.SQRT, "dy / (2y)", (y, x, dy) -> dy.div(y.mul(2)));
    public static final OpType CBRT =
            function("cbrt", "cbrt(x)", Elementwise.CBRT, "dy / (3y²)", (y, x, dy) -> dy.div(y.mul(3))
                    .div(y)); // not by y², as infinity times 0 comes up in its derivative
    public static final OpType EXP = function("exp", "e^x", Elementwise.EXP, "y * dy", (y, x, dy) -> dy.mul(y));
    public static final OpType EXPM1 =
            function("expm1", "e^x - 1", Elementwise.EXPM1, "e^x * dy", (y, x, dy) -> dy.mul(x.exp()));
    public static final OpType LOG = function("log", "log(x)", Elementwise.LOG, "dy / x", (y, x, dy) -> dy.div(x));
    public static final OpType LOG1P =
            function("log1p", "log(1 + x)", Elementwise.LOG1P, "dy / (1 + x)", (y, x, dy) -> dy.div(x.add(1)));
    public static final OpType ERF = function(
            "erf",
            "erf(x)",
            Elementwise.ERF,
            "2/√π * e^(-x²) * dy",
            (y, x, dy) -> dy.mul(gaussian(x).square().mul(2 / Math.sqrt(Math.PI))));

    public static final OpType GAUSSIAN = function(
            "gaussian", "e^(-x² / 2)", Elementwise.GAUSSIAN, "-x * y * dy", (y, x, dy) -> dy.mul(y.mul(withinTails(x)))
                    .neg());

    public static final OpType NORMAL_CDF = function(
            "normalCdf",
            "(1 + erf(x / √2)) / 2",
            Elementwise.NORMAL_CDF,
            "e^(-x² / 2) / √(2 * π) * dy",
            (y, x, dy) -> dy.mul(normalDensity(x)));

    public static final OpType CLIP = new OpType("clip");

    /** The lower end of {@link #CLIP}. */
    public static final Attribute<Double> LOW = new Attribute<>("low");

    /** The upper end of {@link #CLIP}. */
    public static final Attribute<Double> HIGH = new Attribute<>("high");

    /** The size from which on e^(-x²/2) and what is multiplied by it are 0, in both floating types. */
    static final double TAILS = 64;

    private Arithmetic() {}

    /** Returns a + b. */
    public static Tensor add(Tensor a, Tensor b) {
        return ADD.apply(a, b);
    }

    /** Returns a - b. Warns of a column and a vector of the same length, which make all pairs. */
    public static Tensor sub(Tensor a, Tensor b) {
        Tensor y = SUB.apply(a, b);
        LikelyMistakes.pairs("sub", a, b);
        return y;
    }

    /** Returns a * b. */
    public static Tensor mul(Tensor a, Tensor b) {
        return MUL.apply(a, b);
    }

    /** Returns a / b; integers are rounded towards 0, which a warning says if constants lose a fraction. */
    public static Tensor div(Tensor a, Tensor b) {
        Tensor y = DIV.apply(a, b);
        LikelyMistakes.integerDivision(a, b);
        return y;
    }

    /**
     * Returns what is left of a after whole multiples of b: a - b ⌊a / b⌋, with the sign of b, as Python's {@code %}
     * and PyTorch's {@code remainder}; Java's {@code %} has the sign of a. Of floating-point numbers it is exact, but
     * for the rounding of the result, while |a / b| is below 2^44 (FLOAT32) or 2^102 (FLOAT64); b of 0 gives NaN.
     *
     * <pre>{@code
     * Arithmetic.remainder(Tensors.constant(-5.5, 5.5), Tensors.constant(3.0)).eval(); // [0.5 2.5]
     * }</pre>
     */
    public static Tensor remainder(Tensor a, Tensor b) {
        return REMAINDER.apply(a, b);
    }

    /**
     * Returns a^b, of floating-point numbers, with the special cases of IEEE 754: 1 where a is 1 or b is 0, whatever
     * the other is, and where a is -1 and b infinite; NaN where a is negative and b no whole number. The derivative
     * with respect to b is taken to be 0 where a is not positive and the power a number, since that is not a real
     * function of b.
     */
    public static Tensor pow(Tensor a, Tensor b) {
        Checks.floating(a);
        return POW.apply(a, b);
    }

    /** Returns the smaller of a and b; where they are equal, each gets half of the gradient. */
    public static Tensor minimum(Tensor a, Tensor b) {
        return MINIMUM.apply(a, b);
    }

    /** Returns the larger of a and b; where they are equal, each gets half of the gradient. */
    public static Tensor maximum(Tensor a, Tensor b) {
        return MAXIMUM.apply(a, b);
    }

    /**
     * Returns x limited to the range from {@code low} to {@code high}. The gradient passes where x is within the range,
     * ends included, as in PyTorch's {@code clamp}.
     *
     * @throws GraphException if low is above high, or x has whole numbers and they are not
     */
    public static Tensor clip(Tensor x, double low, double high) {
        if (!(low <= high)) {
            throw GraphErrors.mistake("clip", "the lower end " + low + " must not be above the upper end " + high, x);
        }
        Tensors.like(x, low); // checks that INT32 has this number
        Tensors.like(x, high);
        return new Clip(low, high).apply(x);
    }

    /** Returns -x. */
    public static Tensor neg(Tensor x) {
        return NEG.apply(x);
    }

    /** Returns |x|; the derivative at 0 is taken to be 0. */
    public static Tensor abs(Tensor x) {
        return ABS.apply(x);
    }

    /** Returns the sign: -1, 0 or 1. No gradient flows through it. */
    public static Tensor sign(Tensor x) {
        return SIGN.apply(x);
    }

    /** Returns x². */
    public static Tensor square(Tensor x) {
        return SQUARE.apply(x);
    }

    /** Returns √x; NaN for negative numbers. */
    public static Tensor sqrt(Tensor x) {
        return SQRT.apply(x);
    }

    /** Returns the real cube root, which is negative for negative numbers; at 0 the slope is infinite. */
    public static Tensor cbrt(Tensor x) {
        return CBRT.apply(x);
    }

    /** Returns e^x. */
    public static Tensor exp(Tensor x) {
        return EXP.apply(x);
    }

    /** Returns e^x - 1, accurate near 0. */
    public static Tensor expm1(Tensor x) {
        return EXPM1.apply(x);
    }

    /** Returns the natural logarithm; NaN for negative numbers, minus infinity for 0. */
    public static Tensor log(Tensor x) {
        return LOG.apply(x);
    }

    /** Returns log(1 + x), accurate near 0. */
    public static Tensor log1p(Tensor x) {
        return LOG1P.apply(x);
    }

    /** Returns the error function 2/√π ∫₀ˣ e^(-t²) dt. */
    public static Tensor erf(Tensor x) {
        return ERF.apply(x);
    }

    /** Returns e^(-x²/2), to the last digits also in its tails. */
    public static Tensor gaussian(Tensor x) {
        return GAUSSIAN.apply(x);
    }

    /**
     * Returns the distribution function of the normal distribution, Φ(x) = (1 + erf(x/√2)) / 2, to the last digits
     * also in its lower tail.
     */
    public static Tensor normalCdf(Tensor x) {
        return NORMAL_CDF.apply(x);
    }

    /** Returns the density of the normal distribution. */
    static Tensor normalDensity(Tensor x) {
        return gaussian(x).mul(1 / Math.sqrt(2 * Math.PI));
    }

    /** Returns x, but finite where it is multiplied by 0 afterwards: infinity times 0 is NaN. */
    static Tensor withinTails(Tensor x) {
        return clip(x, -TAILS, TAILS);
    }

    private static Tensor whereSmaller(Tensor y, Tensor a, Tensor b, Tensor dy) {
        Tensor tie = Comparisons.where(Comparisons.eq(a, b), dy.mul(0.5), LikeOps.NAN_OR_ZERO.apply(y));
        return Comparisons.where(Comparisons.less(a, b), dy, tie);
    }

    /**
     * Returns b - 1, but 1 where b is 0 and 1/a infinite: the factor b makes the product 0 there, which infinity would
     * not.
     */
    private static Tensor exponentLessOne(Tensor a, Tensor b) {
        Tensor one = Tensors.like(b, 1);
        Tensor less = b.sub(1);
        Tensor infinite = Comparisons.eq(one.div(a).abs(), Double.POSITIVE_INFINITY);
        Tensor atZero = Comparisons.where(infinite, one, less);
        return Comparisons.where(Comparisons.eq(b, 0), atZero, less);
    }

    /** Returns y * log(a), or 0 where a is not positive and y = a^b a number. */
    private static Tensor growth(Tensor y, Tensor a) {
        Tensor constant = Comparisons.lessEqual(a, 0).mul(Comparisons.eq(y, y));
        Tensor safe = Comparisons.where(constant, Tensors.like(a, 1), a); // log(1) = 0
        return Comparisons.where(constant, Tensors.like(y, 0), y).mul(safe.log());
    }

    private static final class Clip extends ParametricOp {
        private final double low;
        private final double high;

        Clip(double low, double high) {
            super(CLIP);
            this.low = low;
            this.high = high;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(LOW, low).with(HIGH, high);
        }

        @Override
        public String formula() {
            return "min(max(x, " + text(low) + "), " + text(high) + ")";
        }

        @Override
        public String rule(int input) {
            return "dy where " + text(low) + " ≤ x ≤ " + text(high) + ", else 0";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        Tensor gradient(Tensor x, Tensor dy) {
            Tensor within = Comparisons.greaterEqual(x, low).mul(Comparisons.lessEqual(x, high));
            return Comparisons.where(within, dy, LikeOps.NAN_OR_ZERO.apply(x));
        }

        @Override
        Value lower(ProgramBuilder ir, Value x) {
            Value raised = ir.map(Elementwise.MAXIMUM, x, ir.number(x.dtype(), low));
            return ir.map(Elementwise.MINIMUM, raised, ir.number(x.dtype(), high));
        }
    }
}
