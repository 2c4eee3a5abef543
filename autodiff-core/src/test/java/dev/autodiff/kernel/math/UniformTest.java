package dev.autodiff.kernel.math;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Rough statistics of the counter-based random numbers: what a wrong constant or shift would spoil. */
class UniformTest {
    private static final int COUNT = 1 << 18;
    /** Five standard deviations of a mean of COUNT values of deviation 1. */
    private static final double FIVE_SIGMA = 5 / Math.sqrt(COUNT);

    private static double[] normalised(int start, int step, float key0, float key1) {
        double[] values = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            float u = ScalarMath.uniform(start + i * step, key0, key1);
            assertTrue(u >= 0 && u < 1);
            values[i] = (u - 0.5) * Math.sqrt(12);
        }
        return values;
    }

    private static double correlation(double[] a, double[] b, int shift) {
        double sum = 0;
        for (int i = 0; i + shift < COUNT; i++) {
            sum += a[i] * b[i + shift];
        }
        return sum / COUNT;
    }

    @Test
    void meanVarianceAndNeighbours() {
        float[][] keys = {{0, 0}, {1, 0}, {0, 1}, {12345, 678}, {(1 << 24) - 1, (1 << 24) - 1}};
        for (float[] key : keys) {
            for (int step : new int[] {1, 2, 10, 784, 1 << 12}) {
                double[] v = normalised(0, step, key[0], key[1]);
                double mean = 0;
                for (double x : v) {
                    mean += x / COUNT;
                }
                assertEquals(0, mean, FIVE_SIGMA);
                assertEquals(1, correlation(v, v, 0), FIVE_SIGMA); // variance; its own deviation is smaller
                for (int shift : new int[] {1, 2, 3, 16, 256}) {
                    assertEquals(0, correlation(v, v, shift), FIVE_SIGMA);
                }
            }
        }
    }

    @Test
    void keysAreUnrelated() {
        for (int key = 0; key < 8; key++) {
            double[] a = normalised(0, 1, key, 5);
            for (int shift = 0; shift < 3; shift++) {
                assertEquals(0, correlation(a, normalised(0, 1, key + 1, 5), shift), FIVE_SIGMA);
                assertEquals(0, correlation(a, normalised(0, 1, key, 6), shift), FIVE_SIGMA);
                assertEquals(0, correlation(a, normalised(0, 1, 9, key), shift), FIVE_SIGMA);
            }
        }
    }

    @Test
    void bitsAreBalancedAndEachInputBitFlipsHalfOfThem() {
        int samples = 1 << 14;
        for (int bit = 0; bit < 32; bit++) {
            int[] flips = new int[32];
            int ones = 0;
            for (int i = 0; i < samples; i++) {
                int hash = ScalarMath.hash(i, 17, 4);
                int changed = hash ^ ScalarMath.hash(i ^ (1 << bit), 17, 4);
                ones += hash >>> bit & 1;
                for (int b = 0; b < 32; b++) {
                    flips[b] += changed >>> b & 1;
                }
            }
            assertEquals(0.5, (double) ones / samples, 0.02);
            for (int b = 0; b < 32; b++) {
                assertEquals(0.5, (double) flips[b] / samples, 0.03, "input bit " + bit + ", output bit " + b);
            }
        }
    }

    @Test
    void sixteenthsAreEquallyFull() {
        int[][] pairs = new int[16][16];
        for (int i = 0; i < COUNT; i++) {
            float u = ScalarMath.uniform(2 * i, 3, 9);
            float v = ScalarMath.uniform(2 * i + 1, 3, 9);
            pairs[(int) (u * 16)][(int) (v * 16)]++;
        }
        double expected = COUNT / 256.0;
        double chiSquare = 0;
        for (int[] row : pairs) {
            for (int count : row) {
                chiSquare += (count - expected) * (count - expected) / expected;
            }
        }
        assertEquals(255, chiSquare, 5 * Math.sqrt(2 * 255));
    }

    @Test
    void bothFloatingTypesGiveTheSame() {
        for (int i = 0; i < 1000; i++) {
            assertEquals(ScalarMath.uniform(i, 3f, 9f), ScalarMath.uniform(i, 3.0, 9.0));
        }
    }
}
