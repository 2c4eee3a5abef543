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
    void apply(Elementwise op, int[] a, int[] b, int[] c, int[] result, int n, int index) {
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
        }
    }
}
