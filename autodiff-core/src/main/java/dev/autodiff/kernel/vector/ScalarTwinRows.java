package dev.autodiff.kernel.vector;

import dev.autodiff.kernel.ScalarRows;
import dev.autodiff.kernel.math.ScalarMath;
import dev.autodiff.parallel.Partition;
import java.util.Arrays;

/**
 * The scalar twin of {@link VectorRows}, with the same bits: it serves until C2 has compiled the vector loops, see
 * {@link Compilation}. There is one sum for each lane, as there, and they are added up by halves in the end. The
 * elements behind the last full vector go into the last lanes.
 */
final class ScalarTwinRows {
    private final int lanes;
    /** The sums of the present row, one a lane. */
    private final float[] sums;
    /** The sums without terms that are 1. */
    private final float[] rests;

    private ScalarTwinRows(int lanes) {
        this.lanes = lanes;
        this.sums = new float[lanes];
        this.rests = new float[lanes];
    }

    /** Computes the softmax of each row, or its logarithm, in the order of vectors of {@code lanes} floats. */
    static void softmax(
            int lanes,
            boolean log,
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            int rows,
            int n,
            int part,
            int parts) {
        if (n < lanes) {
            ScalarRows.softmax(log, x, xOffset, y, yOffset, rows, n, part, parts);
            return;
        }
        ScalarTwinRows twin = new ScalarTwinRows(lanes);
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            if (log) {
                twin.logSoftmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            } else {
                twin.softmaxRow(x, xOffset + i * n, y, yOffset + i * n, n);
            }
        }
    }

    private void softmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float max = max(x, xOffset, n);
        Arrays.fill(sums, 0);
        for (int j = 0; j < n; j++) {
            float e = ScalarMath.exp(x[xOffset + j] - max);
            y[yOffset + j] = e;
            sums[lane(j, n)] += e;
        }
        float sum = sumOfHalves(sums, lanes);
        for (int j = 0; j < n; j++) {
            y[yOffset + j] /= sum;
        }
    }

    private void logSoftmaxRow(float[] x, int xOffset, float[] y, int yOffset, int n) {
        float max = max(x, xOffset, n);
        float log = logOfSum(x, xOffset, n, max);
        for (int j = 0; j < n; j++) {
            y[yOffset + j] = x[xOffset + j] - max - log;
        }
    }

    /** Softmax cross-entropy of each row, in the order of vectors of {@code lanes} floats. */
    static void crossEntropy(
            int lanes,
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
        if (n < lanes) {
            ScalarRows.crossEntropy(logits, logitsOffset, labels, labelsOffset, loss, lossOffset, rows, n, part, parts);
            return;
        }
        ScalarTwinRows twin = new ScalarTwinRows(lanes);
        int end = Partition.start(rows, part + 1, parts);
        for (int i = Partition.start(rows, part, parts); i < end; i++) {
            loss[lossOffset + i] = twin.crossEntropyRow(logits, logitsOffset + i * n, labels, labelsOffset + i * n, n);
        }
    }

    private float crossEntropyRow(float[] logits, int logitsOffset, float[] labels, int labelsOffset, int n) {
        float max = max(logits, logitsOffset, n);
        float log = logOfSum(logits, logitsOffset, n, max);
        Arrays.fill(sums, 0);
        for (int j = 0; j < n; j++) {
            float label = labels[labelsOffset + j];
            sums[lane(j, n)] += label == 0 ? 0 : (log - (logits[logitsOffset + j] - max)) * label;
        }
        return sumOfHalves(sums, lanes);
    }

    private float logOfSum(float[] x, int offset, int n, float max) {
        Arrays.fill(sums, 0);
        Arrays.fill(rests, 0);
        for (int j = 0; j < n; j++) {
            float d = x[offset + j] - max;
            float e = ScalarMath.exp(d);
            sums[lane(j, n)] += e;
            rests[lane(j, n)] += d == 0 ? 0 : e;
        }
        return ScalarMath.log1p(ScalarRows.withoutOne(sumOfHalves(sums, lanes), sumOfHalves(rests, lanes)));
    }

    /**
     * Returns the lane of an element: in the vector that ends where the row ends, if it is behind the last full one.
     */
    private int lane(int j, int n) {
        return j < n - n % lanes ? j % lanes : j - (n - lanes);
    }

    private static float max(float[] x, int offset, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int j = 0; j < n; j++) {
            max = Math.max(max, x[offset + j]);
        }
        return max;
    }

    /** Returns the sum of the first {@code lanes} elements, in the order of {@link Lanes#sum}; they are overwritten. */
    static float sumOfHalves(float[] x, int lanes) {
        for (int half = lanes / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                x[i] += x[i + half];
            }
        }
        return x[0];
    }
}
