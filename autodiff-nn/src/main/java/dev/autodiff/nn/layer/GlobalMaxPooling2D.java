package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * The largest element of each channel over a whole image: {@code [images, height, width, channels] -> [images,
 * channels]}. Elements that are equally large share the gradient evenly.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 7, 7, 64));
 * new GlobalMaxPooling2D().apply(images).shape(); // [?, 64]
 * }</pre>
 */
public final class GlobalMaxPooling2D extends Layer {
    private boolean channelsFirst;

    /** Makes a layer. */
    public GlobalMaxPooling2D() {}

    /** Sets that images are {@code [images, channels, height, width]}, as in PyTorch. */
    public GlobalMaxPooling2D channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("GlobalMaxPooling2D").with("channelsFirst", channelsFirst);
    }

    static GlobalMaxPooling2D read(Config config) {
        GlobalMaxPooling2D pooling = new GlobalMaxPooling2D();
        return config.flag("channelsFirst") ? pooling.channelsFirst() : pooling;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 4, "images");
        return channelsFirst ? x.max(2, 3) : x.max(1, 2);
    }
}
