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
    BlockOperation<float[]> operation(Elementwise op) {
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
            case SQRT -> each(x -> (float) Math.sqrt(x));
            case CBRT -> each(ScalarMath::cbrt);
            case EXP -> each(ScalarMath::exp);
            case LOG -> each(ScalarMath::log);
            case LOG1P -> each(ScalarMath::log1p);
            case EXPM1 -> each(ScalarMath::expm1);
            case SIGMOID -> each(ScalarMath::sigmoid);
            case TANH -> each(ScalarMath::tanh);
            case SOFTPLUS -> each(ScalarMath::softplus);
            case ERF -> each(ScalarMath::erf);
            case NORMAL_CDF -> each(ScalarMath::normalCdf);
            case GAUSSIAN -> each(ScalarMath::gaussian);
            case SIN -> each(ScalarTrigonometry::sin);
            case COS -> each(ScalarTrigonometry::cos);
            case TAN -> each(ScalarTrigonometry::tan);
            case ASIN -> each(ScalarTrigonometry::asin);
            case ACOS -> each(ScalarTrigonometry::acos);
            case ATAN -> each(ScalarTrigonometry::atan);
            case SINH -> each(ScalarTrigonometry::sinh);
            case COSH -> each(ScalarTrigonometry::cosh);
            case FLOOR -> each(ScalarMath::floor);
            case CEIL -> each(ScalarMath::ceil);
            case ROUND -> each(ScalarMath::round);
            case POW ->
                (a, b, c, result, n, index) -> {
                    for (int i = 0; i < n; i++) {
                        result[i] = ScalarMath.pow(a[i], b[i]);
                    }
                };
        };
    }

    /** A function of one float. */
    @FunctionalInterface
    private interface Function {
        float apply(float x);
    }

    /** Returns a function that takes many instructions, beside which a call for each element costs little. */
    private static BlockOperation<float[]> each(Function function) {
        return (a, b, c, result, n, index) -> {
            for (int i = 0; i < n; i++) {
                result[i] = function.apply(a[i]);
            }
        };
    }
}
