package dev.autodiff.io.onnx.export;

import dev.autodiff.array.DType;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Rounding;
import dev.autodiff.graph.Trigonometry;
import dev.autodiff.io.onnx.schema.AttributeProto;
import dev.autodiff.nn.Losses;
import java.util.List;
import java.util.Map;

/** Functions of one element at a time. What ONNX lacks is composed so that digits are kept near 0. */
final class ElementwiseRules {
    private ElementwiseRules() {}

    static void addTo(Map<OpType, Rule> rules) {
        arithmetic(rules);
        functions(rules);
        activations(rules);
        comparisons(rules);
    }

    private static void arithmetic(Map<OpType, Rule> rules) {
        rules.put(Arithmetic.ADD, Rule.same("Add"));
        rules.put(Arithmetic.SUB, Rule.same("Sub"));
        rules.put(Losses.DIFFERENCE, Rule.same("Sub"));
        rules.put(Arithmetic.MUL, Rule.same("Mul"));
        rules.put(Arithmetic.DIV, Rule.same("Div"));
        rules.put(Arithmetic.POW, Rule.same("Pow"));
        rules.put(Arithmetic.REMAINDER, ElementwiseRules::remainder);
        rules.put(Arithmetic.MINIMUM, Rule.same("Min"));
        rules.put(Arithmetic.MAXIMUM, Rule.same("Max"));
        rules.put(Arithmetic.NEG, Rule.same("Neg"));
        rules.put(Arithmetic.ABS, Rule.same("Abs"));
        rules.put(Arithmetic.SIGN, Rule.same("Sign"));
        rules.put(Arithmetic.SQUARE, e -> e.op("Mul", e.in(0), e.in(0)));
        rules.put(
                Arithmetic.CLIP,
                e -> e.op("Clip", e.in(0), e.number(e.get(Arithmetic.LOW)), e.number(e.get(Arithmetic.HIGH))));
        rules.put(Rounding.FLOOR, Rule.same("Floor"));
        rules.put(Rounding.CEIL, Rule.same("Ceil"));
        rules.put(Rounding.ROUND, Rule.same("Round"));
    }

    private static void functions(Map<OpType, Rule> rules) {
        rules.put(Arithmetic.SQRT, Rule.same("Sqrt"));
        rules.put(Arithmetic.CBRT, ElementwiseRules::cbrt);
        rules.put(Arithmetic.EXP, Rule.same("Exp"));
        rules.put(Arithmetic.EXPM1, ElementwiseRules::expm1);
        rules.put(Arithmetic.LOG, Rule.same("Log"));
        rules.put(Arithmetic.LOG1P, ElementwiseRules::log1p);
        rules.put(Arithmetic.ERF, Rule.same("Erf"));
        rules.put(Arithmetic.GAUSSIAN, e -> {
            String square = e.op("Mul", e.in(0), e.in(0));
            return e.op("Exp", e.op("Mul", square, e.number(-0.5)));
        });
        rules.put(Arithmetic.NORMAL_CDF, ElementwiseRules::normalCdf);
        rules.put(Trigonometry.SIN, Rule.same("Sin"));
        rules.put(Trigonometry.COS, Rule.same("Cos"));
        rules.put(Trigonometry.TAN, Rule.same("Tan"));
        rules.put(Trigonometry.ASIN, Rule.same("Asin"));
        rules.put(Trigonometry.ACOS, Rule.same("Acos"));
        rules.put(Trigonometry.ATAN, Rule.same("Atan"));
        rules.put(Trigonometry.ATAN2, ElementwiseRules::atan2);
        rules.put(Trigonometry.SINH, Rule.same("Sinh"));
        rules.put(Trigonometry.COSH, Rule.same("Cosh"));
        rules.put(Trigonometry.ASINH, Rule.same("Asinh"));
        rules.put(Trigonometry.ACOSH, Rule.same("Acosh"));
        rules.put(Trigonometry.ATANH, Rule.same("Atanh"));
    }

    /** Writes the remainder with the sign of the divisor, which ONNX has of integers alone. */
    private static String remainder(Emission e) {
        String b = e.in(1);
        if (e.dtype() == DType.INT32) {
            return e.op("Mod", e.in(0), b);
        }
        String left = e.op("Mod", List.of(AttributeProto.of("fmod", 1)), e.in(0), b);
        String otherSign = e.op("Less", e.op("Mul", e.op("Sign", left), e.op("Sign", b)), e.number(0));
        return e.op("Where", otherSign, e.op("Add", left, b), left);
    }

    /** Writes atan(a / b), and turns it by half a circle where b is below 0. */
    private static String atan2(Emission e) {
        String a = e.in(0);
        String b = e.in(1);
        String isOrigin = e.op("And", e.op("Equal", a, e.number(0)), e.op("Equal", b, e.number(0)));
        String angle = e.op("Atan", e.op("Div", a, e.op("Where", isOrigin, e.number(1), b)));
        String half = e.op("Where", e.op("Less", a, e.number(0)), e.number(-Math.PI), e.number(Math.PI));
        return e.op("Where", e.op("Less", b, e.number(0)), e.op("Add", angle, half), angle);
    }

    /** Writes sign(x) |x|^(1/3). */
    private static String cbrt(Emission e) {
        return e.op("Mul", e.op("Sign", e.in(0)), e.op("Pow", e.op("Abs", e.in(0)), e.number(1 / 3.0)));
    }

    /** Writes e^x - 1 as tanh(x/2) (e^x + 1). */
    private static String expm1(Emission e) {
        String half = e.op("Tanh", e.op("Mul", e.in(0), e.number(0.5)));
        return e.op("Mul", half, e.op("Add", e.op("Exp", e.in(0)), e.number(1)));
    }

    /** Writes log(1 + x), near 0 as 2 atanh(x / (2 + x)). */
    private static String log1p(Emission e) {
        String x = e.in(0);
        String quotient = e.op("Div", x, e.op("Add", x, e.number(2)));
        String near = e.op("Mul", e.op("Atanh", quotient), e.number(2));
        String far = e.op("Log", e.op("Add", x, e.number(1)));
        return e.op("Where", e.op("Less", e.op("Abs", x), e.number(0.5)), near, far);
    }

    private static String normalCdf(Emission e) {
        String erf = e.op("Erf", e.op("Mul", e.in(0), e.number(Math.sqrt(0.5))));
        return e.op("Mul", e.op("Add", erf, e.number(1)), e.number(0.5));
    }

    private static void activations(Map<OpType, Rule> rules) {
        rules.put(
                Activations.RELU,
                e -> e.dtype() == DType.INT32 ? e.op("Max", e.in(0), e.number(0)) : e.op("Relu", e.in(0)));
        rules.put(Activations.SIGMOID, Rule.same("Sigmoid"));
        rules.put(Activations.TANH, Rule.same("Tanh"));
        rules.put(Activations.SOFTPLUS, Rule.same("Softplus"));
        rules.put(Activations.SOFTSIGN, Rule.same("Softsign"));
        rules.put(Activations.LEAKY_RELU, e -> sloped(e, "LeakyRelu", e.get(Activations.SLOPE), x -> x.in(0)));
        rules.put(Activations.ELU, e -> sloped(e, "Elu", e.get(Activations.ALPHA), ElementwiseRules::expm1));
        rules.put(Activations.GELU, e -> e.opset() >= 20 ? e.op("Gelu", e.in(0)) : e.op("Mul", e.in(0), normalCdf(e)));
        rules.put(
                Activations.GELU_TANH,
                e -> e.opset() >= 20
                        ? e.op("Gelu", List.of(AttributeProto.of("approximate", "tanh")), e.in(0))
                        : geluTanh(e));
        rules.put(Activations.SILU, e -> e.op("Mul", e.in(0), e.op("Sigmoid", e.in(0))));
        rules.put(
                Activations.MISH,
                e -> e.opset() >= 18
                        ? e.op("Mish", e.in(0))
                        : e.op("Mul", e.in(0), e.op("Tanh", e.op("Softplus", e.in(0)))));
        rules.put(CrossEntropy.SIGMOID, ElementwiseRules::sigmoidCrossEntropy);
    }

    /** Writes x above 0 and a multiple below it; of FLOAT64 in parts, as attributes are FLOAT32. */
    private static String sloped(Emission e, String opType, double factor, Rule below) {
        if (e.dtype() == DType.FLOAT64) {
            String multiple = e.op("Mul", below.write(e), e.number(factor));
            return e.op("Where", e.op("Greater", e.in(0), e.number(0)), e.in(0), multiple);
        }
        return e.op(opType, List.of(AttributeProto.of("alpha", (float) factor)), e.in(0));
    }

    private static String geluTanh(Emission e) {
        String x = e.in(0);
        String slope = e.op("Add", e.op("Mul", e.op("Mul", x, x), e.number(0.044715)), e.number(1));
        String tanh = e.op("Tanh", e.op("Mul", e.op("Mul", x, slope), e.number(Math.sqrt(2 / Math.PI))));
        return e.op("Mul", e.op("Mul", x, e.number(0.5)), e.op("Add", tanh, e.number(1)));
    }

    /** Writes |x| times the probability of the other class, plus softplus(-|x|). */
    private static String sigmoidCrossEntropy(Emission e) {
        String x = e.in(0);
        String z = e.in(1);
        String size = e.op("Abs", x);
        String missing = e.op("Sub", e.number(1), z);
        String linear = e.op("Mul", size, e.op("Where", e.op("Greater", x, e.number(0)), missing, z));
        return e.op("Add", linear, e.op("Softplus", e.op("Neg", size)));
    }

    private static void comparisons(Map<OpType, Rule> rules) {
        rules.put(Comparisons.EQ, e -> e.numbers(e.op("Equal", e.in(0), e.in(1))));
        rules.put(Comparisons.NE, e -> e.numbers(e.op("Not", e.op("Equal", e.in(0), e.in(1)))));
        rules.put(Comparisons.GREATER, e -> e.numbers(e.op("Greater", e.in(0), e.in(1))));
        rules.put(Comparisons.GREATER_EQUAL, e -> e.numbers(e.op("GreaterOrEqual", e.in(0), e.in(1))));
        rules.put(Comparisons.WHERE, e -> e.op("Where", e.truth(0), e.in(1), e.in(2)));
    }
}
