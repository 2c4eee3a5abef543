package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;
import java.util.Arrays;

/** The interpreter of loops over doubles. */
final class InterpretedDoubles extends InterpretedLoop<double[]> {
    InterpretedDoubles(LoopCode code) {
        super(code);
    }

    @Override
    double[][] blocks(int values, int length) {
        return new double[values][length];
    }

    @Override
    double[] array(Object array) {
        return (double[]) array;
    }

    @Override
    void fill(double[] block, double[] from, int position, int n) {
        Arrays.fill(block, 0, n, from[position]);
    }

    @Override
    void apply(Elementwise op, double[] a, double[] b, double[] c, double[] result, int n, int index) {
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
    private static void function(Elementwise op, double[] a, double[] b, double[] result, int n) {
        switch (op) {
            case SQRT -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.sqrt(a[i]);
                }
            }
            case SIGMOID -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.sigmoid(a[i]);
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
            case ROUND -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.rint(a[i]);
                }
            }
            case POW -> {
                for (int i = 0; i < n; i++) {
                    result[i] = ScalarMath.pow(a[i], b[i]);
                }
            }
            default -> {
                if (ScalarMath.STRICT) {
                    strict(op, a, result, n);
                } else {
                    fast(op, a, result, n);
                }
            }
        }
    }

    /** Applies a function of {@link Math}. */
    private static void fast(Elementwise op, double[] a, double[] result, int n) {
        switch (op) {
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.exp(a[i]);
                }
            }
            case LOG -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.log(a[i]);
                }
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.log1p(a[i]);
                }
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.expm1(a[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.tanh(a[i]);
                }
            }
            case SIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.sin(a[i]);
                }
            }
            case COS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.cos(a[i]);
                }
            }
            case TAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.tan(a[i]);
                }
            }
            case ASIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.asin(a[i]);
                }
            }
            case ACOS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.acos(a[i]);
                }
            }
            case ATAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.atan(a[i]);
                }
            }
            case SINH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.sinh(a[i]);
                }
            }
            case COSH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.cosh(a[i]);
                }
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.floor(a[i]);
                }
            }
            case CEIL -> {
                for (int i = 0; i < n; i++) {
                    result[i] = Math.ceil(a[i]);
                }
            }
            default -> throw new AssertionError(op);
        }
    }

    /** Applies a function of {@link StrictMath}. */
    private static void strict(Elementwise op, double[] a, double[] result, int n) {
        switch (op) {
            case EXP -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.exp(a[i]);
                }
            }
            case LOG -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.log(a[i]);
                }
            }
            case LOG1P -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.log1p(a[i]);
                }
            }
            case EXPM1 -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.expm1(a[i]);
                }
            }
            case TANH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.tanh(a[i]);
                }
            }
            case SIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.sin(a[i]);
                }
            }
            case COS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.cos(a[i]);
                }
            }
            case TAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.tan(a[i]);
                }
            }
            case ASIN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.asin(a[i]);
                }
            }
            case ACOS -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.acos(a[i]);
                }
            }
            case ATAN -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.atan(a[i]);
                }
            }
            case SINH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.sinh(a[i]);
                }
            }
            case COSH -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.cosh(a[i]);
                }
            }
            case FLOOR -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.floor(a[i]);
                }
            }
            case CEIL -> {
                for (int i = 0; i < n; i++) {
                    result[i] = StrictMath.ceil(a[i]);
                }
            }
            default -> throw new AssertionError(op);
        }
    }
}
