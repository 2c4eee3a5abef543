package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The mean of each channel over a whole image: {@code [images, height, width, channels] -> [images, channels]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 7, 7, 64));
 * new GlobalAveragePooling2D().apply(images).shape(); // [?, 64]
 * }</pre>
 */
public final class GlobalAveragePooling2D extends Layer {
    private boolean channelsFirst;

    /** Makes a layer. */
    public GlobalAveragePooling2D() {}

    /** Sets that images are {@code [images, channels, height, width]}, as in PyTorch. */
    public GlobalAveragePooling2D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("GlobalAveragePooling2D").with("channelsFirst", channelsFirst);
    }

    static GlobalAveragePooling2D read(Config config) {
        GlobalAveragePooling2D pooling = new GlobalAveragePooling2D();
        return config.flag("channelsFirst") ? pooling.channelsFirst() : pooling;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 4, "images");
        return channelsFirst ? x.mean(2, 3) : x.mean(1, 2);
    }
}
