package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The largest element below each window, for {@code [sequences, length, channels]}.
 * Of several that are equally large the first gets the gradient, as in PyTorch.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new MaxPooling1D(2).apply(sequences).shape(); // [?, 50, 8]
 * }</pre>
 */
public final class MaxPooling1D extends WindowLayer<MaxPooling1D> {
    private final int size;

    /**
     * Makes a layer with windows side by side.
     *
     * @param size the length of a window, at least 1
     * @throws GraphException if it is less than 1
     */
    public MaxPooling1D(int size) {
        this.size = LayerScope.atLeastOne(size, "elements of a window");
    }

    /** Sets that a last window may hang over the edge, if elements are left. */
    public MaxPooling1D ceilMode() {
        return with("ceilMode", options().ceilMode());
    }

    @Override
    MaxPooling1D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeWindows(Config.of("MaxPooling1D").with("size", size));
    }

    static MaxPooling1D read(Config config) {
        return new MaxPooling1D(config.integer("size")).readWindows(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, size, scope);
        return Pooling.maxPool1d(x, size, options());
    }
}
