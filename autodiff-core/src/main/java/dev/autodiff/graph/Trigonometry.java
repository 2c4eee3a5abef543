package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.binary;
import static dev.autodiff.graph.ElementwiseOp.function;

import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * Trigonometric and hyperbolic functions and their inverses, of floating-point numbers. Angles are in radians. The
 * hyperbolic tangent is {@link Activations#tanh}.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(0.0, 0.5, 1.0);
 * Tensor sine = Trigonometry.sin(x);       // [0.0, 0.479426, 0.841471]
 * Tensor angle = Trigonometry.acos(x);     // [1.570796, 1.047198, 0.0]
 * Tensor hanging = Trigonometry.cosh(x);   // [1.0, 1.127626, 1.543081]
 * }</pre>
 */
public final class Trigonometry {
    public static final OpType SIN =
            function("sin", "sin(x)", Elementwise.SIN, "cos(x) * dy", (y, x, dy) -> dy.mul(cos(x)));
    public static final OpType COS =
            function("cos", "cos(x)", Elementwise.COS, "-sin(x) * dy", (y, x, dy) -> dy.mul(sin(x))
                    .neg());
    public static final OpType TAN = function(
            "tan",
            "tan(x)",
            Elementwise.TAN,
            "(1 + y²) * dy",
            (y, x, dy) -> dy.mul(y.square().add(1)));
    public static final OpType ASIN = function(
            "asin",
            "asin(x)",
            Elementwise.ASIN,
            "dy / √(1 - x²)",
            (y, x, dy) -> dy.div(complement(x).sqrt()));
    public static final OpType ACOS =
            function("acos", "acos(x)", Elementwise.ACOS, "-dy / √(1 - x²)", (y, x, dy) -> dy.div(
                            complement(x).sqrt())
                    .neg());
    public static final OpType ATAN = function(
            "atan",
            "atan(x)",
            Elementwise.ATAN,
            "dy / (1 + x²)",
            (y, x, dy) -> dy.div(x.square().add(1)));
    public static final OpType ATAN2 = binary("atan2", "atan2(a, b)", Trigonometry::lowerAtan2, true)
            .a("b / (a² + b²) * dy", (y, a, b, dy) -> dy.mul(turning(b, a, b)))
            .b("-a / (a² + b²) * dy", (y, a, b, dy) -> dy.mul(turning(a, a, b)).neg());
    public static final OpType SINH =
            function("sinh", "sinh(x)", Elementwise.SINH, "cosh(x) * dy", (y, x, dy) -> dy.mul(cosh(x)));
    public static final OpType COSH =
            function("cosh", "cosh(x)", Elementwise.COSH, "sinh(x) * dy", (y, x, dy) -> dy.mul(sinh(x)));
    public static final OpType ASINH = function(
            "asinh",
            "asinh(x)",
            Trigonometry::lowerAsinh,
            "dy / √(x² + 1)",
            (y, x, dy) -> dy.div(hypotenuseWithOne(x)));
    public static final OpType ACOSH = function(
            "acosh",
            "acosh(x)",
            Trigonometry::lowerAcosh,
            "dy / √(x² - 1)",
            (y, x, dy) -> dy.div(x.sub(1).sqrt().mul(x.add(1).sqrt()))); // a product, as x² may overflow
    public static final OpType ATANH = function(
            "atanh", "atanh(x)", Trigonometry::lowerAtanh, "dy / (1 - x²)", (y, x, dy) -> dy.div(complement(x)));

    /** Above, 1 is negligible beside the square of a number, which may overflow. */
    private static final double LARGE = 0x1p30;

    private Trigonometry() {}

    /** Returns the sine. */
    public static Tensor sin(Tensor x) {
        return SIN.apply(x);
    }

    /** Returns the cosine. */
    public static Tensor cos(Tensor x) {
        return COS.apply(x);
    }

    /** Returns the tangent. */
    public static Tensor tan(Tensor x) {
        return TAN.apply(x);
    }

    /** Returns the angle from -π/2 to π/2 whose sine is x; NaN outside of -1 to 1, at which the slope is infinite. */
    public static Tensor asin(Tensor x) {
        return ASIN.apply(x);
    }

    /** Returns the angle from 0 to π whose cosine is x; NaN outside of -1 to 1, at which the slope is infinite. */
    public static Tensor acos(Tensor x) {
        return ACOS.apply(x);
    }

    /** Returns the angle from -π/2 to π/2 whose tangent is x. */
    public static Tensor atan(Tensor x) {
        return ATAN.apply(x);
    }

    /**
     * Returns the angle from -π to π of the point (x, y), seen from the origin and counted from the first axis, as
     * NumPy's {@code arctan2}: that of y / x in the right quadrant. Both may be 0, signed and infinite, as for {@link
     * Math#atan2}; the derivative at the origin is taken to be 0, as in PyTorch.
     *
     * <pre>{@code
     * Tensor angle = Trigonometry.atan2(Tensors.constant(0.0, 1.0, -1.0), Tensors.constant(-1.0, 0.0, -1.0));
     * angle.eval(); // [ 3.14159265  1.57079633 -2.35619449]
     * }</pre>
     *
     * @param y the second coordinate, floating-point numbers
     * @param x the first coordinate, of the same type and of a shape that broadcasts with it
     */
    public static Tensor atan2(Tensor y, Tensor x) {
        return ATAN2.apply(y, x);
    }

    /** Returns the hyperbolic sine (e^x - e^-x) / 2. */
    public static Tensor sinh(Tensor x) {
        return SINH.apply(x);
    }

    /** Returns the hyperbolic cosine (e^x + e^-x) / 2. */
    public static Tensor cosh(Tensor x) {
        return COSH.apply(x);
    }

    /** Returns the number whose hyperbolic sine is x: log(x + √(x² + 1)). */
    public static Tensor asinh(Tensor x) {
        return ASINH.apply(x);
    }

    /** Returns the number from 0 on whose hyperbolic cosine is x: log(x + √(x² - 1)); NaN below 1. */
    public static Tensor acosh(Tensor x) {
        return ACOSH.apply(x);
    }

    /** Returns the number whose hyperbolic tangent is x: log((1 + x) / (1 - x)) / 2; NaN outside of -1 to 1. */
    public static Tensor atanh(Tensor x) {
        return ATANH.apply(x);
    }

    /** Returns c / (a² + b²) for one c of the two, without overflow: with both divided by the larger. */
    private static Tensor turning(Tensor c, Tensor a, Tensor b) {
        Tensor larger = Arithmetic.maximum(a.abs(), b.abs()).stopGradient();
        Tensor isOrigin = larger.eq(0); // where the derivative is taken to be 0
        Tensor m = larger.add(isOrigin);
        return c.div(m)
                .div(a.div(m).square().add(b.div(m).square()).add(isOrigin))
                .div(m);
    }

    /** With t the smaller by the larger of |a| and |b|: atan(t), or π/2 - atan(t) if |a| is larger, then signs. */
    private static Value lowerAtan2(ProgramBuilder ir, List<Value> in) {
        Value a = ir.map(Elementwise.ABS, in.get(0));
        Value b = ir.map(Elementwise.ABS, in.get(1));
        Value zero = ir.number(a.dtype(), 0);
        Value infinity = ir.number(a.dtype(), Double.POSITIVE_INFINITY);
        Value smaller = ir.map(Elementwise.MINIMUM, a, b);
        Value larger = ir.map(Elementwise.MAXIMUM, a, b);
        Value t = ir.map(Elementwise.DIV, smaller, larger);
        t = ir.map(Elementwise.SELECT, ir.map(Elementwise.EQ, larger, zero), zero, t); // 0 / 0
        t = ir.map(Elementwise.SELECT, ir.map(Elementwise.EQ, smaller, infinity), ir.number(a.dtype(), 1), t);
        Value angle = ir.map(Elementwise.ATAN, t);
        Value steep = ir.map(Elementwise.SUB, ir.number(a.dtype(), Math.PI / 2), angle);
        angle = ir.map(Elementwise.SELECT, ir.map(Elementwise.GREATER, a, b), steep, angle);
        Value behind = ir.map(Elementwise.SUB, ir.number(a.dtype(), Math.PI), angle);
        angle = ir.map(Elementwise.SELECT, isNegative(ir, in.get(1)), behind, angle);
        return ir.map(Elementwise.SELECT, isNegative(ir, in.get(0)), ir.map(Elementwise.NEG, angle), angle);
    }

    /** Returns 1 for numbers below 0 and for -0, of which 1/x is below 0. */
    private static Value isNegative(ProgramBuilder ir, Value x) {
        Value zero = ir.number(x.dtype(), 0);
        Value inverse = ir.map(Elementwise.DIV, ir.number(x.dtype(), 1), x);
        return ir.map(
                Elementwise.MAXIMUM, ir.map(Elementwise.GREATER, zero, x), ir.map(Elementwise.GREATER, zero, inverse));
    }

    /** Returns 1 - x², without the loss of digits near 1. */
    private static Tensor complement(Tensor x) {
        return Tensors.like(x, 1).sub(x).mul(x.add(1));
    }

    /** Returns √(x² + 1) without overflow: m √((1/m)² + (x/m)²) for any m, here the larger of |x| and 1. */
    private static Tensor hypotenuseWithOne(Tensor x) {
        Tensor one = Tensors.like(x, 1);
        Tensor m = Arithmetic.maximum(x.abs(), one).stopGradient();
        return m.mul(one.div(m).square().add(x.div(m).square()).sqrt());
    }

    /** With a = |x|: log(1 + a + a / (1/a + √(1/a² + 1))), which keeps its digits near 0; log 2a where a is large. */
    private static Value lowerAsinh(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value a = ir.map(Elementwise.ABS, x);
        Value one = ir.number(x.dtype(), 1);
        Value inverse = ir.map(Elementwise.DIV, one, a);
        Value root = ir.map(Elementwise.SQRT, ir.map(Elementwise.ADD, ir.map(Elementwise.MUL, inverse, inverse), one));
        Value more = ir.map(Elementwise.DIV, a, ir.map(Elementwise.ADD, inverse, root));
        Value y = ir.map(Elementwise.LOG1P, ir.map(Elementwise.ADD, a, more));
        return ir.map(Elementwise.MUL, logOfTwiceIfLarge(ir, a, y), ir.map(Elementwise.SIGN, x));
    }

    /** With t = x - 1: log(1 + t + √t √(t + 2)), which keeps its digits near 1; log 2x where x is large. */
    private static Value lowerAcosh(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value t = ir.map(Elementwise.SUB, x, ir.number(x.dtype(), 1));
        Value t2 = ir.map(Elementwise.ADD, t, ir.number(x.dtype(), 2));
        Value roots = ir.map(Elementwise.MUL, ir.map(Elementwise.SQRT, t), ir.map(Elementwise.SQRT, t2));
        return logOfTwiceIfLarge(ir, x, ir.map(Elementwise.LOG1P, ir.map(Elementwise.ADD, t, roots)));
    }

    private static Value logOfTwiceIfLarge(ProgramBuilder ir, Value x, Value otherwise) {
        Value log = ir.map(Elementwise.ADD, ir.map(Elementwise.LOG, x), ir.number(x.dtype(), StrictMath.log(2)));
        Value large = ir.map(Elementwise.GREATER, x, ir.number(x.dtype(), LARGE));
        return ir.map(Elementwise.SELECT, large, log, otherwise);
    }

    /** With a = |x|: log(1 + 2a / (1 - a)) / 2 with the sign of x, which keeps its digits near 0. */
    private static Value lowerAtanh(ProgramBuilder ir, List<Value> in) {
        Value x = in.get(0);
        Value a = ir.map(Elementwise.ABS, x);
        Value rest = ir.map(Elementwise.SUB, ir.number(x.dtype(), 1), a);
        Value y = ir.map(Elementwise.LOG1P, ir.map(Elementwise.DIV, ir.map(Elementwise.ADD, a, a), rest));
        Value half = ir.map(Elementwise.MUL, ir.number(x.dtype(), 0.5), ir.map(Elementwise.SIGN, x));
        return ir.map(Elementwise.MUL, y, half);
    }
}
