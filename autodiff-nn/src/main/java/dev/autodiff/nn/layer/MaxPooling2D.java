package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The largest element below each window, for {@code [images, height, width, channels]}.
 * Of several that are equally large the first gets the gradient, as in PyTorch.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 8));
 * new MaxPooling2D(2).apply(images).shape(); // [?, 14, 14, 8]
 * }</pre>
 */
public final class MaxPooling2D extends WindowLayer<MaxPooling2D> {
    private final int height;
    private final int width;

    /**
     * Makes a layer with square windows side by side.
     *
     * @param size the height and width of a window, at least 1
     */
    public MaxPooling2D(int size) {
        this(size, size);
    }

    /**
     * Makes a layer with windows side by side.
     *
     * @param height the height of a window, at least 1
     * @param width the width of a window, at least 1
     * @throws GraphException if a number is less than 1
     */
    public MaxPooling2D(int height, int width) {
        this.height = LayerScope.atLeastOne(height, "rows of a window");
        this.width = LayerScope.atLeastOne(width, "columns of a window");
    }

    /** Sets that a last window may hang over the edge, if elements are left. */
    public MaxPooling2D ceilMode() {
        return with("ceilMode", options().ceilMode());
    }

    @Override
    MaxPooling2D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeWindows(Config.of("MaxPooling2D").with("height", height).with("width", width));
    }

    static MaxPooling2D read(Config config) {
        return new MaxPooling2D(config.integer("height"), config.integer("width")).readWindows(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, height, scope);
        return Pooling.maxPool2d(x, height, width, options());
    }
}
