package dev.autodiff.nn.layer;

import dev.autodiff.graph.WindowOptions;

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
}
