package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.kernel.math.Reduction;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The scalar loops can serve until the vector ones are compiled, because both give the same bits. */
class ScalarTwinsTest {
    private static final int[] SIZES = {1, 3, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 100, 4095, 4096, 4097, 20_000};

    private int lanes;

    @BeforeEach
    void vectorsAreAvailable() {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        lanes = Lanes.COUNT;
    }

    private static float[] numbers(Random random, int n, float scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = scale * (random.nextFloat() - 0.5f);
        }
        return x;
    }

    /** Logits of the given scale, some of which are infinite, or so far below the others that they do not count. */
    private static float[] logits(Random random, int n, float scale) {
        float[] x = numbers(random, n, scale);
        x[random.nextInt(n)] = Float.NEGATIVE_INFINITY;
        x[random.nextInt(n)] = -1e30f;
        return x;
    }

    @Test
    void softmaxAndItsLogarithm() {
        Random random = new Random(11);
        int rows = 3;
        for (int n : SIZES) {
            for (float scale : new float[] {1, 50, 2000}) {
                float[] x = logits(random, 1 + rows * n, scale);
                for (boolean log : new boolean[] {false, true}) {
                    float[] vector = new float[x.length];
                    float[] scalar = new float[x.length];
                    for (int part = 0; part < 2; part++) {
                        VectorRows.softmax(log, x, 1, vector, 1, rows, n, part, 2);
                        ScalarTwinRows.softmax(lanes, log, x, 1, scalar, 1, rows, n, part, 2);
                    }
                    assertSameBits(vector, scalar, "n " + n + ", scale " + scale + ", log " + log);
                    ScalarTwinRows.softmax(lanes, log, x, 1, x, 1, rows, n, 0, 1);
                    scalar[0] = x[0];
                    assertSameBits(scalar, x, "in place, n " + n);
                    x = logits(random, 1 + rows * n, scale);
                }
            }
        }
    }

    @Test
    void crossEntropy() {
        Random random = new Random(12);
        int rows = 3;
        for (int n : SIZES) {
            for (float scale : new float[] {1, 50, 2000}) {
                float[] x = logits(random, 1 + rows * n, scale);
                float[] labels = new float[rows * n];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = random.nextBoolean() ? 0 : random.nextFloat();
                }
                float[] vector = new float[rows];
                float[] scalar = new float[rows];
                for (int part = 0; part < 2; part++) {
                    VectorRows.crossEntropy(x, 1, labels, 0, vector, 0, rows, n, part, 2);
                    ScalarTwinRows.crossEntropy(lanes, x, 1, labels, 0, scalar, 0, rows, n, part, 2);
                }
                assertSameBits(vector, scalar, "n " + n + ", scale " + scale);
            }
        }
    }

    @Test
    void reductionsOfRowsAndColumns() {
        Random random = new Random(13);
        for (Reduction reduction : Reduction.values()) {
            for (int length : SIZES) {
                for (int inner : new int[] {1, 2, 8, 17, 40}) {
                    int outer = inner == 1 ? 3 : 1;
                    float[] x = numbers(random, 1 + outer * length * inner, 100);
                    float[] vector = new float[outer * inner];
                    float[] scalar = new float[outer * inner];
                    for (int part = 0; part < 2; part++) {
                        VectorReduce.reduce(reduction, x, 1, vector, 0, outer, length, inner, part, 2);
                        ScalarTwinReduce.reduce(lanes, reduction, x, 1, scalar, 0, outer, length, inner, part, 2);
                    }
                    assertSameBits(vector, scalar, reduction + " of " + length + " x " + inner);
                }
            }
        }
    }

    private static void assertSameBits(float[] expected, float[] actual, String what) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertEquals(
                    Float.floatToIntBits(expected[i]),
                    Float.floatToIntBits(actual[i]),
                    () -> what + ": element " + at + " is " + actual[at] + " and not " + expected[at]);
        }
    }
}
