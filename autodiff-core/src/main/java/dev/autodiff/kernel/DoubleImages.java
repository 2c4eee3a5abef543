package dev.autodiff.kernel;

import static dev.autodiff.kernel.math.FusedMultiplyAdd.madd;

import java.util.Arrays;

/**
 * Loops over the windows of images of doubles, in plain Java: the copies before and after the matrix products of a convolution,
 * convolutions of each channel by itself, and pooling. A {@link WindowLayout} says where the windows are; windows are
 * numbered over all images. What several windows add to one element of an image is added in the order of the windows, by
 * the one call that has the image, so that results do not depend on how work is shared.
 */
public class DoubleImages {
    /** Makes the kernels, which have no state. */
    public DoubleImages() {}

    /**
     * Copies what lies below windows into one row for each: height x width x channels numbers, zeros for taps outside
     * of the image.
     *
     * @param xOffset the offset of the first of the channels in {@code x}
     * @param channels the number of neighbouring channels that are copied
     * @param rows the rows, from index 0
     * @param first the first window
     * @param count the number of windows
     */
    public void gather(WindowLayout layout, double[] x, int xOffset, int channels, double[] rows, int first, int count) {
        int to = 0;
        for (int window = first; window < first + count; window++) {
            int image = xOffset + window / layout.windows() * layout.imageSize();
            int windowRow = window % layout.windows() / layout.outWidth();
            int windowColumn = window % layout.outWidth();
            for (int r = 0; r < layout.height(); r++) {
                int row = layout.row(windowRow, r);
                int length = layout.width() * channels;
                if (row < 0 || row >= layout.imageHeight()) {
                    Arrays.fill(rows, to, to + length, 0);
                } else {
                    int from = image + row * layout.imageWidth() * layout.channels();
                    gatherRow(layout, x, from, channels, windowColumn, rows, to);
                }
                to += length;
            }
        }
    }

    /** Copies what lies below one row of a window. */
    private static void gatherRow(
            WindowLayout layout, double[] x, int from, int channels, int windowColumn, double[] rows, int to) {
        int width = layout.width();
        int column = layout.column(windowColumn, 0);
        boolean inside = column >= 0 && layout.column(windowColumn, width - 1) < layout.imageWidth();
        if (inside && layout.dilationX() == 1 && channels == layout.channels()) {
            copy(x, from + column * channels, rows, to, width * channels);
            return;
        }
        for (int s = 0; s < width; s++) {
            column = layout.column(windowColumn, s);
            if (column < 0 || column >= layout.imageWidth()) {
                Arrays.fill(rows, to + s * channels, to + (s + 1) * channels, 0);
            } else {
                copy(x, from + column * layout.channels(), rows, to + s * channels, channels);
            }
        }
    }

    private static void copy(double[] x, int from, double[] y, int to, int n) {
        if (n > 8) {
            System.arraycopy(x, from, y, to, n);
        } else {
            for (int i = 0; i < n; i++) {
                y[to + i] = x[from + i];
            }
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
    public void scatterAdd(
            WindowLayout layout, double[] rows, double[] x, int xOffset, int channels, int first, int count) {
        int from = 0;
        for (int window = first; window < first + count; window++) {
            int image = xOffset + window / layout.windows() * layout.imageSize();
            int windowRow = window % layout.windows() / layout.outWidth();
            int windowColumn = window % layout.outWidth();
            for (int r = 0; r < layout.height(); r++) {
                int row = layout.row(windowRow, r);
                boolean inside = row >= 0 && row < layout.imageHeight();
                int to = image + row * layout.imageWidth() * layout.channels();
                for (int s = 0; s < layout.width(); s++) {
                    int column = layout.column(windowColumn, s);
                    if (inside && column >= 0 && column < layout.imageWidth()) {
                        add(rows, from, x, to + column * layout.channels(), channels);
                    }
                    from += channels;
                }
            }
        }
    }

    /** Adds numbers to others. */
    protected void add(double[] x, int from, double[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] += x[from + i];
        }
    }

    /** Adds products of numbers to others: y += a b. */
    protected void addProducts(double[] a, int aFrom, double[] b, int bFrom, double[] y, int to, int n) {
        for (int i = 0; i < n; i++) {
            y[to + i] = madd(a[aFrom + i], b[bFrom + i], y[to + i]);
        }
    }

    /**
     * Computes the convolution of each channel by itself: y[window, c] = Σ x[tap, c] weights[tap, c].
     *
     * @param first the first window
     * @param count the number of windows
     */
    public void depthwise(
            WindowLayout layout,
            double[] x,
            int xOffset,
            double[] weights,
            int wOffset,
            double[] y,
            int yOffset,
            int first,
            int count) {
        int channels = layout.channels();
        Arrays.fill(y, yOffset + first * channels, yOffset + (first + count) * channels, 0);
        for (int window = first; window < first + count; window++) {
            int image = xOffset + window / layout.windows() * layout.imageSize();
            int windowRow = window % layout.windows() / layout.outWidth();
            int windowColumn = window % layout.outWidth();
            for (int tap = 0; tap < layout.taps(); tap++) {
                int at = layout.place(windowRow, windowColumn, tap);
                if (at >= 0) {
                    addProducts(
                            x,
                            image + at * channels,
                            weights,
                            wOffset + tap * channels,
                            y,
                            yOffset + window * channels,
                            channels);
                }
            }
        }
    }

    /** Computes the gradient of the images of {@link #depthwise} from that of its result, for whole images. */
    public void depthwiseImage(
            WindowLayout layout,
            double[] dy,
            int dyOffset,
            double[] weights,
            int wOffset,
            double[] dx,
            int dxOffset,
            int image0,
            int image1) {
        int channels = layout.channels();
        Arrays.fill(dx, dxOffset + image0 * layout.imageSize(), dxOffset + image1 * layout.imageSize(), 0);
        for (int window = image0 * layout.windows(); window < image1 * layout.windows(); window++) {
            int image = dxOffset + window / layout.windows() * layout.imageSize();
            int windowRow = window % layout.windows() / layout.outWidth();
            int windowColumn = window % layout.outWidth();
            for (int tap = 0; tap < layout.taps(); tap++) {
                int at = layout.place(windowRow, windowColumn, tap);
                if (at >= 0) {
                    addProducts(
                            dy,
                            dyOffset + window * channels,
                            weights,
                            wOffset + tap * channels,
                            dx,
                            image + at * channels,
                            channels);
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
    public void depthwiseWeights(
            WindowLayout layout,
            double[] x,
            int xOffset,
            double[] dy,
            int dyOffset,
            double[] totals,
            double[] sums,
            int image0,
            int image1) {
        int channels = layout.channels();
        for (int line = image0 * layout.outHeight(); line < image1 * layout.outHeight(); line++) {
            int image = xOffset + line / layout.outHeight() * layout.imageSize();
            int upstream = dyOffset + line * layout.outWidth() * channels;
            for (int tap = 0; tap < layout.taps(); tap++) {
                Arrays.fill(sums, 0, channels, 0);
                for (int column = 0; column < layout.outWidth(); column++) {
                    int at = layout.place(line % layout.outHeight(), column, tap);
                    if (at >= 0) {
                        addProducts(
                                x, image + at * channels, dy, upstream + column * channels, sums, 0, channels);
                    }
                }
                for (int c = 0; c < channels; c++) {
                    totals[tap * channels + c] += sums[c];
                }
            }
        }
    }

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
            double[] x,
            int xOffset,
            double[] chosen,
            int chosenOffset,
            double[] y,
            int yOffset,
            int first,
            int count) {
        int channels = layout.channels();
        for (int window = first; window < first + count; window++) {
            int image = window / layout.windows() * layout.imageSize();
            for (int c = 0; c < channels; c++) {
                int at = largest(layout, x, xOffset + image + c, window);
                y[yOffset + window * channels + c] =
                        at < 0 ? Double.NEGATIVE_INFINITY : chosen[chosenOffset + image + c + at];
            }
        }
    }

    /** Adds a number for each window and channel to zeros, where the image is largest, for whole images. */
    public void maxPoolImage(
            WindowLayout layout,
            double[] x,
            int xOffset,
            double[] dy,
            int dyOffset,
            double[] dx,
            int dxOffset,
            int image0,
            int image1) {
        int channels = layout.channels();
        Arrays.fill(dx, dxOffset + image0 * layout.imageSize(), dxOffset + image1 * layout.imageSize(), 0);
        for (int window = image0 * layout.windows(); window < image1 * layout.windows(); window++) {
            int image = window / layout.windows() * layout.imageSize();
            for (int c = 0; c < channels; c++) {
                int at = largest(layout, x, xOffset + image + c, window);
                if (at >= 0) {
                    dx[dxOffset + image + c + at] += dy[dyOffset + window * channels + c];
                }
            }
        }
    }

    /** Returns the distance from an image's first element to the largest below a window; -1 if there is none. */
    private static int largest(WindowLayout layout, double[] x, int offset, int window) {
        int windowRow = window % layout.windows() / layout.outWidth();
        int windowColumn = window % layout.outWidth();
        int found = -1;
        double largest = 0;
        for (int tap = 0; tap < layout.taps(); tap++) {
            int at = layout.place(windowRow, windowColumn, tap) * layout.channels();
            if (at >= 0) {
                double value = x[offset + at];
                if (found < 0 || value > largest || Double.isNaN(value)) {
                    found = at;
                    largest = value;
                }
            }
        }
        return found;
    }
}
