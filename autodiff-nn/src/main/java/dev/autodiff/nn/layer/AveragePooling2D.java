package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The mean of the elements below each window, for {@code [images, height, width, channels]}.
 * By default those of padding do not count, as in Keras.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 8));
 * new AveragePooling2D(2).apply(images).shape(); // [?, 14, 14, 8]
 * }</pre>
 */
public final class AveragePooling2D extends WindowLayer<AveragePooling2D> {
    private final int height;
    private final int width;
    private boolean countsPadding;

    /**
     * Makes a layer with square windows side by side.
     *
     * @param size the height and width of a window, at least 1
     */
    public AveragePooling2D(int size) {
        this(size, size);
    }

    /**
     * Makes a layer with windows side by side.
     *
     * @param height the height of a window, at least 1
     * @param width the width of a window, at least 1
     * @throws GraphException if a number is less than 1
     */
    public AveragePooling2D(int height, int width) {
        this.height = LayerScope.atLeastOne(height, "rows of a window");
        this.width = LayerScope.atLeastOne(width, "columns of a window");
    }

    /** Sets that a last window may hang over the edge, if elements are left. */
    public AveragePooling2D ceilMode() {
        return with("ceilMode", options().ceilMode());
    }

    /** Sets that elements of padding count as 0, PyTorch's default; else they do not count, as in Keras. */
    public AveragePooling2D countIncludePad() {
        requireNotApplied("countIncludePad");
        countsPadding = true;
        return this;
    }

    @Override
    AveragePooling2D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeWindows(Config.of("AveragePooling2D")
                .with("height", height)
                .with("width", width)
                .with("countIncludePad", countsPadding));
    }

    static AveragePooling2D read(Config config) {
        AveragePooling2D pooling = new AveragePooling2D(config.integer("height"), config.integer("width"));
        pooling.countsPadding = config.flag("countIncludePad");
        return pooling.readWindows(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, height, scope);
        return Pooling.averagePool2d(x, height, width, options(), countsPadding);
    }
}
