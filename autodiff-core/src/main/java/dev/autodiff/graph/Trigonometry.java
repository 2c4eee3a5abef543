package dev.autodiff.graph;

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
