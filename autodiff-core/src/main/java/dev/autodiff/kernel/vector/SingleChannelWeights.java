package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.COUNT;
import static dev.autodiff.kernel.vector.Lanes.SPECIES;

import dev.autodiff.kernel.WindowLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of the weights of a convolution over images of one channel. The taps of a row of a window lie side by
 * side in the image, so a vector takes them from there, and nothing has to be gathered; its lanes beyond the taps are
 * not used. Every sum has its terms in the order of the windows, one FMA a term, as the matrix product has.
 */
final class SingleChannelWeights {
    /** Rows of taps, and outputs, whose sums are formed at a time: with vectors of both they fill 16 registers. */
    private static final int ROWS = 5;

    private static final int OUTPUTS = 2;
    /** Room for the sums. */
    static final int SUMS = ROWS * OUTPUTS * COUNT;

    private SingleChannelWeights() {}

    /**
     * Returns whether the windows can be read as vectors: none reaches over the border of its image, nor a vector over
     * the end of the array.
     *
     * @param xOffset the offset of the first image
     * @param end the number of the window after the last
     */
    static boolean suits(WindowLayout layout, float[] x, int xOffset, int end) {
        int last = start(layout, xOffset, end - 1) + (layout.height() - 1) * layout.dilationY() * layout.pitch();
        return isInside(layout) && layout.width() <= COUNT && last + COUNT <= x.length;
    }

    /** Returns whether the taps of a row of a window are neighbours, and no window reaches over the border. */
    static boolean isInside(WindowLayout layout) {
        return layout.channels() == 1
                && layout.dilationX() == 1
                && layout.top() == 0
                && layout.row(layout.outHeight() - 1, layout.height() - 1) < layout.imageHeight()
                && layout.left() == 0
                && layout.isInside(layout.column(layout.outWidth() - 1, 0));
    }

    /** Returns the place of the first tap of a window. */
    static int start(WindowLayout layout, int xOffset, int window) {
        int line = window / layout.outWidth();
        return xOffset
                + line / layout.outHeight() * layout.imageSize()
                + layout.row(line % layout.outHeight(), 0) * layout.pitch()
                + layout.column(window % layout.outWidth(), 0);
    }

    /**
     * Computes the sums over some windows: a row of taps for each output.
     *
     * @param dyOffset the offset of the first of the outputs of the first window
     * @param outputs the distance between windows in {@code dy}
     * @param columns the number of outputs
     * @param first the first window
     * @param count the number of windows
     * @param sums room for {@link #SUMS} numbers
     */
    static void sum(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            int outputs,
            int columns,
            float[] y,
            int yOffset,
            int first,
            int count,
            float[] sums) {
        int rowStep = layout.dilationY() * layout.pitch();
        int at = start(layout, xOffset, first);
        for (int o = 0; o < columns; o += OUTPUTS) {
            int second = Math.min(1, columns - 1 - o);
            for (int r = 0; r < layout.height(); r += ROWS) {
                int rows = Math.min(ROWS, layout.height() - r);
                sumRows(
                        layout,
                        x,
                        at + r * rowStep,
                        rowStep,
                        rows,
                        dy,
                        dyOffset + o,
                        outputs,
                        second,
                        first,
                        count,
                        sums);
                for (int i = 0; i < rows; i++) {
                    int to = yOffset + o * layout.taps() + (r + i) * layout.width();
                    System.arraycopy(sums, i * COUNT, y, to, layout.width());
                    if (second == 1) {
                        System.arraycopy(sums, (ROWS + i) * COUNT, y, to + layout.taps(), layout.width());
                    }
                }
            }
        }
    }

    /** Sums one loop over all windows: in a nest, C2 makes objects. Rows that are too many repeat the last. */
    private static void sumRows(
            WindowLayout layout,
            float[] x,
            int start,
            int rowStep,
            int rows,
            float[] dy,
            int dyStart,
            int outputs,
            int second,
            int first,
            int count,
            float[] sums) {
        int step = layout.strideX();
        int outWidth = layout.outWidth();
        int outHeight = layout.outHeight();
        int toNextLine = layout.strideY() * layout.pitch() - outWidth * step;
        int toNextImage = layout.imageSize() - outHeight * layout.strideY() * layout.pitch();
        int column = first % outWidth;
        int line = first / outWidth % outHeight;
        int r1 = Math.min(1, rows - 1) * rowStep;
        int r2 = Math.min(2, rows - 1) * rowStep;
        int r3 = Math.min(3, rows - 1) * rowStep;
        int r4 = Math.min(4, rows - 1) * rowStep;
        FloatVector a0 = FloatVector.zero(SPECIES);
        FloatVector a1 = FloatVector.zero(SPECIES);
        FloatVector a2 = FloatVector.zero(SPECIES);
        FloatVector a3 = FloatVector.zero(SPECIES);
        FloatVector a4 = FloatVector.zero(SPECIES);
        FloatVector b0 = FloatVector.zero(SPECIES);
        FloatVector b1 = FloatVector.zero(SPECIES);
        FloatVector b2 = FloatVector.zero(SPECIES);
        FloatVector b3 = FloatVector.zero(SPECIES);
        FloatVector b4 = FloatVector.zero(SPECIES);
        int at = start;
        int d = dyStart;
        for (int window = 0; window < count; window++) {
            FloatVector u = FloatVector.broadcast(SPECIES, dy[d]);
            FloatVector v = FloatVector.broadcast(SPECIES, dy[d + second]);
            FloatVector row = FloatVector.fromArray(SPECIES, x, at);
            a0 = row.fma(u, a0);
            b0 = row.fma(v, b0);
            row = FloatVector.fromArray(SPECIES, x, at + r1);
            a1 = row.fma(u, a1);
            b1 = row.fma(v, b1);
            row = FloatVector.fromArray(SPECIES, x, at + r2);
            a2 = row.fma(u, a2);
            b2 = row.fma(v, b2);
            row = FloatVector.fromArray(SPECIES, x, at + r3);
            a3 = row.fma(u, a3);
            b3 = row.fma(v, b3);
            row = FloatVector.fromArray(SPECIES, x, at + r4);
            a4 = row.fma(u, a4);
            b4 = row.fma(v, b4);
            d += outputs;
            at += step;
            column++;
            if (column == outWidth) {
                column = 0;
                at += toNextLine;
                line++;
                if (line == outHeight) {
                    line = 0;
                    at += toNextImage;
                }
            }
        }
        a0.intoArray(sums, 0);
        a1.intoArray(sums, COUNT);
        a2.intoArray(sums, 2 * COUNT);
        a3.intoArray(sums, 3 * COUNT);
        a4.intoArray(sums, 4 * COUNT);
        b0.intoArray(sums, 5 * COUNT);
        b1.intoArray(sums, 6 * COUNT);
        b2.intoArray(sums, 7 * COUNT);
        b3.intoArray(sums, 8 * COUNT);
        b4.intoArray(sums, 9 * COUNT);
    }
}
