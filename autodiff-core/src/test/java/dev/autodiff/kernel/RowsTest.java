package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.kernel.vector.VectorRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RowsTest {
    private interface Rows {
        void softmax(boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts);

        void crossEntropy(
                float[] logits,
                int logitsOffset,
                float[] labels,
                int labelsOffset,
                float[] loss,
                int lossOffset,
                int rows,
                int n,
                int part,
                int parts);
    }

    private static final class Scalar implements Rows {
        @Override
        public void softmax(
                boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
            ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
        }

        @Override
        public void crossEntropy(
                float[] logits,
                int logitsOffset,
                float[] labels,
                int labelsOffset,
                float[] loss,
                int lossOffset,
                int rows,
                int n,
                int part,
                int parts) {
            ScalarRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
        }
    }

    private static final class Vector implements Rows {
        @Override
        public void softmax(
                boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
            VectorRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
        }

        @Override
        public void crossEntropy(
                float[] logits,
                int logitsOffset,
                float[] labels,
                int labelsOffset,
                float[] loss,
                int lossOffset,
                int rows,
                int n,
                int part,
                int parts) {
            VectorRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
        }
    }

    private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 10, 15, 16, 17, 24, 31, 33, 100, 1000};

    private static List<Rows> kernels() {
        List<Rows> kernels = new ArrayList<>();
        kernels.add(new Scalar());
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            kernels.add(new Vector());
        }
        return kernels;
    }

    private static float[] logits(Random random, int n, float scale) {
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = scale * (random.nextFloat() - 0.5f);
        }
        return x;
    }

    private static double logSumExp(float[] x, int from, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = Math.max(max, x[from + j]);
        }
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += Math.exp(x[from + j] - max);
        }
        return max + Math.log(sum);
    }

    @Test
    void softmaxAndItsLogarithm() {
        Random random = new Random(8);
        int rows = 5;
        for (Rows kernels : kernels()) {
            for (int n : SIZES) {
                for (float scale : new float[] {1, 20, 2000}) {
                    float[] x = logits(random, rows * n + 1, scale);
                    for (boolean log : new boolean[] {false, true}) {
                        float[] y = new float[x.length + 1];
                        y[rows * n + 1] = 9;
                        kernels.softmax(log, x, 1, y, 1, rows, n, 0, 1);
                        for (int i = 0; i < rows * n; i++) {
                            double wanted = x[1 + i] - logSumExp(x, 1 + i / n * n, n);
                            double tolerance = log ? 2e-6 + 2e-7 * Math.abs(wanted) : 3e-6;
                            assertEquals(log ? wanted : Math.exp(wanted), y[1 + i], tolerance, "n " + n);
                        }
                        assertEquals(9, y[rows * n + 1]);
                        float[] inPlace = x.clone();
                        for (int part = 2; part >= 0; part--) {
                            kernels.softmax(log, inPlace, 1, inPlace, 1, rows, n, part, 3);
                        }
                        y[0] = x[0];
                        assertArrayEquals(y, java.util.Arrays.copyOf(append(inPlace, 9), y.length));
                    }
                }
            }
        }
    }

    private static float[] append(float[] x, float last) {
        float[] y = java.util.Arrays.copyOf(x, x.length + 1);
        y[x.length] = last;
        return y;
    }

    @Test
    void crossEntropy() {
        Random random = new Random(9);
        int rows = 6;
        for (Rows kernels : kernels()) {
            for (int n : SIZES) {
                for (float scale : new float[] {1, 20, 2000}) {
                    float[] x = logits(random, rows * n, scale);
                    float[] labels = new float[rows * n];
                    for (int i = 0; i < rows; i++) {
                        labels[i * n + random.nextInt(n)] += 0.75f;
                        labels[i * n + random.nextInt(n)] += 0.25f;
                    }
                    float[] loss = new float[rows + 2];
                    for (int part = 0; part < 4; part++) {
                        kernels.crossEntropy(x, 0, labels, 0, loss, 1, rows, n, part, 4);
                    }
                    for (int i = 0; i < rows; i++) {
                        double wanted = 0;
                        for (int j = 0; j < n; j++) {
                            wanted += labels[i * n + j] * (logSumExp(x, i * n, n) - x[i * n + j]);
                        }
                        assertEquals(wanted, loss[1 + i], 2e-6 + 1e-6 * Math.abs(wanted), "n " + n);
                    }
                    assertEquals(0, loss[0] + loss[rows + 1]);
                }
            }
        }
    }

    @Test
    void infinitiesWhereTheAnswerIsFinite() {
        for (Rows kernels : kernels()) {
            for (int n : new int[] {2, 10, 16, 21}) {
                float[] x = new float[n];
                java.util.Arrays.fill(x, Float.NEGATIVE_INFINITY);
                x[0] = -1000;
                x[n - 1] = -1000;
                float[] y = new float[n];
                kernels.softmax(false, x, 0, y, 0, 1, n, 0, 1);
                assertEquals(0.5f, y[0]);
                assertEquals(0.5f, y[n - 1]);
                assertEquals(n == 2 ? 0.5f : 0f, y[1]);
                float[] labels = new float[n];
                labels[n - 1] = 1;
                float[] loss = new float[1];
                kernels.crossEntropy(x, 0, labels, 0, loss, 0, 1, n, 0, 1);
                assertEquals(Math.log(2), loss[0], 1e-6);
                x[n - 1] = 1000;
                kernels.crossEntropy(x, 0, labels, 0, loss, 0, 1, n, 0, 1);
                assertEquals(0f, loss[0]);
                kernels.crossEntropy(new float[] {Float.NaN, 0}, 0, new float[] {0, 1}, 0, loss, 0, 1, 2, 0, 1);
                assertEquals(Float.NaN, loss[0]);
            }
        }
    }

    @Test
    void doubles() {
        double[] x = {1000, -1000, 999, Double.NEGATIVE_INFINITY, 0, 1};
        double[] y = new double[6];
        ScalarRows.softmax(false, x, 0, y, 0, 2, 3, 0, 1);
        assertArrayEquals(
                new double[] {1 / (1 + Math.exp(-1)), 0, 1 / (1 + Math.E), 0, 1 / (1 + Math.E), 1 / (1 + Math.exp(-1))},
                y,
                1e-15);
        ScalarRows.softmax(true, x, 0, y, 0, 2, 3, 0, 1);
        assertEquals(-Math.log1p(Math.exp(-1)), y[0], 1e-15);
        double[] loss = new double[2];
        ScalarRows.crossEntropy(x, 0, new double[] {0, 0, 1, 0, 1, 0}, 0, loss, 0, 2, 3, 0, 1);
        assertArrayEquals(new double[] {1 + Math.log1p(Math.exp(-1)), 1 + Math.log1p(Math.exp(-1))}, loss, 1e-15);
    }
}
