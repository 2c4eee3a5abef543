package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.AutoPad;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.List;

/**
 * A layer whose window slides over images or sequences. By default channels are the last axis, as in Keras, and no
 * padding is touched ({@code valid}).
 *
 * @param <L> the layer itself, which its options return
 */
public abstract class WindowLayer<L extends WindowLayer<L>> extends Layer {
    private WindowOptions options = new WindowOptions();
    private boolean channelsFirst;

    WindowLayer() {}

    abstract L self();

    final WindowOptions options() {
        return options;
    }

    final boolean hasChannelsFirst() {
        return channelsFirst;
    }

    final L with(String option, WindowOptions changed) {
        requireNotApplied(option);
        options = changed;
        return self();
    }

    /** Sets the distance between neighbouring windows along all spatial axes. */
    public final L strides(int all) {
        return with("strides", options.strides(all));
    }

    /** Sets the distance between neighbouring windows of images. */
    public final L strides(int vertical, int horizontal) {
        return with("strides", options.strides(vertical, horizontal));
    }

    /**
     * Sets as much padding as makes the result as large as the input, or its size divided by the stride and rounded up:
     * Keras's {@code padding="same"}.
     */
    public final L same() {
        return with("same", options.same());
    }

    /** Sets the number of elements of padding on all sides, as in PyTorch. */
    public final L padding(int all) {
        return with("padding", options.padding(all));
    }

    /** Sets the numbers of elements of padding above and below images, and to their left and right. */
    public final L padding(int vertical, int horizontal) {
        return with("padding", options.padding(vertical, horizontal));
    }

    /** Sets the number of elements of padding on each side of images. */
    public final L padding(int top, int bottom, int left, int right) {
        return with("padding", options.padding(top, bottom, left, right));
    }

    /**
     * Sets that channels come before the spatial axes, as in PyTorch, and that weights have PyTorch's axes. It computes
     * the same, with axes exchanged before and after.
     */
    public final L channelsFirst() {
        channelsFirst = true;
        return with("channelsFirst", options.channelsFirst());
    }

    /** Refuses images and sequences that are smaller than a window, as those with channels first are. */
    final void requireChannelsLast(Tensor x, int size, LayerScope scope) {
        Shape shape = x.shape();
        boolean padded =
                options.autoPad() != AutoPad.NONE || options.padding().stream().anyMatch(elements -> elements > 0);
        if (!channelsFirst
                && !padded
                && shape.rank() > 2
                && shape.dim(1) != Shape.UNKNOWN
                && shape.dim(1) < size
                && shape.dim(-1) >= size) {
            String axes = shape.rank() == 4 ? "[images, height, width, channels]" : "[sequences, length, channels]";
            throw new GraphException("The " + kind() + " " + scope.path() + " has a window of " + size
                    + ", but there are " + shape.dim(1) + " elements along the first axis of its input " + x.describe()
                    + ": here channels are last, " + axes + ". Data that has channels first, as in PyTorch, needs"
                    + " channelsFirst() on this layer and the others, or x.transpose("
                    + (shape.rank() == 4 ? "0, 2, 3, 1" : "0, 2, 1") + ")\n    at " + SourceLine.here());
        }
    }

    // ---- descriptions

    /** Returns a description with the options of the windows. */
    final Config describeWindows(Config config) {
        return config.with("strides", ints(options.strides()))
                .with("dilation", ints(options.dilation()))
                .with("padding", ints(options.padding()))
                .with("autoPad", options.autoPad().name())
                .with("ceilMode", options.isCeilMode())
                .with("groups", options.groups())
                .with("channelsFirst", channelsFirst);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Sets the options that a description has. */
    final L readWindows(Config config) {
        int[] strides = numbers(config, "strides", 2);
        int[] dilation = numbers(config, "dilation", 2);
        int[] padding = numbers(config, "padding", 4);
        options = strides.length == 0 ? options : options.strides(strides[0], strides[1]);
        options = options.dilation(dilation[0], dilation[1])
                .padding(padding[0], padding[1], padding[2], padding[3])
                .groups(config.integer("groups"));
        options = switch (autoPad(config)) {
            case NONE -> options;
            case SAME_UPPER -> options.same();
            case SAME_LOWER -> options.sameLower();
        };
        options = config.flag("ceilMode") ? options.ceilMode() : options;
        return config.flag("channelsFirst") ? channelsFirst() : self();
    }

    private static AutoPad autoPad(Config config) {
        String text = config.text("autoPad");
        return Arrays.stream(AutoPad.values())
                .filter(way -> way.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The argument autoPad is one of "
                        + Arrays.toString(AutoPad.values()) + ", but here it is " + text));
    }

    private static int[] numbers(Config config, String name, int count) {
        int[] numbers = config.integers(name);
        if (numbers.length != count && !(numbers.length == 0 && name.equals("strides"))) {
            throw new IllegalArgumentException(
                    "The argument " + name + " has " + count + " numbers, but here it is " + Arrays.toString(numbers));
        }
        return numbers;
    }
}
