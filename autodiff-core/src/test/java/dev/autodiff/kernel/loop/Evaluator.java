package dev.autodiff.kernel.loop;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.DoubleMath;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;
import dev.autodiff.kernel.math.ScalarTrigonometry;

/** Evaluates one instruction on boxed numbers, as plainly as can be: the reference for generated loops. */
final class Evaluator {
    private Evaluator() {}

    static Number apply(DType type, Instruction instruction, Number[] values, int index) {
        Number a = values[instruction.a()];
        Number b = instruction.b() < 0 ? 0 : values[instruction.b()];
        Number c = instruction.c() < 0 ? 0 : values[instruction.c()];
        return switch (type) {
            case FLOAT32 -> floats(instruction.op(), a.floatValue(), b.floatValue(), c.floatValue(), index);
            case FLOAT64 -> doubles(instruction.op(), a.doubleValue(), b.doubleValue(), c.doubleValue(), index);
            case INT32 -> ints(instruction.op(), a.intValue(), b.intValue(), c.intValue());
        };
    }

    private static float floats(Elementwise op, float a, float b, float c, int index) {
        return switch (op) {
            case COPY -> a;
            case NEG -> -a;
            case SQRT -> (float) Math.sqrt(a);
            case CBRT -> ScalarMath.cbrt(a);
            case EXP -> ScalarMath.exp(a);
            case LOG -> ScalarMath.log(a);
            case LOG1P -> ScalarMath.log1p(a);
            case EXPM1 -> ScalarMath.expm1(a);
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case RELU -> Math.max(a, 0);
            case SIGMOID -> ScalarMath.sigmoid(a);
            case TANH -> ScalarMath.tanh(a);
            case SOFTPLUS -> ScalarMath.softplus(a);
            case ERF -> ScalarMath.erf(a);
            case NORMAL_CDF -> ScalarMath.normalCdf(a);
            case GAUSSIAN -> ScalarMath.gaussian(a);
            case SIN -> ScalarTrigonometry.sin(a);
            case COS -> ScalarTrigonometry.cos(a);
            case TAN -> ScalarTrigonometry.tan(a);
            case ASIN -> ScalarTrigonometry.asin(a);
            case ACOS -> ScalarTrigonometry.acos(a);
            case ATAN -> ScalarTrigonometry.atan(a);
            case SINH -> ScalarTrigonometry.sinh(a);
            case COSH -> ScalarTrigonometry.cosh(a);
            case FLOOR -> (float) Math.floor(a);
            case CEIL -> (float) Math.ceil(a);
            case ROUND -> (float) Math.rint(a);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> ScalarMath.pow(a, b);
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
            case GREATER_EQUAL -> a >= b ? 1 : 0;
            case SELECT -> a != 0 ? b : c;
            case UNIFORM -> ScalarMath.uniform(index, a, b);
        };
    }

    private static double doubles(Elementwise op, double a, double b, double c, int index) {
        return switch (op) {
            case COPY -> a;
            case NEG -> -a;
            case SQRT -> Math.sqrt(a);
            case CBRT -> Math.cbrt(a);
            case EXP -> Math.exp(a);
            case LOG -> Math.log(a);
            case LOG1P -> Math.log1p(a);
            case EXPM1 -> Math.expm1(a);
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case RELU -> Math.max(a, 0);
            case SIGMOID -> DoubleMath.sigmoid(a);
            case TANH -> Math.tanh(a);
            case SOFTPLUS -> DoubleMath.softplus(a);
            case ERF -> DoubleMath.erf(a);
            case NORMAL_CDF -> DoubleMath.normalCdf(a);
            case GAUSSIAN -> DoubleMath.gaussian(a);
            case SIN -> Math.sin(a);
            case COS -> Math.cos(a);
            case TAN -> Math.tan(a);
            case ASIN -> Math.asin(a);
            case ACOS -> Math.acos(a);
            case ATAN -> Math.atan(a);
            case SINH -> Math.sinh(a);
            case COSH -> Math.cosh(a);
            case FLOOR -> Math.floor(a);
            case CEIL -> Math.ceil(a);
            case ROUND -> Math.rint(a);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case POW -> DoubleMath.pow(a, b);
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
            case GREATER_EQUAL -> a >= b ? 1 : 0;
            case SELECT -> a != 0 ? b : c;
            case UNIFORM -> ScalarMath.uniform(index, (float) a, (float) b);
        };
    }

    private static int ints(Elementwise op, int a, int b, int c) {
        return switch (op) {
            case COPY -> a;
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Integer.signum(a);
            case RELU -> Math.max(a, 0);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MINIMUM -> Math.min(a, b);
            case MAXIMUM -> Math.max(a, b);
            case EQ -> a == b ? 1 : 0;
            case NE -> a != b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
            case GREATER_EQUAL -> a >= b ? 1 : 0;
            case SELECT -> a != 0 ? b : c;
            default ->
                throw new IllegalArgumentException("The loop compiler takes Elementwise." + op
                        + " for integers; add it to " + Evaluator.class.getName() + ".ints");
        };
    }
}
