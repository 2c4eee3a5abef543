package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.kernel.math.Reduction;
import dev.autodiff.kernel.vector.VectorReduce;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReduceTest {
    private interface Reducer {
        void reduce(
                Reduction reduction,
                float[] x,
                int xOffset,
                float[] y,
                int yOffset,
                int outer,
                int length,
                int inner,
                int part,
                int parts);
    }

    private static final float GUARD = -777f;
    private static final int[][] SHAPES = {
        {1, 0, 1},
        {1, 65537, 3},
        {1, 131100, 9},
        {1, 1024, 6},
        {2, 1300, 5},
        {3, 256, 2},
        {1, 2047, 20},
        {0, 3, 2},
        {2, 3, 0},
        {3, 0, 2},
        {1, 1, 1},
        {1, 7, 1},
        {5, 8, 1},
        {3, 9, 1},
        {2, 31, 1},
        {2, 33, 1},
        {1, 1023, 1},
        {1, 1025, 1},
        {2, 4097, 1},
        {1, 10000, 1},
        {1, 5, 3},
        {1, 9, 8},
        {1, 300, 9},
        {1, 70, 31},
        {1, 70, 32},
        {1, 70, 33},
        {1, 600, 100},
        {3, 5, 7},
        {4, 6, 40},
        {2, 1, 17},
        {7, 2, 2}
    };

    private static List<Reducer> reducers() {
        List<Reducer> reducers = new ArrayList<>();
        reducers.add(FloatReduce::reduce);
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            reducers.add((reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts) ->
                    VectorReduce.reduce(reduction, x, xOffset, y, yOffset, outer, length, inner, part, parts));
        }
        return reducers;
    }

    private static double expected(Reduction reduction, float[] x, int from, int stride, int length) {
        double result =
                switch (reduction) {
                    case SUM -> 0;
                    case MAX -> Double.NEGATIVE_INFINITY;
                    case MIN -> Double.POSITIVE_INFINITY;
                };
        for (int i = 0; i < length; i++) {
            float e = x[from + i * stride];
            result = switch (reduction) {
                case SUM -> result + e;
                case MAX -> Math.max(result, e);
                case MIN -> Math.min(result, e);
            };
        }
        return result;
    }

    private static float[] reduceInParts(Reducer reducer, Reduction reduction, float[] x, int[] s, int parts) {
        float[] y = new float[s[0] * s[2] + 4];
        Arrays.fill(y, GUARD);
        for (int part = 0; part < parts; part++) {
            reducer.reduce(reduction, x, 3, y, 2, s[0], s[1], s[2], part, parts);
        }
        return y;
    }

    @Test
    void reducesFloats() {
        Random random = new Random(5);
        for (Reducer reducer : reducers()) {
            for (int[] s : SHAPES) {
                for (Reduction reduction : Reduction.values()) {
                    float[] x = new float[s[0] * s[1] * s[2] + 3];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = random.nextFloat() - 0.5f;
                    }
                    float[] wanted = reduceInParts(reducer, reduction, x, s, 1);
                    for (int parts = 2; parts <= 4; parts++) {
                        float[] y = reduceInParts(reducer, reduction, x, s, parts);
                        assertArrayEquals(wanted, y, () -> "in parts other bits: " + Arrays.toString(s));
                    }
                    check(reduction, x, wanted, s);
                }
            }
        }
    }

    private static void check(Reduction reduction, float[] x, float[] y, int[] s) {
        for (int i = 0; i < y.length; i++) {
            int u = i - 2;
            if (u < 0 || u >= s[0] * s[2]) {
                assertEquals(GUARD, y[i]);
            } else {
                int from = 3 + u / s[2] * s[1] * s[2] + u % s[2];
                double tolerance = reduction == Reduction.SUM ? 1e-7 * (s[1] + 1) : 0;
                assertEquals(expected(reduction, x, from, s[2], s[1]), y[i], tolerance, Arrays.toString(s) + " " + u);
            }
        }
    }

    /** Equal numbers are the worst case: rounding errors have one sign. */
    @Test
    void sumsOfEqualNumbersStayAccurate() {
        float[] x = new float[40_000_000];
        Arrays.fill(x, 0.1f);
        for (Reducer reducer : reducers()) {
            for (int inner : new int[] {1, 2, 8, 40}) {
                float[] y = new float[inner];
                int length = x.length / inner;
                reducer.reduce(Reduction.SUM, x, 0, y, 0, 1, length, inner, 0, 1);
                for (float sum : y) {
                    assertEquals((double) 0.1f * length, sum, 1e-5 * 0.1 * length, "inner " + inner);
                }
            }
        }
    }

    @Test
    void reducesDoublesAndIntegers() {
        Random random = new Random(6);
        for (int[] s : SHAPES) {
            for (Reduction reduction : Reduction.values()) {
                int[] x =
                        random.ints((long) s[0] * s[1] * s[2] + 3, -1000, 1000).toArray();
                float[] floats = new float[x.length];
                double[] doubles = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    floats[i] = x[i];
                    doubles[i] = x[i];
                }
                for (int parts = 1; parts <= 3; parts++) {
                    int[] y = new int[s[0] * s[2]];
                    double[] z = new double[y.length];
                    for (int part = 0; part < parts; part++) {
                        IntReduce.reduce(reduction, x, 3, y, 0, s[0], s[1], s[2], part, parts);
                        DoubleReduce.reduce(reduction, doubles, 3, z, 0, s[0], s[1], s[2], part, parts);
                    }
                    for (int u = 0; u < y.length; u++) {
                        int from = 3 + u / s[2] * s[1] * s[2] + u % s[2];
                        double wanted = expected(reduction, floats, from, s[2], s[1]);
                        assertEquals(wanted, z[u]);
                        assertEquals((int) wanted, y[u]);
                    }
                }
            }
        }
        int[] sum = new int[1];
        int[] tooMuch = {Integer.MAX_VALUE, 1};
        assertThrows(
                ArithmeticException.class, () -> IntReduce.reduce(Reduction.SUM, tooMuch, 0, sum, 0, 1, 2, 1, 0, 1));
        IntReduce.reduce(Reduction.SUM, new int[] {Integer.MAX_VALUE, 1, -1}, 0, sum, 0, 1, 3, 1, 0, 1);
        assertEquals(Integer.MAX_VALUE, sum[0]);
    }

    @Test
    void notANumberWinsWhereverItIs() {
        for (Reducer reducer : reducers()) {
            for (Reduction reduction : Reduction.values()) {
                for (int at = 0; at < 40; at++) {
                    float[] x = new float[80];
                    x[at] = Float.NaN;
                    float[] y = new float[2];
                    reducer.reduce(reduction, x, 0, y, 0, 1, 40, 1, 0, 1);
                    assertTrue(Float.isNaN(y[0]), reduction + " " + at);
                    reducer.reduce(reduction, x, 0, y, 0, 1, 40, 2, 0, 1);
                    assertTrue(Float.isNaN(y[at % 2]) && y[1 - at % 2] == 0, reduction + " " + at);
                }
            }
        }
    }

    /** Ten million numbers of about 1: a sum in one variable is off by several per cent. */
    @Test
    void longSumsStayAccurate() {
        float[] x = new float[10_000_000];
        Random random = new Random(7);
        for (int i = 0; i < x.length; i++) {
            x[i] = 0.5f + random.nextFloat();
        }
        for (Reducer reducer : reducers()) {
            for (int inner : new int[] {1, 2, 10, 40}) {
                float[] y = new float[inner];
                reducer.reduce(Reduction.SUM, x, 0, y, 0, 1, x.length / inner, inner, 0, 1);
                for (int j = 0; j < inner; j++) {
                    double wanted = expected(Reduction.SUM, x, j, inner, x.length / inner);
                    assertEquals(wanted, y[j], wanted * 1e-6, "inner " + inner);
                }
            }
        }
    }
}
