package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.DoubleImages;
import dev.autodiff.kernel.FloatImages;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.SingleChannelImages;
import dev.autodiff.kernel.WindowLayout;
import java.util.Arrays;

/** The kernels for images over arrays of one type, which the methods take as objects. */
final class ImageArrays {
    private static final DoubleImages DOUBLES = new DoubleImages();

    private final Kernels kernels;
    private final boolean single;

    ImageArrays(Kernels kernels, DType dtype) {
        this.kernels = kernels;
        this.single = dtype == DType.FLOAT32;
    }

    private FloatImages floats(int work) {
        return kernels.images(work);
    }

    /** Returns working memory; see {@link Scratch}. */
    Object scratch(Scratch scratch, int which, int length) {
        return single ? scratch.floats(which, length) : scratch.doubles(which, length);
    }

    void matmul(
            MatmulLayout layout,
            Object a,
            int aOffset,
            Object b,
            int bOffset,
            Object c,
            int cOffset,
            int m,
            int n,
            int k,
            Scratch scratch) {
        if (single) {
            kernels.matmul(layout, (float[]) a, aOffset, (float[]) b, bOffset, (float[]) c, cOffset, m, n, k, scratch);
        } else {
            kernels.matmul(
                    layout, (double[]) a, aOffset, (double[]) b, bOffset, (double[]) c, cOffset, m, n, k, scratch);
        }
    }

    void gather(
            WindowLayout layout, Object x, int xOffset, int channels, Object rows, int pitch, int first, int count) {
        if (single) {
            floats(count * layout.taps() * channels)
                    .gather(layout, (float[]) x, xOffset, channels, (float[]) rows, pitch, first, count);
        } else {
            DOUBLES.gather(layout, (double[]) x, xOffset, channels, (double[]) rows, pitch, first, count);
        }
    }

    /** Convolves if that is faster than a product; returns whether it was. */
    boolean convolveOneChannel(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object weights,
            int outputs,
            Object y,
            int yOffset,
            int first,
            int count,
            Scratch scratch) {
        SingleChannelImages images = single ? kernels.singleChannelImages((long) count * layout.taps()) : null;
        return images != null
                && images.convolve(
                        layout,
                        (float[]) x,
                        xOffset,
                        (float[]) weights,
                        outputs,
                        (float[]) y,
                        yOffset,
                        first,
                        count,
                        scratch);
    }

    /** Computes the gradient of weights if that is faster than a product; returns whether it was. */
    boolean weightsOfOneChannel(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object dy,
            int dyOffset,
            int outputs,
            int columns,
            Object y,
            int yOffset,
            int first,
            int count,
            Scratch scratch) {
        SingleChannelImages images = single ? kernels.singleChannelImages((long) count * layout.taps()) : null;
        return images != null
                && images.weights(
                        layout,
                        (float[]) x,
                        xOffset,
                        (float[]) dy,
                        dyOffset,
                        outputs,
                        columns,
                        (float[]) y,
                        yOffset,
                        first,
                        count,
                        scratch);
    }

    void gatherTaps(WindowLayout layout, Object x, int xOffset, Object rows, int pitch, int first, int count) {
        if (single) {
            floats(count * layout.taps()).gatherTaps(layout, (float[]) x, xOffset, (float[]) rows, pitch, first, count);
        } else {
            DOUBLES.gatherTaps(layout, (double[]) x, xOffset, (double[]) rows, pitch, first, count);
        }
    }

    /**
     * Copies the transpose of a matrix, whose columns become contiguous.
     *
     * @param pitch the distance between its rows
     */
    void transpose(Object x, int xOffset, int pitch, int rows, int columns, Object y, int yOffset) {
        if (single) {
            transpose((float[]) x, xOffset, pitch, rows, columns, (float[]) y, yOffset);
        } else {
            transpose((double[]) x, xOffset, pitch, rows, columns, (double[]) y, yOffset);
        }
    }

    private static void transpose(float[] x, int xOffset, int pitch, int rows, int columns, float[] y, int yOffset) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                y[yOffset + j * rows + i] = x[xOffset + i * pitch + j];
            }
        }
    }

    private static void transpose(double[] x, int xOffset, int pitch, int rows, int columns, double[] y, int yOffset) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                y[yOffset + j * rows + i] = x[xOffset + i * pitch + j];
            }
        }
    }

    void scatterAdd(WindowLayout layout, Object rows, Object x, int xOffset, int channels, int first, int count) {
        if (single) {
            floats(count * layout.taps() * channels)
                    .scatterAdd(layout, (float[]) rows, (float[]) x, xOffset, channels, first, count);
        } else {
            DOUBLES.scatterAdd(layout, (double[]) rows, (double[]) x, xOffset, channels, first, count);
        }
    }

    void depthwise(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object weights,
            int wOffset,
            Object y,
            int yOffset,
            int first,
            int count) {
        if (single) {
            floats(count * layout.taps() * layout.channels())
                    .depthwise(
                            layout,
                            (float[]) x,
                            xOffset,
                            (float[]) weights,
                            wOffset,
                            (float[]) y,
                            yOffset,
                            first,
                            count);
        } else {
            DOUBLES.depthwise(
                    layout, (double[]) x, xOffset, (double[]) weights, wOffset, (double[]) y, yOffset, first, count);
        }
    }

    void depthwiseImage(
            WindowLayout layout,
            Object dy,
            int dyOffset,
            Object weights,
            int wOffset,
            Object dx,
            int dxOffset,
            int image0,
            int image1) {
        if (single) {
            floats((image1 - image0) * layout.imageSize())
                    .depthwiseImage(
                            layout,
                            (float[]) dy,
                            dyOffset,
                            (float[]) weights,
                            wOffset,
                            (float[]) dx,
                            dxOffset,
                            image0,
                            image1);
        } else {
            DOUBLES.depthwiseImage(
                    layout,
                    (double[]) dy,
                    dyOffset,
                    (double[]) weights,
                    wOffset,
                    (double[]) dx,
                    dxOffset,
                    image0,
                    image1);
        }
    }

    void depthwiseWeights(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object dy,
            int dyOffset,
            double[] totals,
            Object sums,
            int image0,
            int image1) {
        if (single) {
            floats((image1 - image0) * layout.imageSize())
                    .depthwiseWeights(
                            layout,
                            (float[]) x,
                            xOffset,
                            (float[]) dy,
                            dyOffset,
                            totals,
                            (float[]) sums,
                            image0,
                            image1);
        } else {
            DOUBLES.depthwiseWeights(
                    layout, (double[]) x, xOffset, (double[]) dy, dyOffset, totals, (double[]) sums, image0, image1);
        }
    }

    void maxPool(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object chosen,
            int chosenOffset,
            Object y,
            int yOffset,
            int first,
            int count) {
        if (single) {
            kernels.pooling(layout, true, (long) count * layout.taps() * layout.channels())
                    .maxPool(
                            layout,
                            (float[]) x,
                            xOffset,
                            (float[]) chosen,
                            chosenOffset,
                            (float[]) y,
                            yOffset,
                            first,
                            count);
        } else {
            DOUBLES.maxPool(
                    layout,
                    (double[]) x,
                    xOffset,
                    (double[]) chosen,
                    chosenOffset,
                    (double[]) y,
                    yOffset,
                    first,
                    count);
        }
    }

    void maxPoolImage(
            WindowLayout layout,
            Object x,
            int xOffset,
            Object dy,
            int dyOffset,
            Object dx,
            int dxOffset,
            int image0,
            int image1) {
        if (single) {
            kernels.pooling(layout, false, (long) (image1 - image0) * layout.imageSize())
                    .maxPoolImage(
                            layout,
                            (float[]) x,
                            xOffset,
                            (float[]) dy,
                            dyOffset,
                            (float[]) dx,
                            dxOffset,
                            image0,
                            image1);
        } else {
            DOUBLES.maxPoolImage(
                    layout, (double[]) x, xOffset, (double[]) dy, dyOffset, (double[]) dx, dxOffset, image0, image1);
        }
    }

    /** Sets elements to 0. */
    void clear(Object x, int from, int to) {
        if (single) {
            Arrays.fill((float[]) x, from, to, 0);
        } else {
            Arrays.fill((double[]) x, from, to, 0);
        }
    }

    /** Adds the first n elements of an array to those of another. */
    void add(Object x, Object sums, int n) {
        if (single) {
            add((float[]) x, (float[]) sums, n);
        } else {
            add((double[]) x, (double[]) sums, n);
        }
    }

    private static void add(float[] x, float[] sums, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i];
        }
    }

    private static void add(double[] x, double[] sums, int n) {
        for (int i = 0; i < n; i++) {
            sums[i] += x[i];
        }
    }

    /** Adds the first n elements of an array to totals. */
    void addUp(Object x, double[] totals, int n) {
        if (single) {
            float[] sums = (float[]) x;
            for (int i = 0; i < n; i++) {
                totals[i] += sums[i];
            }
        } else {
            add((double[]) x, totals, n);
        }
    }

    /** Rounds totals into numbers of an array that lie {@code step} apart. */
    void round(double[] totals, int from, Object y, int to, int step, int n) {
        if (single) {
            float[] rounded = (float[]) y;
            for (int i = 0; i < n; i++) {
                rounded[to + i * step] = (float) totals[from + i];
            }
        } else {
            double[] exact = (double[]) y;
            for (int i = 0; i < n; i++) {
                exact[to + i * step] = totals[from + i];
            }
        }
    }
}
