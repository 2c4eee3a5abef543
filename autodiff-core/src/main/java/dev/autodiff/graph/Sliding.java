package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.Window;
import java.util.List;
import java.util.Locale;

/**
 * A window of known size with its options, as an operation holds it: the sizes of results, and the places of windows
 * over images of concrete size.
 *
 * @param size the taps of a window, vertical and horizontal, as are the next two
 * @param padding the elements of padding: top, bottom, left, right
 */
record Sliding(
        List<Integer> size,
        List<Integer> strides,
        List<Integer> dilations,
        List<Integer> padding,
        AutoPad autoPad,
        boolean ceil) {
    private static final String PADDED = "an image that has with its padding";

    /** Returns the window of a convolution, one element apart by default. */
    static Sliding convolution(WindowOptions options, int height, int width) {
        if (options.ceil) {
            throw new GraphException("ceilMode is for pooling: a convolution has padding(...) or same() instead");
        }
        List<Integer> strides = options.strides.isEmpty() ? List.of(1, 1) : options.strides;
        return of(options, height, width, strides);
    }

    /** Returns the window of a pooling, side by side by default. */
    static Sliding pooling(WindowOptions options, int height, int width) {
        if (options.groups != 1) {
            throw new GraphException("groups are for convolutions: a pooling treats each channel by itself");
        }
        List<Integer> strides = options.strides.isEmpty() ? List.of(height, width) : options.strides;
        Sliding sliding = of(options, height, width, strides);
        for (int side = 0; side < 4; side++) {
            if (options.padding.get(side) >= sliding.span(side / 2)) {
                throw new GraphException("with a padding of " + options.padding.get(side) + ", a window that spans "
                        + sliding.span(side / 2) + " elements would have nothing below it; at most "
                        + (sliding.span(side / 2) - 1) + " would fit");
            }
        }
        return sliding;
    }

    private static Sliding of(WindowOptions options, int height, int width, List<Integer> strides) {
        if (height < 1 || width < 1) {
            throw new GraphException("a window has at least one element, but its size is " + height + " x " + width);
        }
        return new Sliding(
                List.of(height, width), strides, options.dilations, options.padding, options.autoPad, options.ceil);
    }

    Attributes attributes() {
        return Attributes.of(Convolutions.WINDOW, size)
                .with(Convolutions.STRIDES, strides)
                .with(Convolutions.DILATIONS, dilations)
                .with(Convolutions.PADDING, padding)
                .with(Convolutions.AUTO_PAD, autoPad)
                .with(Convolutions.CEIL_MODE, ceil);
    }

    /** Returns the elements that a window spans along an axis, 0 for the vertical one. */
    private int span(int axis) {
        return checked("a window that spans", (size.get(axis) - 1L) * dilations.get(axis) + 1);
    }

    private static int checked(String what, long elements) {
        if (elements > Integer.MAX_VALUE) {
            throw new GraphException(String.format(
                    Locale.ROOT,
                    "%s %,d elements along an axis is larger than an array can be, which has at most %,d",
                    what,
                    elements,
                    Integer.MAX_VALUE));
        }
        return (int) elements;
    }

    /** Returns the number of windows along an axis of an image; unknown if its length is. */
    private int windows(int length, int axis) {
        int span = span(axis);
        if (length == Shape.UNKNOWN) {
            return Shape.UNKNOWN;
        }
        int stride = strides.get(axis);
        if (autoPad != AutoPad.NONE) {
            int count = (int) ((length + stride - 1L) / stride);
            checked(PADDED, (count - 1L) * stride + span);
            return count;
        }
        int before = padding.get(2 * axis);
        int room = checked(PADDED, (long) length + before + padding.get(2 * axis + 1)) - span;
        if (room < 0) {
            throw new GraphException("the window is larger than the image: along the "
                    + (axis == 0 ? "vertical" : "horizontal") + " axis it spans " + span + " elements"
                    + (dilations.get(axis) == 1 ? "" : " at a dilation of " + dilations.get(axis)) + ", but there are "
                    + length
                    + (room == length - span ? "" : " and " + (room + span - length) + " of padding")
                    + "; a smaller window, more padding or same() would fit");
        }
        int count = room / stride + 1;
        boolean hangsOver = ceil && room % stride != 0 && (long) count * stride < length + before;
        return hangsOver ? count + 1 : count;
    }

    /** Returns the shape with one place for each window over images, and a number of channels. */
    Shape output(Shape images, int channels) {
        return Shape.of(images.dim(0), windows(images.dim(1), 0), windows(images.dim(2), 1), channels);
    }

    /** Returns the elements by which windows that begin within an image go beyond it. */
    private int missing(int length, int axis) {
        long covered = (windows(length, axis) - 1L) * strides.get(axis) + span(axis);
        return checked(PADDED, Math.max(covered, length)) - length;
    }

    private int before(int length, int axis) {
        int given = padding.get(2 * axis);
        if (autoPad == AutoPad.NONE) {
            return given;
        }
        int total = missing(length, axis);
        return autoPad == AutoPad.SAME_UPPER ? total / 2 : total - total / 2;
    }

    /** Returns the places of windows over images of concrete size. */
    Window over(Shape images) {
        return new Window(
                size.get(0),
                size.get(1),
                strides.get(0),
                strides.get(1),
                dilations.get(0),
                dilations.get(1),
                before(images.dim(1), 0),
                before(images.dim(2), 1));
    }

    /**
     * Returns the number of elements below a window along an axis.
     *
     * @param includePad true if those of the padding count, but not those behind it
     */
    int elements(Shape images, int axis, int window, boolean includePad) {
        int length = images.dim(1 + axis);
        int before = before(length, axis);
        int after = autoPad == AutoPad.NONE ? padding.get(2 * axis + 1) : missing(length, axis) - before;
        int first = window * strides.get(axis) - before;
        int count = 0;
        for (int tap = 0; tap < size.get(axis); tap++) {
            int place = first + tap * dilations.get(axis);
            boolean counts = includePad ? place < length + after : place >= 0 && place < length;
            count += counts ? 1 : 0;
        }
        return count;
    }

    /**
     * Returns the length of the images of which a convolution makes so many windows: a transposed convolution's result.
     *
     * @param more the elements more than the least length
     */
    private int length(int windows, int axis, int more) {
        if (windows == Shape.UNKNOWN || windows == 0) {
            return windows;
        }
        if (autoPad != AutoPad.NONE) {
            return Checks.dimension((long) windows * strides.get(axis));
        }
        long length = (windows - 1L) * strides.get(axis)
                + span(axis)
                - padding.get(2 * axis)
                - padding.get(2 * axis + 1)
                + more;
        if (length < 1) {
            throw new GraphException("the padding of " + padding.get(2 * axis) + " and " + padding.get(2 * axis + 1)
                    + " takes away more than there is: without it, the result would have "
                    + ((windows - 1L) * strides.get(axis) + span(axis)) + " elements along the "
                    + (axis == 0 ? "vertical" : "horizontal") + " axis");
        }
        return Checks.dimension(length);
    }

    /** Returns the shape of the images of which a convolution makes a result. */
    Shape images(Shape output, List<Integer> more, int channels) {
        return Shape.of(
                output.dim(0), length(output.dim(1), 0, more.get(0)), length(output.dim(2), 1, more.get(1)), channels);
    }
}
