package dev.autodiff.kernel;

import static dev.autodiff.kernel.math.FusedMultiplyAdd.madd;

import java.util.Arrays;

/**
 * Loops over the windows of images, in plain Java: the copies before and after the matrix products of a convolution,
 * convolutions of each channel by itself, and pooling. A {@link WindowLayout} says where the windows are; windows are
 * numbered over all images. What several windows add to one element of an image is added in the order of the windows,
 * by the one call that has the image, so that results do not depend on how work is shared.
 */
public class FloatImages {
    /** Numbers up to which a loop is faster than {@link System#arraycopy}. */
    private static final int SHORT = 12;

    /** Makes the kernels, which have no state. */
    public FloatImages() {}

    // ---- what a vector form replaces: loops along neighbouring numbers

    /**
     * Copies numbers. What lies behind them in {@code y} may be changed, as it is written later.
     *
     * @param n the number of numbers
     */
    protected void copy(float[] x, int from, float[] y, int to, int n) {
        if (n > SHORT) {
            System.arraycopy(x, from, y, to, n);
        } else {
            for (int i = 0; i < n; i++) {
                y[to + i] = x[from + i];
            }
        }
    }

    /** Copies numbers, and changes nothing behind them. */
    protected void copyExactly(float[] x, int from, float[] y, int to, int n) {
        copy(x, from, y, to, n);
    }

    /** Adds numbers to others: y += x. */
    protected void add(float[] x, int from, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] += x[from + i];
        }
    }

    /** Adds products of numbers to others: y += a b. */
    protected void addProducts(float[] a, int aFrom, float[] b, int bFrom, float[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] = madd(a[aFrom + i], b[bFrom + i], y[to + i]);
        }
    }

    // ---- copies before and after matrix products

    /**
     * Copies what lies below windows into one row for each: height x width x channels numbers, zeros for taps outside
     * of the image.
     *
     * @param xOffset the offset of the first of the channels in {@code x}
     * @param channels the number of neighbouring channels that are copied
     * @param rows the rows, from index 0
     * @param pitch the distance between rows, at least their length; what lies between them may be changed
     * @param first the first window
     * @param count the number of windows
     */
    public final void gather(
            WindowLayout layout, float[] x, int xOffset, int channels, float[] rows, int pitch, int first, int count) {
        int run = layout.width() * channels;
        for (int window = first; window < first + count; ) {
            int line = window / layout.outWidth();
            int lineEnd = Math.min(first + count, (line + 1) * layout.outWidth());
            int row0 = layout.row(line % layout.outHeight(), 0);
            int image = xOffset + line / layout.outHeight() * layout.imageSize();
            int above = layout.firstRow(row0);
            int below = layout.endRow(row0);
            int start = image + (row0 + above * layout.dilationY()) * layout.pitch();
            for (; window < lineEnd; window++) {
                int column = layout.column(window - line * layout.outWidth(), 0);
                int from = start + column * layout.channels();
                int to = (window - first) * pitch;
                if (above > 0) {
                    Arrays.fill(rows, to, to + above * run, 0);
                    to += above * run;
                }
                if (layout.isInside(column) && layout.dilationX() == 1 && channels == layout.channels()) {
                    for (int r = above; r < below; r++) {
                        copy(x, from, rows, to, run);
                        from += layout.dilationY() * layout.pitch();
                        to += run;
                    }
                } else {
                    for (int r = above; r < below; r++) {
                        gatherApart(layout, x, from, channels, column, rows, to);
                        from += layout.dilationY() * layout.pitch();
                        to += run;
                    }
                }
                if (below < layout.height()) {
                    Arrays.fill(rows, to, to + (layout.height() - below) * run, 0);
                }
            }
        }
    }

    /** Copies what lies below one row of a window, tap by tap. */
    private void gatherApart(WindowLayout layout, float[] x, int from, int channels, int column, float[] rows, int to) {
        for (int s = 0; s < layout.width(); s++) {
            int at = column + s * layout.dilationX();
            if (at < 0 || at >= layout.imageWidth()) {
                Arrays.fill(rows, to + s * channels, to + (s + 1) * channels, 0);
            } else {
                copy(x, from + s * layout.dilationX() * layout.channels(), rows, to + s * channels, channels);
            }
        }
    }

    /**
     * Copies what lies below windows over images of one channel into one row for each tap, zeros where it lies outside
     * of the image: the transpose of what {@link #gather} makes. Neighbouring windows of a line lie side by side in a
     * row, so that few and long pieces are copied.
     *
     * @param rows the rows, from index 0
     * @param pitch the distance between rows, at least {@code count}
     * @param first the first window
     * @param count the number of windows
     */
    public final void gatherTaps(
            WindowLayout layout, float[] x, int xOffset, float[] rows, int pitch, int first, int count) {
        for (int window = first; window < first + count; ) {
            int line = window / layout.outWidth();
            int lineEnd = Math.min(first + count, (line + 1) * layout.outWidth());
            int column0 = layout.column(window - line * layout.outWidth(), 0);
            int image = xOffset + line / layout.outHeight() * layout.imageSize();
            for (int r = 0; r < layout.height(); r++) {
                int row = layout.row(line % layout.outHeight(), r);
                int to = r * layout.width() * pitch + window - first;
                if (row < 0 || row >= layout.imageHeight()) {
                    for (int s = 0; s < layout.width(); s++) {
                        Arrays.fill(rows, to + s * pitch, to + s * pitch + lineEnd - window, 0);
                    }
                } else {
                    int from = image + row * layout.imageWidth();
                    for (int s = 0; s < layout.width(); s++) {
                        int column = column0 + s * layout.dilationX();
                        gatherLine(layout, x, from, column, rows, to + s * pitch, lineEnd - window);
                    }
                }
            }
            window = lineEnd;
        }
    }

    /** Copies what lies below one tap of neighbouring windows; {@code column} is that of the first, or outside. */
    private void gatherLine(WindowLayout layout, float[] x, int from, int column, float[] rows, int to, int count) {
        int stride = layout.strideX();
        int first = -column;
        int last = layout.imageWidth() - column;
        if (stride > 1) { // a division would take longer than copying a line
            first = (first + stride - 1) / stride;
            last = (last + stride - 1) / stride;
        }
        int before = Math.min(count, Math.max(0, first));
        int end = Math.max(before, Math.min(count, last));
        for (int i = 0; i < before; i++) {
            rows[to + i] = 0;
        }
        if (stride == 1) {
            copyExactly(x, from + column + before, rows, to + before, end - before);
        } else {
            for (int i = before; i < end; i++) {
                rows[to + i] = x[from + column + i * stride];
            }
        }
        for (int i = end; i < count; i++) {
            rows[to + i] = 0;
        }
    }

    /**
     * Adds rows, as {@link #gather} makes them, to what lies below their windows.
     *
     * @param rows the rows, from index 0
     * @param x the images
     * @param xOffset the offset of the first of the channels in {@code x}
     * @param channels the number of neighbouring channels that are added to
     * @param first the first window
     * @param count the number of windows
     */
    public final void scatterAdd(
            WindowLayout layout, float[] rows, float[] x, int xOffset, int channels, int first, int count) {
        int run = layout.width() * channels;
        for (int window = first; window < first + count; ) {
            int line = window / layout.outWidth();
            int lineEnd = Math.min(first + count, (line + 1) * layout.outWidth());
            int row0 = layout.row(line % layout.outHeight(), 0);
            int image = xOffset + line / layout.outHeight() * layout.imageSize();
            int above = layout.firstRow(row0);
            int below = layout.endRow(row0);
            int start = image + (row0 + above * layout.dilationY()) * layout.pitch();
            for (; window < lineEnd; window++) {
                int column = layout.column(window - line * layout.outWidth(), 0);
                int to = start + column * layout.channels();
                int from = ((window - first) * layout.height() + above) * run;
                if (layout.isInside(column) && layout.dilationX() == 1 && channels == layout.channels()) {
                    for (int r = above; r < below; r++) {
                        add(rows, from, x, to, run);
                        to += layout.dilationY() * layout.pitch();
                        from += run;
                    }
                } else {
                    for (int r = above; r < below; r++) {
                        addTaps(layout, rows, from, channels, column, x, to);
                        to += layout.dilationY() * layout.pitch();
                        from += run;
                    }
                }
            }
        }
    }

    /** Adds to what lies below one row of a window, tap by tap. */
    private void addTaps(WindowLayout layout, float[] rows, int from, int channels, int column, float[] x, int to) {
        for (int s = 0; s < layout.width(); s++) {
            int at = column + s * layout.dilationX();
            if (at >= 0 && at < layout.imageWidth()) {
                add(rows, from + s * channels, x, to + s * layout.dilationX() * layout.channels(), channels);
            }
        }
    }

    // ---- convolutions of each channel by itself

    /**
     * Computes the convolution of each channel by itself: y[window, c] = Σ x[tap, c] weights[tap, c].
     *
     * @param first the first window
     * @param count the number of windows
     */
    public final void depthwise(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] weights,
            int wOffset,
            float[] y,
            int yOffset,
            int first,
            int count) {
        int channels = layout.channels();
        Arrays.fill(y, yOffset + first * channels, yOffset + (first + count) * channels, 0);
        for (int window = first; window < first + count; window++) {
            int image = xOffset + window / layout.windows() * layout.imageSize();
            int row0 = layout.row(window % layout.windows() / layout.outWidth(), 0);
            int column0 = layout.column(window % layout.outWidth(), 0);
            int to = yOffset + window * channels;
            for (int r = layout.firstRow(row0); r < layout.endRow(row0); r++) {
                int row = image + (row0 + r * layout.dilationY()) * layout.pitch();
                for (int s = layout.firstColumn(column0); s < layout.endColumn(column0); s++) {
                    int from = row + (column0 + s * layout.dilationX()) * channels;
                    addProducts(x, from, weights, wOffset + (r * layout.width() + s) * channels, y, to, channels);
                }
            }
        }
    }

    /** Computes the gradient of the images of {@link #depthwise} from that of its result, for whole images. */
    public final void depthwiseImage(
            WindowLayout layout,
            float[] dy,
            int dyOffset,
            float[] weights,
            int wOffset,
            float[] dx,
            int dxOffset,
            int image0,
            int image1) {
        int channels = layout.channels();
        Arrays.fill(dx, dxOffset + image0 * layout.imageSize(), dxOffset + image1 * layout.imageSize(), 0);
        for (int window = image0 * layout.windows(); window < image1 * layout.windows(); window++) {
            int image = dxOffset + window / layout.windows() * layout.imageSize();
            int row0 = layout.row(window % layout.windows() / layout.outWidth(), 0);
            int column0 = layout.column(window % layout.outWidth(), 0);
            int from = dyOffset + window * channels;
            for (int r = layout.firstRow(row0); r < layout.endRow(row0); r++) {
                int row = image + (row0 + r * layout.dilationY()) * layout.pitch();
                for (int s = layout.firstColumn(column0); s < layout.endColumn(column0); s++) {
                    int to = row + (column0 + s * layout.dilationX()) * channels;
                    addProducts(dy, from, weights, wOffset + (r * layout.width() + s) * channels, dx, to, channels);
                }
            }
        }
    }

    /**
     * Adds the gradient of the weights of {@link #depthwise} to totals: that of each row of windows is a plain sum,
     * and these are added up in double precision.
     *
     * @param totals one for each tap and channel
     * @param sums as many numbers as there are channels, of any value
     */
    public final void depthwiseWeights(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            double[] totals,
            float[] sums,
            int image0,
            int image1) {
        int channels = layout.channels();
        for (int line = image0 * layout.outHeight(); line < image1 * layout.outHeight(); line++) {
            int image = xOffset + line / layout.outHeight() * layout.imageSize();
            int row0 = layout.row(line % layout.outHeight(), 0);
            int upstream = dyOffset + line * layout.outWidth() * channels;
            for (int r = layout.firstRow(row0); r < layout.endRow(row0); r++) {
                int row = image + (row0 + r * layout.dilationY()) * layout.pitch();
                for (int s = 0; s < layout.width(); s++) {
                    Arrays.fill(sums, 0, channels, 0);
                    for (int column = 0; column < layout.outWidth(); column++) {
                        int at = layout.column(column, s);
                        if (at >= 0 && at < layout.imageWidth()) {
                            addProducts(x, row + at * channels, dy, upstream + column * channels, sums, 0, channels);
                        }
                    }
                    int total = (r * layout.width() + s) * channels;
                    for (int c = 0; c < channels; c++) {
                        totals[total + c] += sums[c];
                    }
                }
            }
        }
    }

    // ---- pooling

    /**
     * Finds the largest element below each window, channel by channel, the first of several and the last NaN, and
     * copies the element of other images at the same place; -infinity if the whole window lies outside.
     *
     * @param chosen the images to copy from, which may be {@code x}
     * @param first the first window
     * @param count the number of windows
     */
    public void maxPool(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] chosen,
            int chosenOffset,
            float[] y,
            int yOffset,
            int first,
            int count) {
        int channels = layout.channels();
        for (int window = first; window < first + count; window++) {
            int image = window / layout.windows() * layout.imageSize();
            for (int c = 0; c < channels; c++) {
                int at = largest(layout, x, xOffset + image + c, window);
                y[yOffset + window * channels + c] =
                        at < 0 ? Float.NEGATIVE_INFINITY : chosen[chosenOffset + image + c + at];
            }
        }
    }

    /** Adds a number for each window and channel to zeros, where the image is largest, for whole images. */
    public void maxPoolImage(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            int image0,
            int image1) {
        Arrays.fill(dx, dxOffset + image0 * layout.imageSize(), dxOffset + image1 * layout.imageSize(), 0);
        for (int window = image0 * layout.windows(); window < image1 * layout.windows(); window++) {
            addToLargest(layout, x, xOffset, dy, dyOffset, dx, dxOffset, window, 0);
        }
    }

    /** Adds the numbers of one window where the image is largest, from a channel on. */
    protected static void addToLargest(
            WindowLayout layout,
            float[] x,
            int xOffset,
            float[] dy,
            int dyOffset,
            float[] dx,
            int dxOffset,
            int window,
            int channel) {
        int image = window / layout.windows() * layout.imageSize();
        for (int c = channel; c < layout.channels(); c++) {
            int at = largest(layout, x, xOffset + image + c, window);
            if (at >= 0) {
                dx[dxOffset + image + c + at] += dy[dyOffset + window * layout.channels() + c];
            }
        }
    }

    /** Returns the distance from an image's first element to the largest below a window; -1 if there is none. */
    protected static int largest(WindowLayout layout, float[] x, int offset, int window) {
        int row0 = layout.row(window % layout.windows() / layout.outWidth(), 0);
        int column0 = layout.column(window % layout.outWidth(), 0);
        int first = layout.firstColumn(column0);
        int end = layout.endColumn(column0);
        int step = layout.dilationX() * layout.channels();
        int found = -1;
        float largest = 0;
        for (int r = layout.firstRow(row0); r < layout.endRow(row0); r++) {
            int at = (row0 + r * layout.dilationY()) * layout.pitch() + column0 * layout.channels() + first * step;
            for (int s = first; s < end; s++) {
                float value = x[offset + at];
                if (found < 0 || value > largest || Float.isNaN(value)) {
                    found = at;
                    largest = value;
                }
                at += step;
            }
        }
        return found;
    }
}
