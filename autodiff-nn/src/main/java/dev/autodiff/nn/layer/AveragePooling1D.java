package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The mean of the elements below each window, for {@code [sequences, length, channels]}.
 * By default those of padding do not count, as in Keras.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new AveragePooling1D(2).apply(sequences).shape(); // [?, 50, 8]
 * }</pre>
 */
public final class AveragePooling1D extends WindowLayer<AveragePooling1D> {
    private final int size;
    private boolean countsPadding;

    /**
     * Makes a layer with windows side by side.
     *
     * @param size the length of a window, at least 1
     * @throws GraphException if it is less than 1
     */
    public AveragePooling1D(int size) {
        this.size = LayerScope.atLeastOne(size, "elements of a window");
    }

    /** Sets that a last window may hang over the edge, if elements are left. */
    public AveragePooling1D ceilMode() {
        return with("ceilMode", options().ceilMode());
    }

    /** Sets that elements of padding count as 0, PyTorch's default; else they do not count, as in Keras. */
    public AveragePooling1D countIncludePad() {
        requireNotApplied("countIncludePad");
        countsPadding = true;
        return this;
    }

    @Override
    AveragePooling1D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeWindows(Config.of("AveragePooling1D").with("size", size).with("countIncludePad", countsPadding));
    }

    static AveragePooling1D read(Config config) {
        AveragePooling1D pooling = new AveragePooling1D(config.integer("size"));
        pooling.countsPadding = config.flag("countIncludePad");
        return pooling.readWindows(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, size, scope);
        return Pooling.averagePool1d(x, size, options(), countsPadding);
    }
}
