package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import java.util.List;

/**
 * Convolutions of images and sequences: each output is a weighted sum of the inputs below a window that slides over the
 * image, y[p, o] = Σ x[p + t, c] * w[t, c, o]. As everywhere in machine learning, weights are not flipped, so that this
 * is what elsewhere is called a cross-correlation.
 *
 * <pre>{@code
 * Tensor image = Tensors.constant(new double[] {1, 2, 4, 8}).reshape(1, 4, 1);
 * Tensor difference = Tensors.constant(new double[] {-1, 1}).reshape(2, 1, 1);
 * Tensor steps = Convolutions.conv1d(image, difference).reshape(3);    // [1.0, 2.0, 4.0]
 * }</pre>
 *
 * <p>Images are {@code [images, height, width, channels]} and weights {@code [height, width, channels / groups,
 * outputs]}, as in TensorFlow and Keras; for PyTorch's axes see {@link WindowOptions#channelsFirst}. The numbers of
 * images and the size of images may be unknown until they are fed, the number of channels not.
 *
 * <p>A convolution is linear in images and in weights. Its gradients are convolutions of two other forms, the
 * transposed convolution and the product of images and upstream gradient, whose gradients are again of these three.
 */
public final class Convolutions {
    public static final OpType CONVOLUTION = new OpType("convolution");
    public static final OpType CONVOLUTION_IMAGE = new OpType("convolutionImage");
    public static final OpType CONVOLUTION_WEIGHTS = new OpType("convolutionWeights");
    public static final OpType CONVOLUTION_TRANSPOSE = new OpType("convolutionTranspose");

    /** The number of elements below a window, vertical and horizontal, as are strides and dilations. */
    public static final Attribute<List<Integer>> WINDOW = new Attribute<>("window");

    /** The distances between windows. */
    public static final Attribute<List<Integer>> STRIDES = new Attribute<>("strides", List.of(1, 1));

    /** The distances between the elements below a window. */
    public static final Attribute<List<Integer>> DILATIONS = new Attribute<>("dilations", List.of(1, 1));

    /** The elements of padding at the top, the bottom, the left and the right. */
    public static final Attribute<List<Integer>> PADDING = new Attribute<>("padding", List.of(0, 0, 0, 0));

    /** The padding that follows from the size of the images. */
    public static final Attribute<AutoPad> AUTO_PAD = new Attribute<>("autoPad", AutoPad.NONE);

    /** The choice of a last window that hangs over the edge. */
    public static final Attribute<Boolean> CEIL_MODE = new Attribute<>("ceilMode", false);

    /** The number of groups of channels. */
    public static final Attribute<Integer> GROUPS = new Attribute<>("groups", 1);

    /** The elements by which a transposed convolution's result is longer than it must be, vertical and horizontal. */
    public static final Attribute<List<Integer>> OUTPUT_PADDING = new Attribute<>("outputPadding", List.of(0, 0));

    private Convolutions() {}

    /** Returns the convolution of images with weights, one element apart and without padding. */
    public static Tensor conv2d(Tensor images, Tensor weights) {
        return conv2d(images, weights, new WindowOptions());
    }

    /**
     * Returns the convolution of images with weights.
     *
     * @param images {@code [images, height, width, channels]}
     * @param weights {@code [height, width, channels / groups, outputs]}
     * @return {@code [images, height, width, outputs]}
     * @throws GraphException if the operands do not fit each other, or a window is larger than the image with padding
     */
    public static Tensor conv2d(Tensor images, Tensor weights, WindowOptions options) {
        check("conv2d", images, weights, 4, options);
        if (options.first) {
            Tensor last = conv2d(channelsLast(images), weightsLast(weights), options.channelsLast());
            return channelsFirst(last);
        }
        return new ConvolutionOps.Forward(sliding("conv2d", images, weights, options), options.groups)
                .apply(images, weights);
    }

    /** Returns the convolution of sequences with weights, one element apart and without padding. */
    public static Tensor conv1d(Tensor sequences, Tensor weights) {
        return conv1d(sequences, weights, new WindowOptions());
    }

    /**
     * Returns the convolution of sequences with weights; horizontal options apply.
     *
     * @param sequences {@code [sequences, length, channels]}
     * @param weights {@code [length, channels / groups, outputs]}
     * @return {@code [sequences, length, outputs]}
     * @throws GraphException if the operands do not fit each other, or a window is longer than the sequence
     */
    public static Tensor conv1d(Tensor sequences, Tensor weights, WindowOptions options) {
        check("conv1d", sequences, weights, 3, options);
        int axis = options.first ? 2 : 1;
        Tensor filters = weights.expandDims(options.first ? 2 : 0);
        return conv2d(sequences.expandDims(axis), filters, options.horizontal("conv1d", sequences))
                .squeeze(axis);
    }

    /** Returns the transposed convolution of images with weights, one element apart and without padding. */
    public static Tensor conv2dTranspose(Tensor images, Tensor weights) {
        return conv2dTranspose(images, weights, new WindowOptions(), 0, 0);
    }

    /**
     * Returns the transposed convolution: what the gradient of {@link #conv2d} with the same weights and options makes
     * of the images. Each element is spread over a window of the result, weighted; where windows overlap, they add up.
     * Along an axis the result has (length - 1) * stride + window - padding + outputPadding elements, as in PyTorch;
     * with {@link WindowOptions#same}, length * stride, as in Keras.
     *
     * @param images {@code [images, height, width, channels]}
     * @param weights {@code [height, width, outputs / groups, channels]}; with channels first {@code [channels, outputs
     *     / groups, height, width]}
     * @param outputPaddingY the elements by which the result is longer, vertical, below the stride
     * @param outputPaddingX the same, horizontal
     * @return {@code [images, height, width, outputs]}
     * @throws GraphException if the operands do not fit each other
     */
    public static Tensor conv2dTranspose(
            Tensor images, Tensor weights, WindowOptions options, int outputPaddingY, int outputPaddingX) {
        checkRanks("conv2dTranspose", images, weights, 4, options);
        if (options.first) {
            return channelsFirst(conv2dTranspose(
                    channelsLast(images),
                    weightsLast(weights),
                    options.channelsLast(),
                    outputPaddingY,
                    outputPaddingX));
        }
        Sliding sliding = sliding("conv2dTranspose", images, weights, options);
        return new ConvolutionOps.Transposed(sliding, options.groups, List.of(outputPaddingY, outputPaddingX))
                .apply(images, weights);
    }

    /**
     * Returns the transposed convolution of sequences, see {@link #conv2dTranspose}; horizontal options apply.
     *
     * @param sequences {@code [sequences, length, channels]}
     * @param weights {@code [length, outputs / groups, channels]}; with channels first {@code [channels, outputs /
     *     groups, length]}
     * @param outputPadding the elements by which the result is longer, below the stride
     * @return {@code [sequences, length, outputs]}
     */
    public static Tensor conv1dTranspose(Tensor sequences, Tensor weights, WindowOptions options, int outputPadding) {
        checkRanks("conv1dTranspose", sequences, weights, 3, options);
        int axis = options.first ? 2 : 1;
        Tensor filters = weights.expandDims(options.first ? 2 : 0);
        return conv2dTranspose(
                        sequences.expandDims(axis),
                        filters,
                        options.horizontal("conv1dTranspose", sequences),
                        0,
                        outputPadding)
                .squeeze(axis);
    }

    // ---- axes

    static Tensor channelsLast(Tensor images) {
        return images.transpose(0, 2, 3, 1);
    }

    static Tensor channelsFirst(Tensor images) {
        return images.transpose(0, 3, 1, 2);
    }

    private static Tensor weightsLast(Tensor weights) {
        return weights.transpose(2, 3, 1, 0);
    }

    // ---- checks before there is a node, in the axes that the user knows

    private static Sliding sliding(String op, Tensor images, Tensor weights, WindowOptions options) {
        try {
            return Sliding.convolution(
                    options, weights.shape().dim(0), weights.shape().dim(1));
        } catch (GraphException e) {
            throw GraphErrors.mistake(op, String.valueOf(e.getMessage()), images, weights);
        }
    }

    static void checkRank(String op, Tensor images, int rank, boolean first) {
        if (images.shape().rank() != rank) {
            String space = rank == 4 ? "height, width" : "length";
            String what = rank == 4 ? "images" : "sequences";
            String axes = first ? "channels, " + space : space + ", channels";
            throw GraphErrors.mistake(
                    op,
                    "needs " + what + " of rank " + rank + ", [" + what + ", " + axes + "], but the first operand has"
                            + " shape " + images.shape()
                            + (images.shape().rank() == rank - 1
                                    ? "; expandDims(" + (first ? 1 : -1) + ") would add an axis for one channel"
                                    : ""),
                    images);
        }
    }

    private static void checkRanks(String op, Tensor images, Tensor weights, int rank, WindowOptions options) {
        checkRank(op, images, rank, options.first);
        if (weights.shape().rank() != rank || !weights.shape().isKnown()) {
            throw GraphErrors.mistake(
                    op,
                    "needs weights of rank " + rank + " whose shape is known, but they have shape " + weights.shape(),
                    images,
                    weights);
        }
    }

    private static void check(String op, Tensor images, Tensor weights, int rank, WindowOptions options) {
        checkRanks(op, images, weights, rank, options);
        Shape shape = weights.shape();
        int channels = images.shape().dim(options.first ? 1 : -1);
        int inputs = shape.dim(options.first ? 1 : rank - 2);
        int outputs = shape.dim(options.first ? 0 : rank - 1);
        int groups = options.groups;
        if (outputs % groups != 0 || (channels != Shape.UNKNOWN && channels % groups != 0)) {
            throw GraphErrors.mistake(
                    op,
                    groups + " groups do not divide "
                            + (outputs % groups == 0 ? channels + " channels" : outputs + " outputs"),
                    images,
                    weights);
        }
        if (channels != Shape.UNKNOWN && channels != inputs * groups) {
            String hint = inputs > 0 && channels % inputs == 0 && outputs % (channels / inputs) == 0
                    ? "; with groups(" + channels / inputs + ") they would fit"
                    : shape.dim(options.first ? rank - 1 : 0) == channels
                            ? "; the axes of weights are "
                                    + (options.first ? "[outputs, channels / groups, " : "[")
                                    + (rank == 4 ? "height, width" : "length")
                                    + (options.first ? "]" : ", channels / groups, outputs]")
                            : "";
            throw GraphErrors.mistake(
                    op,
                    "the images have " + channels + " channels, but the weights are for " + inputs * groups
                            + (groups == 1 ? "" : " in " + groups + " groups") + hint,
                    images,
                    weights);
        }
    }
}
