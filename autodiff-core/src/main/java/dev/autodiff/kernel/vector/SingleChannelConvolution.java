package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;

import dev.autodiff.kernel.WindowLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The convolution of images of one channel to a few outputs. What lies below one tap of neighbouring windows lies side
 * by side in the image, so a vector takes it from there, and nothing has to be gathered. Every sum has its terms in the
 * order of the taps, one FMA a term, as the matrix product has.
 */
final class SingleChannelConvolution {
    /** Outputs whose sums are formed at a time. */
    private static final int OUTPUTS = 6;
    /** Room for the sums. */
    static final int SUMS = OUTPUTS * COUNT;

    private SingleChannelConvolution() {}

    /** Returns whether windows are neighbours in the image, and none reaches over its border. */
    static boolean suits(WindowLayout layout) {
        return SingleChannelWeights.isInside(layout) && layout.strideX() == 1;
    }

    /**
     * Computes some windows.
     *
     * @param weights the weights, a row of taps for each output
     * @param y the results, the outputs of each window side by side
     * @param yOffset the offset of the first window's
     * @param first the first window
     * @param count the number of windows
     * @param sums room for {@link #SUMS} numbers
     */
    static void convolve(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] weights,
            int outputs,
            float[] y,
            int yOffset,
            int first,
            int count,
            float[] sums) {
        int rowStep = layout.dilationY() * layout.pitch();
        int reach = (layout.height() - 1) * rowStep + layout.width() - 1 + COUNT;
        for (int window = first; window < first + count; ) {
            int column = window % layout.outWidth();
            int n = Math.min(COUNT, Math.min(first + count - window, layout.outWidth() - column));
            int at = SingleChannelWeights.start(layout, xOffset, window);
            int to = yOffset + (window - first) * outputs;
            boolean fits = at + reach <= x.length;
            for (int o = 0; o < outputs; o += OUTPUTS) {
                int rows = Math.min(OUTPUTS, outputs - o);
                if (fits) {
                    sumTaps(x, at, layout.width(), layout.taps(), rowStep, weights, o * layout.taps(), rows, sums);
                } else {
                    sumSingly(layout, x, at, rowStep, weights, o * layout.taps(), rows, n, sums);
                }
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < rows; j++) {
                        y[to + i * outputs + o + j] = sums[j * COUNT + i];
                    }
                }
            }
            window += n;
        }
    }

    /** Sums over the taps below as many windows as a vector has lanes; outputs that are too many repeat the last. */
    private static void sumTaps(
            float[] x,
            int start,
            int width,
            int taps,
            int rowStep,
            float[] weights,
            int firstWeight,
            int outputs,
            float[] sums) {
        int w1 = Math.min(1, outputs - 1) * taps;
        int w2 = Math.min(2, outputs - 1) * taps;
        int w3 = Math.min(3, outputs - 1) * taps;
        int w4 = Math.min(4, outputs - 1) * taps;
        int w5 = Math.min(5, outputs - 1) * taps;
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = FloatVector.zero(SPECIES);
        FloatVector s2 = FloatVector.zero(SPECIES);
        FloatVector s3 = FloatVector.zero(SPECIES);
        FloatVector s4 = FloatVector.zero(SPECIES);
        FloatVector s5 = FloatVector.zero(SPECIES);
        int at = start;
        int column = 0;
        for (int tap = firstWeight; tap < firstWeight + taps; tap++) {
            FloatVector below = FloatVector.fromArray(SPECIES, x, at);
            s0 = below.fma(FloatVector.broadcast(SPECIES, weights[tap]), s0);
            s1 = below.fma(FloatVector.broadcast(SPECIES, weights[tap + w1]), s1);
            s2 = below.fma(FloatVector.broadcast(SPECIES, weights[tap + w2]), s2);
            s3 = below.fma(FloatVector.broadcast(SPECIES, weights[tap + w3]), s3);
            s4 = below.fma(FloatVector.broadcast(SPECIES, weights[tap + w4]), s4);
            s5 = below.fma(FloatVector.broadcast(SPECIES, weights[tap + w5]), s5);
            at++;
            column++;
            if (column == width) {
                column = 0;
                at += rowStep - width;
            }
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, COUNT);
        s2.intoArray(sums, 2 * COUNT);
        s3.intoArray(sums, 3 * COUNT);
        s4.intoArray(sums, 4 * COUNT);
        s5.intoArray(sums, 5 * COUNT);
    }

    /** Does the same for windows at the end of the array, over which vectors would reach. */
    private static void sumSingly(
            WindowLayout layout,
            float[] x,
            int start,
            int rowStep,
            float[] weights,
            int firstWeight,
            int outputs,
            int windows,
            float[] sums) {
        for (int j = 0; j < outputs; j++) {
            int w = firstWeight + j * layout.taps();
            for (int i = 0; i < windows; i++) {
                float sum = 0;
                for (int tap = 0; tap < layout.taps(); tap++) {
                    int at = start + i + tap / layout.width() * rowStep + tap % layout.width();
                    sum = Math.fma(x[at], weights[w + tap], sum);
                }
                sums[j * COUNT + i] = sum;
            }
        }
    }
}
