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
    BlockOperation<double[]> operation(Elementwise op) {
        return switch (op) {
            case COPY ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = a[i];
                    }
                };
            case NEG ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = -a[i];
                    }
                };
            case ADD ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = a[i] + b[i];
                    }
                };
            case SUB ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = a[i] - b[i];
                    }
                };
            case MUL ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = a[i] * b[i];
                    }
                };
            case DIV ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = a[i] / b[i];
                    }
                };
            case ABS ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = Math.abs(a[i]);
                    }
                };
            case SIGN ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.sign(a[i]);
                    }
                };
            case RELU ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = Math.max(a[i], 0);
                    }
                };
            case MINIMUM ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = Math.min(a[i], b[i]);
                    }
                };
            case MAXIMUM ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = Math.max(a[i], b[i]);
                    }
                };
            case EQ ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.eq(a[i], b[i]);
                    }
                };
            case NE ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.ne(a[i], b[i]);
                    }
                };
            case GREATER ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.greater(a[i], b[i]);
                    }
                };
            case GREATER_EQUAL ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.greaterEqual(a[i], b[i]);
                    }
                };
            case SELECT ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.select(a[i], b[i], c[i]);
                    }
                };
            case UNIFORM ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.uniform(index + i, a[i], b[i]);
                    }
                };
            case SQRT -> each(Math::sqrt);
            case CBRT -> each(Math::cbrt, StrictMath::cbrt);
            case EXP -> each(Math::exp, StrictMath::exp);
            case LOG -> each(Math::log, StrictMath::log);
            case LOG1P -> each(Math::log1p, StrictMath::log1p);
            case EXPM1 -> each(Math::expm1, StrictMath::expm1);
            case SIGMOID -> each(DoubleMath::sigmoid);
            case TANH -> each(Math::tanh, StrictMath::tanh);
            case SOFTPLUS -> each(DoubleMath::softplus);
            case ERF -> each(DoubleMath::erf);
            case NORMAL_CDF -> each(DoubleMath::normalCdf);
            case GAUSSIAN -> each(DoubleMath::gaussian);
            case SIN -> each(Math::sin, StrictMath::sin);
            case COS -> each(Math::cos, StrictMath::cos);
            case TAN -> each(Math::tan, StrictMath::tan);
            case ASIN -> each(Math::asin, StrictMath::asin);
            case ACOS -> each(Math::acos, StrictMath::acos);
            case ATAN -> each(Math::atan, StrictMath::atan);
            case SINH -> each(Math::sinh, StrictMath::sinh);
            case COSH -> each(Math::cosh, StrictMath::cosh);
            case FLOOR -> each(Math::floor);
            case CEIL -> each(Math::ceil);
            case ROUND -> each(Math::rint);
            case POW ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = DoubleMath.pow(a[i], b[i]);
                    }
                };
        };
    }

    /** Returns a function that takes many instructions, beside which a call for each element costs little. */
    private static BlockOperation<double[]> each(DoubleUnaryOperator function) {
        return (a, b, c, result, n, index) -> {
            for (int i = 0; i < n; i++) {
                result[i] = function.applyAsDouble(a[i]);
            }
        };
    }

    /** Returns a function of which there is a form with the same bits on every processor and JDK. */
    private static BlockOperation<double[]> each(DoubleUnaryOperator fast, DoubleUnaryOperator strict) {
        return each(ScalarMath.STRICT ? strict : fast);
    }
}
