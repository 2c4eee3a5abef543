package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.ScalarMath;
import java.util.Arrays;

/** The interpreter of loops over integers. */
final class InterpretedInts extends InterpretedLoop<int[]> {
    InterpretedInts(LoopCode code) {
        super(code);
    }

    @Override
    int[][] blocks(int values, int length) {
        return new int[values][length];
    }

    @Override
    int[] array(Object array) {
        return (int[]) array;
    }

    @Override
    void fill(int[] block, int[] from, int position, int n) {
        Arrays.fill(block, 0, n, from[position]);
    }

    @Override
    BlockOperation<int[]> operation(Elementwise op) {
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
                    POW,
                    UNIFORM -> throw new AssertionError(op); // refused before
        };
    }
}
