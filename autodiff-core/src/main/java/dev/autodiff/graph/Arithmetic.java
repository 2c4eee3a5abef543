package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.binary;
import static dev.autodiff.graph.ElementwiseOp.function;
import static dev.autodiff.graph.ElementwiseOp.notDifferentiable;
import static dev.autodiff.graph.ElementwiseOp.unary;

import dev.autodiff.kernel.math.Elementwise;

/**
 * Arithmetic element by element, with NumPy's broadcasting. Each operation is a row of a table: name, formula, kernel, and
 * for each operand the rule in the textbook's words and as code.
 */
public final class Arithmetic {
    private static final Op ADD =
            binary("add", "a + b", Elementwise.ADD).a("dy", (y, a, b, dy) -> dy).b("dy", (y, a, b, dy) -> dy);
    private static final Op SUB =
            binary("sub", "a - b", Elementwise.SUB).a("dy", (y, a, b, dy) -> dy).b("-dy", (y, a, b, dy) -> dy.neg());
    private static final Op MUL = binary("mul", "a * b", Elementwise.MUL)
            .a("b * dy", (y, a, b, dy) -> dy.mul(b))
            .b("a * dy", (y, a, b, dy) -> dy.mul(a));
    private static final Op DIV = binary("div", "a / b", Elementwise.DIV)
            .a("dy / b", (y, a, b, dy) -> dy.div(b))
            .b("-y / b * dy", (y, a, b, dy) -> dy.mul(y).div(b).neg());
    private static final Op POW = binary("pow", "a^b", Elementwise.POW)
            .a("b * a^(b - 1) * dy", (y, a, b, dy) -> dy.mul(b).mul(a.pow(exponentLessOne(a, b))))
            .b("y * log(a) * dy", (y, a, b, dy) -> dy.mul(y).mul(logOfPositive(a)));
    private static final Op MINIMUM = binary("minimum", "min(a, b)", Elementwise.MINIMUM)
            .a("dy where a < b, half of it where equal", (y, a, b, dy) -> whereSmaller(a, b, dy))
            .b("dy where b < a, half of it where equal", (y, a, b, dy) -> whereSmaller(b, a, dy));
    private static final Op MAXIMUM = binary("maximum", "max(a, b)", Elementwise.MAXIMUM)
            .a("dy where a > b, half of it where equal", (y, a, b, dy) -> whereSmaller(b, a, dy))
            .b("dy where b > a, half of it where equal", (y, a, b, dy) -> whereSmaller(a, b, dy));
    private static final Op NEG = unary("neg", "-x", Elementwise.NEG, "-dy", (y, x, dy) -> dy.neg());
    private static final Op ABS = unary("abs", "|x|", Elementwise.ABS, "sign(x) * dy", (y, x, dy) -> dy.mul(sign(x)));
    private static final Op SIGN = notDifferentiable("sign", "sign of x: -1, 0 or 1", Elementwise.SIGN);
    private static final Op SQUARE = unary("square", "x²", Elementwise.MUL, "2x * dy", (y, x, dy) -> dy.mul(x.mul(2)))
            .lowered((ir, in) -> ir.map(Elementwise.MUL, in.get(0), in.get(0)));
    private static final Op SQRT =
            function("sqrt", "√x", Elementwise.SQRT, "dy / (2y)", (y, x, dy) -> dy.div(y.mul(2)));
    private static final Op EXP = function("exp", "e^x", Elementwise.EXP, "y * dy", (y, x, dy) -> dy.mul(y));
    private static final Op EXPM1 =
            function("expm1", "e^x - 1", Elementwise.EXPM1, "(y + 1) * dy", (y, x, dy) -> dy.mul(y.add(1)));
    private static final Op LOG = function("log", "log(x)", Elementwise.LOG, "dy / x", (y, x, dy) -> dy.div(x));
    private static final Op LOG1P =
            function("log1p", "log(1 + x)", Elementwise.LOG1P, "dy / (1 + x)", (y, x, dy) -> dy.div(x.add(1)));
    private static final Op ERF = function(
            "erf",
            "erf(x)",
            Elementwise.ERF,
            "2/√π * e^(-x²) * dy",
            (y, x, dy) -> dy.mul(x.square().neg().exp().mul(2 / Math.sqrt(Math.PI))));

    private Arithmetic() {}

    /** a + b. */
    public static Tensor add(Tensor a, Tensor b) {
        return ADD.apply(a, b);
    }

    /** a - b. */
    public static Tensor sub(Tensor a, Tensor b) {
        return SUB.apply(a, b);
    }

    /** a * b. */
    public static Tensor mul(Tensor a, Tensor b) {
        return MUL.apply(a, b);
    }

    /** a / b; integers are rounded towards 0. */
    public static Tensor div(Tensor a, Tensor b) {
        return DIV.apply(a, b);
    }

    /**
     * a to the power of b. The derivative with respect to b is taken to be 0 where a is not positive, since the power is
     * not a real function of b there.
     */
    public static Tensor pow(Tensor a, Tensor b) {
        Require.floating(a);
        return POW.apply(a, b);
    }

    /** The smaller of a and b; where they are equal, each gets half of the gradient. */
    public static Tensor minimum(Tensor a, Tensor b) {
        return MINIMUM.apply(a, b);
    }

    /** The larger of a and b; where they are equal, each gets half of the gradient. */
    public static Tensor maximum(Tensor a, Tensor b) {
        return MAXIMUM.apply(a, b);
    }

    /**
     * x limited to the range from {@code low} to {@code high}; the gradient is passed on where x is within the range, ends
     * included, as in PyTorch's {@code clamp}.
     */
    public static Tensor clip(Tensor x, double low, double high) {
        if (!(low <= high)) {
            throw Explanation.mistake("clip", "the lower end " + low + " must not be above the upper end " + high, x);
        }
        Tensor lower = Tensors.like(x, low);
        Tensor upper = Tensors.like(x, high);
        return Comparisons.where(
                Comparisons.less(x, lower), lower, Comparisons.where(Comparisons.greater(x, upper), upper, x));
    }

    /** -x. */
    public static Tensor neg(Tensor x) {
        return NEG.apply(x);
    }

    /** |x|; the derivative at 0 is taken to be 0. */
    public static Tensor abs(Tensor x) {
        return ABS.apply(x);
    }

    /** -1, 0 or 1. No gradient flows through it. */
    public static Tensor sign(Tensor x) {
        return SIGN.apply(x);
    }

    /** x * x. */
    public static Tensor square(Tensor x) {
        return SQUARE.apply(x);
    }

    /** Square root; NaN for negative numbers. */
    public static Tensor sqrt(Tensor x) {
        return SQRT.apply(x);
    }

    /** e^x. */
    public static Tensor exp(Tensor x) {
        return EXP.apply(x);
    }

    /** e^x - 1, accurate near 0. */
    public static Tensor expm1(Tensor x) {
        return EXPM1.apply(x);
    }

    /** Natural logarithm; NaN for negative numbers, minus infinity for 0. */
    public static Tensor log(Tensor x) {
        return LOG.apply(x);
    }

    /** log(1 + x), accurate near 0. */
    public static Tensor log1p(Tensor x) {
        return LOG1P.apply(x);
    }

    /** The error function 2/√π ∫₀ˣ e^(-t²) dt. */
    public static Tensor erf(Tensor x) {
        return ERF.apply(x);
    }

    private static Tensor whereSmaller(Tensor a, Tensor b, Tensor dy) {
        Tensor zero = Tensors.like(dy, 0);
        Tensor tie = Comparisons.where(Comparisons.eq(a, b), dy.mul(0.5), zero);
        return Comparisons.where(Comparisons.less(a, b), dy, tie);
    }

    /** b - 1, but 1 where a and b are 0: the factor b makes the product 0 there, which 0^-1 would not. */
    private static Tensor exponentLessOne(Tensor a, Tensor b) {
        Tensor zero = Tensors.like(b, 0);
        Tensor less = b.sub(1);
        Tensor atZero = Comparisons.where(Comparisons.eq(a, zero), Tensors.like(b, 1), less);
        return Comparisons.where(Comparisons.eq(b, zero), atZero, less);
    }

    private static Tensor logOfPositive(Tensor a) {
        Tensor positive = Comparisons.greater(a, Tensors.like(a, 0));
        Tensor safe = Comparisons.where(positive, a, Tensors.like(a, 1)); // log(1) = 0
        return safe.log();
    }
}
