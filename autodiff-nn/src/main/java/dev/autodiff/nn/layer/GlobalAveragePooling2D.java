package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The mean of each channel over a whole image: {@code [images, height, width, channels] -> [images, channels]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 7, 7, 64));
 * new GlobalAveragePooling2D().apply(images).shape(); // [?, 64]
 * }</pre>
 */
public final class GlobalAveragePooling2D extends GlobalPooling<GlobalAveragePooling2D> {
    /** Makes a layer. */
    public GlobalAveragePooling2D() {
        super(4);
    }

    /** Sets that images are {@code [images, channels, height, width]}, as in PyTorch. */
    @Override
    public GlobalAveragePooling2D channelsFirst() {
        return super.channelsFirst();
    }

    @Override
    Tensor pool(Tensor x, @Nullable Tensor mask, int... places) {
        return x.mean(places);
    }
}
