package dev.autodiff.kernel;

import dev.autodiff.kernel.math.DoubleMath;
import dev.autodiff.kernel.math.ScalarMath;
import dev.autodiff.parallel.Partition;

/**
 * Softmax and its cross-entropy, row by row, in plain Java; see {@link Kernels} for the parameters.
 *
 * <p>The largest of a row is subtracted first, so that no exponential overflows and the sum of all is at least 1
 * (log-sum-exp as in Blanchard, Higham and Higham, "Accurately computing the log-sum-exp and softmax functions", 2021).
 */
public final class ScalarRows {
    private ScalarRows() {}

    /** Computes the softmax of each row, or its logarithm. */
    public static void softmax(
            boolean log, float[] x, int xOffset, float[] y, int yOffset, int rows, int n, int part, int parts) {
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            if (log) {
                logSoftmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            } else {
                softmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            }
        }
    }

    private static void softmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float max = max(x, xOffset, n);
        float sum = 0;
        for (int j = 0; j < n; j++) {
            float e = ScalarMath.exp(x[xOffset + j] - max);
            y[yOffset + j] = e;
            sum += e;
        }
        for (int j = 0; j < n; j++) {
            y[yOffset + j] /= sum;
        }
    }

    private static void logSoftmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float max = max(x, xOffset, n);
        float log = logOfSum(x, xOffset, n, max);
        for (int j = 0; j < n; j++) {
            y[yOffset + j] = x[xOffset + j] - max - log;
        }
    }

    private static float max(float[] x, int offset, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = Math.max(max, x[offset + j]);
        }
        return max;
    }

    private static float logOfSum(float[] x, int offset, int n, float max) {
        float sum = 0;
        float rest = 0;
        for (int j = 0; j < n; j++) {
            float d = x[offset + j] - max;
            float e = ScalarMath.exp(d);
            sum += e;
            rest += d == 0 ? 0 : e;
        }
        return ScalarMath.log1p(withoutOne(sum, rest));
    }

    /**
     * Returns Σ e^(x - max) - 1, whose log1p is the logarithm of the sum. Below 2 a single term is 1, and a small rest
     * would have lost its digits beside it.
     *
     * @param sum the sum of all terms
     * @param rest the sum of the terms that are not 1
     */
    public static float withoutOne(float sum, float rest) {
        return sum < 2 ? rest : sum - 1;
    }

    /** Computes the softmax cross-entropy of each row. */
    public static void crossEntropy(
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
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            loss[lossOffset + i] = crossEntropyRow(logits, logitsOffset + i * n, labels, labelsOffset + i * n, n);
        }
    }

    private static float crossEntropyRow(float[] logits, int logitsOffset, float[] labels, int labelsOffset, int n) {
        float max = max(logits, logitsOffset, n);
        float log = logOfSum(logits, logitsOffset, n, max);
        float loss = 0;
        for (int j = 0; j < n; j++) {
            float label = labels[labelsOffset + j];
            loss += label == 0 ? 0 : label * (log - (logits[logitsOffset + j] - max));
        }
        return loss;
    }

    /** Does the same for {@code double}. */
    public static void softmax(
            boolean log, double[] x, int xOffset, double[] y, int yOffset, int rows, int n, int part, int parts) {
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            if (log) {
                logSoftmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            } else {
                softmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            }
        }
    }

    private static void softmaxRow(double[] x, int xOffset, double[] y, int yOffset, int n) {
        double max = max(x, xOffset, n);
        double sum = 0;
        for (int j = 0; j < n; j++) {
            double e = DoubleMath.exp(x[xOffset + j] - max);
            y[yOffset + j] = e;
            sum += e;
        }
        for (int j = 0; j < n; j++) {
            y[yOffset + j] /= sum;
        }
    }

    private static void logSoftmaxRow(double[] x, int xOffset, double[] y, int yOffset, int n) {
        double max = max(x, xOffset, n);
        double log = logOfSum(x, xOffset, n, max);
        for (int j = 0; j < n; j++) {
            y[yOffset + j] = x[xOffset + j] - max - log;
        }
    }

    private static double max(double[] x, int offset, int n) {
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = Math.max(max, x[offset + j]);
        }
        return max;
    }

    private static double logOfSum(double[] x, int offset, int n, double max) {
        double rest = 0;
        int ones = 0;
        for (int j = 0; j < n; j++) {
            double d = x[offset + j] - max;
            ones += d == 0 ? 1 : 0;
            rest += d == 0 ? 0 : DoubleMath.exp(d);
        }
        return DoubleMath.log1p(rest + Math.max(0, ones - 1));
    }

    /** Does the same for {@code double}. */
    public static void crossEntropy(
            double[] logits,
            int logitsOffset,
            double[] labels,
            int labelsOffset,
            double[] loss,
            int lossOffset,
            int rows,
            int n,
            int part,
            int parts) {
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            loss[lossOffset + i] = crossEntropyRow(logits, logitsOffset + i * n, labels, labelsOffset + i * n, n);
        }
    }

    private static double crossEntropyRow(double[] logits, int logitsOffset, double[] labels, int labelsOffset, int n) {
        double max = max(logits, logitsOffset, n);
        double log = logOfSum(logits, logitsOffset, n, max);
        double loss = 0;
        for (int j = 0; j < n; j++) {
            double label = labels[labelsOffset + j];
            loss += label == 0 ? 0 : label * (log - (logits[logitsOffset + j] - max));
        }
        return loss;
    }
}
