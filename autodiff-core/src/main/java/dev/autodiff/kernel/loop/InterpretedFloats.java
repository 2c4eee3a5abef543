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

    /** Applies a function that takes more than an instruction. */
    private static void function(Elementwise op, float[] a, float[] b, float[] result, int n) {
        switch (op) {
            case SQRT -> {
                for (int i = 0; i < n; i++) {
                    result[i] = (float) Math.sqrt(a[i]);
                }
            }
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.exp(a[i]);
                }
            }
            case LOG -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.log(a[i]);
                }
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.log1p(a[i]);
                }
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.expm1(a[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.sigmoid(a[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.tanh(a[i]);
                }
            }
            case SOFTPLUS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.softplus(a[i]);
                }
            }
            case ERF -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.erf(a[i]);
                }
            }
            case NORMAL_CDF -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.normalCdf(a[i]);
                }
            }
            case GAUSSIAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.gaussian(a[i]);
                }
            }
            case SIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.sin(a[i]);
                }
            }
            case COS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.cos(a[i]);
                }
            }
            case TAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.tan(a[i]);
                }
            }
            case ASIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.asin(a[i]);
                }
            }
            case ACOS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.acos(a[i]);
                }
            }
            case ATAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.atan(a[i]);
                }
            }
            case SINH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.sinh(a[i]);
                }
            }
            case COSH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarTrigonometry.cosh(a[i]);
                }
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.floor(a[i]);
                }
            }
            case CEIL -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.ceil(a[i]);
                }
            }
            case ROUND -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.round(a[i]);
                }
            }
            case POW -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.pow(a[i], b[i]);
                }
            }
            default -> throw new AssertionError(op);
        }
    }
}
