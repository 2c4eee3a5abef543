package dev.autodiff.nn.layer;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each channel over a whole sequence: {@code [sequences, length, channels] -> [sequences,
 * channels]}. Elements that are equally large share the gradient evenly. Steps that a {@link
 * Masking} in front leaves out do not count, where Keras lets them.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new GlobalMaxPooling1D().apply(sequences).shape(); // [?, 8]
 * }</pre>
 */
public final class GlobalMaxPooling1D extends GlobalPooling<GlobalMaxPooling1D> {
    /** Makes a layer. */
    public GlobalMaxPooling1D() {
        super(3);
    }

    /** Sets that sequences are {@code [sequences, channels, length]}, as in PyTorch. */
    @Override
    public GlobalMaxPooling1D channelsFirst() {
        return super.channelsFirst();
    }

    @Override
    Tensor pool(Tensor x, @Nullable Tensor mask, int... places) {
        if (mask == null) {
            return x.max(places);
        }
        Tensor least = Tensors.scalar(Double.NEGATIVE_INFINITY, x.dtype());
        Tensor largest = Comparisons.where(mask, x, least).max(places);
        return Comparisons.where(mask.max(places), largest, Tensors.scalar(0, x.dtype())); // none: 0
    }
}
