package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The mean of each channel over a whole sequence: {@code [sequences, length, channels] -> [sequences,
 * channels]}.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new GlobalAveragePooling1D().apply(sequences).shape(); // [?, 8]
 * }</pre>
 */
public final class GlobalAveragePooling1D extends Layer {
    private boolean channelsFirst;

    /** Makes a layer. */
    public GlobalAveragePooling1D() {}

    /** Sets that sequences are {@code [sequences, channels, length]}, as in PyTorch. */
    public GlobalAveragePooling1D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("GlobalAveragePooling1D").with("channelsFirst", channelsFirst);
    }

    static GlobalAveragePooling1D read(Config config) {
        GlobalAveragePooling1D pooling = new GlobalAveragePooling1D();
        return config.flag("channelsFirst") ? pooling.channelsFirst() : pooling;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences");
        return channelsFirst ? x.mean(2) : x.mean(1);
    }
}
