package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The largest element of each channel over a whole sequence: {@code [sequences, length, channels] -> [sequences,
 * channels]}. Elements that are equally large share the gradient evenly.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new GlobalMaxPooling1D().apply(sequences).shape(); // [?, 8]
 * }</pre>
 */
public final class GlobalMaxPooling1D extends Layer {
    private boolean channelsFirst;

    /** Makes a layer. */
    public GlobalMaxPooling1D() {}

    /** Sets that sequences are {@code [sequences, channels, length]}, as in PyTorch. */
    public GlobalMaxPooling1D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("GlobalMaxPooling1D").with("channelsFirst", channelsFirst);
    }

    static GlobalMaxPooling1D read(Config config) {
        GlobalMaxPooling1D pooling = new GlobalMaxPooling1D();
        return config.flag("channelsFirst") ? pooling.channelsFirst() : pooling;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences");
        return channelsFirst ? x.max(2) : x.max(1);
    }
}
