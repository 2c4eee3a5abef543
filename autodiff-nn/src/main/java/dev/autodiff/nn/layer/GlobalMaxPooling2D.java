package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each channel over a whole image: {@code [images, height, width, channels] -> [images,
 * channels]}. Elements that are equally large share the gradient evenly.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 7, 7, 64));
 * new GlobalMaxPooling2D().apply(images).shape(); // [?, 64]
 * }</pre>
 */
public final class GlobalMaxPooling2D extends GlobalPooling<GlobalMaxPooling2D> {
    /** Makes a layer. */
    public GlobalMaxPooling2D() {
        super(4);
    }

    /** Sets that images are {@code [images, channels, height, width]}, as in PyTorch. */
    @Override
    public GlobalMaxPooling2D channelsFirst() {
        return super.channelsFirst();
    }

    @Override
    Tensor pool(Tensor x, @Nullable Tensor mask, int... places) {
        return x.max(places);
    }
}
