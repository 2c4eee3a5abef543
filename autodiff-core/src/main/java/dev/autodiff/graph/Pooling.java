package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Arrays;

/**
 * Pooling of images and sequences: one number for what lies below each window, channel by channel; and its counterpart,
 * upsampling. Axes are those of {@link Convolutions}, {@code [images, height, width, channels]}, unless options say
 * otherwise. By default windows lie side by side.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[] {1, 3, 2, 5, 4, 0}).reshape(1, 6, 1);
 * Tensor largest = Pooling.maxPool1d(x, 2, new WindowOptions()).reshape(3);                // [3.0, 5.0, 4.0]
 * Tensor mean = Pooling.averagePool1d(x, 2, new WindowOptions(), false).reshape(3);        // [2.0, 3.5, 2.0]
 * Tensor twice = Pooling.upsample2d(x.reshape(1, 1, 6, 1), 1, 2, Interpolation.NEAREST);
 * twice.shape(); // [1, 1, 12, 1]
 * }</pre>
 */
public final class Pooling {
    public static final OpType MAX_POOL = new OpType("maxPool");
    public static final OpType MAX_POOL_CHOSEN = new OpType("maxPoolChosen");
    public static final OpType MAX_POOL_IMAGE = new OpType("maxPoolImage");
    public static final OpType WINDOW_COUNTS = new OpType("windowCounts");

    /** The choice to count elements of padding in {@link #WINDOW_COUNTS}. */
    public static final Attribute<Boolean> COUNT_INCLUDE_PAD = new Attribute<>("countIncludePad", false);

    private Pooling() {}

    /**
     * Returns the largest element below each window. Padding is never chosen. Of several elements that are equally
     * large the first one, row by row, gets the gradient, as in PyTorch; a NaN is larger than any number.
     *
     * @param images {@code [images, height, width, channels]}
     * @param height the vertical size of a window
     * @param width the horizontal size of a window
     * @throws GraphException if a window is larger than the image with padding
     */
    public static Tensor maxPool2d(Tensor images, int height, int width, WindowOptions options) {
        Convolutions.checkRank("maxPool2d", images, 4, options.first);
        Tensor last = options.first ? Convolutions.channelsLast(images) : images;
        Sliding sliding = sliding("maxPool2d", images, height, width, options);
        Tensor y = new PoolingOps.MaxPool(sliding).apply(last);
        return options.first ? Convolutions.channelsFirst(y) : y;
    }

    /**
     * Returns the largest element below each window, see {@link #maxPool2d}; horizontal options apply.
     *
     * @param sequences {@code [sequences, length, channels]}
     * @param size the size of a window
     */
    public static Tensor maxPool1d(Tensor sequences, int size, WindowOptions options) {
        Convolutions.checkRank("maxPool1d", sequences, 3, options.first);
        int axis = options.first ? 2 : 1;
        return maxPool2d(sequences.expandDims(axis), 1, size, options.horizontal("maxPool1d", sequences))
                .squeeze(axis);
    }

    /**
     * Returns the mean of the elements below each window.
     *
     * @param images {@code [images, height, width, channels]}, the number of channels known
     * @param height the vertical size of a window
     * @param width the horizontal size of a window
     * @param countIncludePad true if padding counts as elements that are 0, PyTorch's default; false for the mean of
     *     those within the image, as in Keras and by ONNX's default
     * @throws GraphException if a window is larger than the image with padding
     */
    public static Tensor averagePool2d(
            Tensor images, int height, int width, WindowOptions options, boolean countIncludePad) {
        Convolutions.checkRank("averagePool2d", images, 4, options.first);
        if (options.first) {
            return Convolutions.channelsFirst(averagePool2d(
                    Convolutions.channelsLast(images), height, width, options.channelsLast(), countIncludePad));
        }
        Sliding sliding = sliding("averagePool2d", images, height, width, options);
        int channels = channels("averagePool2d", images);
        Tensor ones = Tensors.constant(NDArray.full(images.dtype(), Shape.of(height, width, 1, channels), 1));
        Tensor sums = new ConvolutionOps.Forward(sliding, channels).apply(images, ones);
        return sums.div(new PoolingOps.WindowCounts(sliding, countIncludePad).apply(images));
    }

    /**
     * Returns the mean of the elements below each window, see {@link #averagePool2d}; horizontal options apply.
     *
     * @param sequences {@code [sequences, length, channels]}
     * @param size the size of a window
     */
    public static Tensor averagePool1d(Tensor sequences, int size, WindowOptions options, boolean countIncludePad) {
        Convolutions.checkRank("averagePool1d", sequences, 3, options.first);
        int axis = options.first ? 2 : 1;
        return averagePool2d(
                        sequences.expandDims(axis),
                        1,
                        size,
                        options.horizontal("averagePool1d", sequences),
                        countIncludePad)
                .squeeze(axis);
    }

    /**
     * Returns images that are larger by whole factors.
     *
     * @param images {@code [images, height, width, channels]}, the number of channels known
     * @param height the vertical factor, at least 1
     * @param width the horizontal factor, at least 1
     * @param interpolation the way to compute elements between
     */
    public static Tensor upsample2d(Tensor images, int height, int width, Interpolation interpolation) {
        Convolutions.checkRank("upsample2d", images, 4, false);
        if (height < 1 || width < 1) {
            throw GraphErrors.mistake(
                    "upsample2d", "factors are at least 1, but they are " + height + " and " + width, images);
        }
        Checks.floating(images);
        int channels = channels("upsample2d", images);
        if (4.0 * height * width * channels > Integer.MAX_VALUE) {
            throw GraphErrors.mistake(
                    "upsample2d", "factors of " + height + " and " + width + " are larger than arrays can be", images);
        }
        WindowOptions options = new WindowOptions().strides(height, width).groups(channels);
        if (interpolation == Interpolation.NEAREST) {
            double[] ones = new double[Math.max(height, width)];
            Arrays.fill(ones, 1);
            Tensor weights = weights(Arrays.copyOf(ones, height), Arrays.copyOf(ones, width), channels, images.dtype());
            return Convolutions.conv2dTranspose(images, weights, options, 0, 0);
        }
        Tensor wide = Arrangement.pad(images, new int[] {0, 1, 1, 0}, new int[] {0, 1, 1, 0}, PadMode.EDGE);
        double[] vertical = triangle(height);
        double[] horizontal = triangle(width);
        int top = height + (vertical.length - height) / 2;
        int left = width + (horizontal.length - width) / 2;
        WindowOptions cropped = options.padding(top, top, left, left);
        Tensor weights = weights(vertical, horizontal, channels, images.dtype());
        return Convolutions.conv2dTranspose(wide, weights, cropped, 0, 0);
    }

    /** Returns the weights with which an element adds to those around its place, if there are so many for each. */
    private static double[] triangle(int factor) {
        double[] weights = new double[2 * factor - factor % 2];
        double middle = (weights.length - 1) / 2.0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1 - Math.abs(i - middle) / factor;
        }
        return weights;
    }

    private static Tensor weights(double[] vertical, double[] horizontal, int channels, DType dtype) {
        double[] weights = new double[vertical.length * horizontal.length * channels];
        for (int i = 0; i < weights.length; i++) {
            int tap = i / channels;
            weights[i] = vertical[tap / horizontal.length] * horizontal[tap % horizontal.length];
        }
        return Tensors.constant(NDArray.wrap(weights, vertical.length, horizontal.length, 1, channels)
                .cast(dtype));
    }

    private static Sliding sliding(String op, Tensor images, int height, int width, WindowOptions options) {
        try {
            return Sliding.pooling(options, height, width);
        } catch (GraphException e) {
            throw GraphErrors.mistake(op, String.valueOf(e.getMessage()), images);
        }
    }

    private static int channels(String op, Tensor images) {
        int channels = images.shape().dim(3);
        if (channels == Shape.UNKNOWN) {
            throw GraphErrors.mistake(op, "needs to know the number of channels, the last axis", images);
        }
        return channels;
    }
}
