package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.math.DoubleMath;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

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

    /** Applies a function that takes many instructions, beside which a call for each element costs little. */
    private static void function(Elementwise op, double[] a, double[] b, double[] result, int n) {
        if (op == Elementwise.POW) {
            for (int i = 0; i < n; i++) {
                result[i] = DoubleMath.pow(a[i], b[i]);
            }
            return;
        }
        DoubleUnaryOperator function = function(op);
        for (int i = 0; i < n; i++) {
            result[i] = function.applyAsDouble(a[i]);
        }
    }

    private static DoubleUnaryOperator function(Elementwise op) {
        return switch (op) {
            case SQRT -> Math::sqrt;
            case FLOOR -> Math::floor;
            case CEIL -> Math::ceil;
            case ROUND -> Math::rint;
            case SIGMOID -> DoubleMath::sigmoid;
            case SOFTPLUS -> DoubleMath::softplus;
            case ERF -> DoubleMath::erf;
            case NORMAL_CDF -> DoubleMath::normalCdf;
            case GAUSSIAN -> DoubleMath::gaussian;
            default -> ScalarMath.STRICT ? strict(op) : fast(op);
        };
    }

    private static DoubleUnaryOperator fast(Elementwise op) {
        return switch (op) {
            case CBRT -> Math::cbrt;
            case EXP -> Math::exp;
            case LOG -> Math::log;
            case LOG1P -> Math::log1p;
            case EXPM1 -> Math::expm1;
            case TANH -> Math::tanh;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case SINH -> Math::sinh;
            case COSH -> Math::cosh;
            default -> throw new AssertionError(op);
        };
    }

    private static DoubleUnaryOperator strict(Elementwise op) {
        return switch (op) {
            case CBRT -> StrictMath::cbrt;
            case EXP -> StrictMath::exp;
            case LOG -> StrictMath::log;
            case LOG1P -> StrictMath::log1p;
            case EXPM1 -> StrictMath::expm1;
            case TANH -> StrictMath::tanh;
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TAN -> StrictMath::tan;
            case ASIN -> StrictMath::asin;
            case ACOS -> StrictMath::acos;
            case ATAN -> StrictMath::atan;
            case SINH -> StrictMath::sinh;
            case COSH -> StrictMath::cosh;
            default -> throw new AssertionError(op);
        };
    }
}
