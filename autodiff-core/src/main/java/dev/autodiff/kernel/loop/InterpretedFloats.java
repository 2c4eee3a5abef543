package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;
import dev.autodiff.kernel.math.ScalarTrigonometry;
import java.util.Arrays;

/** The interpreter of loops over floats. */
final class InterpretedFloats extends InterpretedLoop<float[]> {
    InterpretedFloats(LoopCode code) {
        super(code);
    }

    @Override
    float[][] blocks(int values, int length) {
        return new float[values][length];
    }

    @Override
    float[] array(Object array) {
        return (float[]) array;
    }

    @Override
    void fill(float[] block, float[] from, int position, int n) {
        Arrays.fill(block, 0, n, from[position]);
    }

    @Override
    void apply(Elementwise op, float[] a, float[] b, float[] c, float[] result, int n, int index) {
        switch (op) {
            case COPY -> {
                for (int i = 0; i < n; i++) {
                    result[i] = a[i];
                }
            }
            case NEG -> {
                for (int i = 0; i < n; i++) {
                    result[i] = -a[i];
                }
            }
            case ADD -> {
                for (int i = 0; i < n; i++) {
                    result[i] = a[i] + b[i];
                }
            }
            case SUB -> {
                for (int i = 0; i < n; i++) {
                    result[i] = a[i] - b[i];
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i++) {
                    result[i] = a[i] * b[i];
                }
            }
            case DIV -> {
                for (int i = 0; i < n; i++) {
                    result[i] = a[i] / b[i];
                }
            }
            case ABS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.abs(a[i]);
                }
            }
            case SIGN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.sign(a[i]);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.max(a[i], 0);
                }
            }
            case MINIMUM -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.min(a[i], b[i]);
                }
            }
            case MAXIMUM -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.max(a[i], b[i]);
                }
            }
            case EQ -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.eq(a[i], b[i]);
                }
            }
            case NE -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.ne(a[i], b[i]);
                }
            }
            case GREATER -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.greater(a[i], b[i]);
                }
            }
            case GREATER_EQUAL -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.greaterEqual(a[i], b[i]);
                }
            }
            case SELECT -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.select(a[i], b[i], c[i]);
                }
            }
            case UNIFORM -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.uniform(index + i, a[i], b[i]);
                }
            }
            case SQRT,
                    CBRT,
                    EXP,
                    LOG,
                    LOG1P,
                    EXPM1,
                    SIGMOID,
                    TANH,
                    SOFTPLUS,
                    ERF,
                    NORMAL_CDF,
                    GAUSSIAN,
                    SIN,
                    COS,
                    TAN,
                    ASIN,
                    ACOS,
                    ATAN,
                    SINH,
                    COSH,
                    FLOOR,
                    CEIL,
                    ROUND,
                    POW -> function(op, a, b, result, n);
        }
    }

    /** A function of one float. */
    @FunctionalInterface
    private interface Function {
        float apply(float x);
    }

    /** Applies a function that takes many instructions, beside which a call for each element costs little. */
    private static void function(Elementwise op, float[] a, float[] b, float[] result, int n) {
        if (op == Elementwise.POW) {
            for (int i = 0; i < n; i++) {
                result[i] = ScalarMath.pow(a[i], b[i]);
            }
            return;
        }
        Function function = function(op);
        for (int i = 0; i < n; i++) {
            result[i] = function.apply(a[i]);
        }
    }

    private static Function function(Elementwise op) {
        return switch (op) {
            case SQRT -> x -> (float) Math.sqrt(x);
            case CBRT -> ScalarMath::cbrt;
            case EXP -> ScalarMath::exp;
            case LOG -> ScalarMath::log;
            case LOG1P -> ScalarMath::log1p;
            case EXPM1 -> ScalarMath::expm1;
            case SIGMOID -> ScalarMath::sigmoid;
            case TANH -> ScalarMath::tanh;
            case SOFTPLUS -> ScalarMath::softplus;
            case ERF -> ScalarMath::erf;
            case NORMAL_CDF -> ScalarMath::normalCdf;
            case GAUSSIAN -> ScalarMath::gaussian;
            case SIN -> ScalarTrigonometry::sin;
            case COS -> ScalarTrigonometry::cos;
            case TAN -> ScalarTrigonometry::tan;
            case ASIN -> ScalarTrigonometry::asin;
            case ACOS -> ScalarTrigonometry::acos;
            case ATAN -> ScalarTrigonometry::atan;
            case SINH -> ScalarTrigonometry::sinh;
            case COSH -> ScalarTrigonometry::cosh;
            case FLOOR -> ScalarMath::floor;
            case CEIL -> ScalarMath::ceil;
            case ROUND -> ScalarMath::round;
            default -> throw new AssertionError(op);
        };
    }
}
