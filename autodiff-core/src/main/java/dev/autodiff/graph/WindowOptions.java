package dev.autodiff.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The way in which a window slides over images, for {@link Convolutions} and {@link Pooling}. Immutable: each method
 * returns other options.
 *
 * <pre>{@code
 * WindowOptions halved = new WindowOptions().strides(2).same();
 * Tensor images = Tensors.ones(8, 28, 28, 3);
 * Convolutions.conv2d(images, Tensors.ones(5, 5, 3, 16), halved).shape(); // [8, 14, 14, 16]
 * }</pre>
 *
 * <p>By default windows touch no padding, neighbouring windows are one element apart in a convolution and side by side
 * in a pooling, and axes are those of TensorFlow and Keras: images {@code [images, height, width, channels]}, which is
 * what is computed directly. With {@link #channelsFirst} they are PyTorch's and ONNX's, which are transposed before and
 * after.
 *
 * <p>Where there is one spatial axis, as in {@code conv1d}, the values for the width are used, and other ones for the
 * height are refused. Padding on one side is {@code padding(0, 0, left, right)} there.
 */
public final class WindowOptions {
    /** The padding of all sides; none for one that follows from the size of the images. */
    private static final List<Integer> NO_PADDING = List.of(0, 0, 0, 0);

    final List<Integer> strides;
    final List<Integer> dilations;
    final List<Integer> padding;
    final AutoPad autoPad;
    final boolean ceil;
    final int groups;
    final boolean first;

    /** Makes the default options. */
    public WindowOptions() {
        this(List.of(), List.of(1, 1), NO_PADDING, AutoPad.NONE, false, 1, false);
    }

    private WindowOptions(
            List<Integer> strides,
            List<Integer> dilations,
            List<Integer> padding,
            AutoPad autoPad,
            boolean ceil,
            int groups,
            boolean first) {
        this.strides = strides;
        this.dilations = dilations;
        this.padding = padding;
        this.autoPad = autoPad;
        this.ceil = ceil;
        this.groups = groups;
        this.first = first;
    }

    private static List<Integer> atLeast(int least, String what, int... numbers) {
        if (Arrays.stream(numbers).anyMatch(n -> n < least)) {
            throw new GraphException("The " + what + " of windows are numbers from " + least + ", not "
                    + Arrays.toString(numbers) + "\n    at " + SourceLine.here());
        }
        return Attribute.listOf(numbers);
    }

    /** Sets the distance between neighbouring windows along both axes. */
    public WindowOptions strides(int both) {
        return strides(both, both);
    }

    /** Sets the distance between neighbouring windows. */
    public WindowOptions strides(int vertical, int horizontal) {
        List<Integer> numbers = atLeast(1, "strides", vertical, horizontal);
        return new WindowOptions(numbers, dilations, padding, autoPad, ceil, groups, first);
    }

    /** Sets the distance between the elements below a window along both axes: 1 if they are neighbours. */
    public WindowOptions dilation(int both) {
        return dilation(both, both);
    }

    /** Sets the distance between the elements below a window: 1 if they are neighbours. */
    public WindowOptions dilation(int vertical, int horizontal) {
        List<Integer> numbers = atLeast(1, "dilations", vertical, horizontal);
        return new WindowOptions(strides, numbers, padding, autoPad, ceil, groups, first);
    }

    /** Sets that windows touch no padding: the default, Keras's {@code valid}. */
    public WindowOptions valid() {
        return new WindowOptions(strides, dilations, NO_PADDING, AutoPad.NONE, ceil, groups, first);
    }

    /**
     * Sets as much padding as makes a result as large as the image, or the image's size divided by the stride and
     * rounded up. An odd element goes to the bottom and to the right: Keras's {@code same}, ONNX's SAME_UPPER.
     */
    public WindowOptions same() {
        return new WindowOptions(strides, dilations, NO_PADDING, AutoPad.SAME_UPPER, ceil, groups, first);
    }

    /** Does the same as {@link #same} with an odd element to the top and to the left: ONNX's SAME_LOWER. */
    public WindowOptions sameLower() {
        return new WindowOptions(strides, dilations, NO_PADDING, AutoPad.SAME_LOWER, ceil, groups, first);
    }

    /** Sets the number of elements of padding on all sides. */
    public WindowOptions padding(int all) {
        return padding(all, all, all, all);
    }

    /** Sets the numbers of elements of padding above and below, and to the left and to the right. */
    public WindowOptions padding(int vertical, int horizontal) {
        return padding(vertical, vertical, horizontal, horizontal);
    }

    /** Sets the number of elements of padding on each side. */
    public WindowOptions padding(int top, int bottom, int left, int right) {
        List<Integer> numbers = atLeast(0, "paddings", top, bottom, left, right);
        return new WindowOptions(strides, dilations, numbers, AutoPad.NONE, ceil, groups, first);
    }

    /**
     * Sets that a pooling has a last window that hangs over the edge, if elements are left, as PyTorch's and ONNX's
     * {@code ceil_mode}. It begins within the image or the padding before it. Not for convolutions.
     */
    public WindowOptions ceilMode() {
        return new WindowOptions(strides, dilations, padding, autoPad, true, groups, first);
    }

    /**
     * Sets that inputs and outputs of a convolution are divided into groups: each group of outputs sees one group of
     * inputs. With as many groups as inputs, it is a depthwise convolution. Not for pooling.
     *
     * @param number the number of groups, which divides the channels of inputs and of outputs
     */
    public WindowOptions groups(int number) {
        int checked = atLeast(1, "groups", number).get(0);
        return new WindowOptions(strides, dilations, padding, autoPad, ceil, checked, first);
    }

    /**
     * Sets that channels come before the spatial axes: images {@code [images, channels, height, width]} and weights
     * {@code [outputs, channels / groups, height, width]}, as in PyTorch and ONNX.
     */
    public WindowOptions channelsFirst() {
        return new WindowOptions(strides, dilations, padding, autoPad, ceil, groups, true);
    }

    /** Returns the distances between neighbouring windows, vertical and horizontal; empty if none were set. */
    public List<Integer> strides() {
        return strides;
    }

    /** Returns the distances between the elements below a window, vertical and horizontal. */
    public List<Integer> dilation() {
        return dilations;
    }

    /** Returns the padding above, below, to the left and to the right. */
    public List<Integer> padding() {
        return padding;
    }

    /** Returns the padding that depends on the size of the images. */
    public AutoPad autoPad() {
        return autoPad;
    }

    /** Returns whether windows may end behind the images. */
    public boolean isCeilMode() {
        return ceil;
    }

    /** Returns the number of groups of channels. */
    public int groups() {
        return groups;
    }

    /** Returns whether channels come before the spatial axes. */
    public boolean isChannelsFirst() {
        return first;
    }

    /** Returns these options for channels behind the spatial axes. */
    WindowOptions channelsLast() {
        return new WindowOptions(strides, dilations, padding, autoPad, ceil, groups, false);
    }

    /** Returns these options for images of one row, and refuses those that would be lost. */
    WindowOptions horizontal(String op, Tensor sequences) {
        String lost = isLost(0, padding)
                ? "padding" + of(padding) + " begins with padding above and below: padding(0, 0, left, right) is for"
                        + " both ends of a sequence, padding(n) for as much at each"
                : isLost(1, dilations)
                        ? "dilation" + of(dilations) + " begins with a vertical one: dilation(n) is along a sequence"
                        : isLost(1, strides)
                                ? "strides" + of(strides) + " begin with a vertical one: strides(n) is along a sequence"
                                : "";
        if (!lost.isEmpty()) {
            throw GraphErrors.mistake(op, "windows slide along one axis, but " + lost, sequences);
        }
        List<Integer> along = strides.isEmpty() ? strides : List.of(1, strides.get(1));
        List<Integer> ends = List.of(0, 0, padding.get(2), padding.get(3));
        return new WindowOptions(along, List.of(1, dilations.get(1)), ends, autoPad, ceil, groups, first);
    }

    /** Tells whether the vertical half of values is neither the default nor part of one number for all. */
    private static boolean isLost(int usual, List<Integer> values) {
        return values.stream().distinct().count() > 1
                && values.subList(0, values.size() / 2).stream().anyMatch(n -> n != usual);
    }

    private static String of(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
