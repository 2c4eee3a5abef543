package dev.autodiff.nn.layer;

import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The mean of each channel over a whole sequence: {@code [sequences, length, channels] -> [sequences,
 * channels]}. Steps that a {@link Masking} in front leaves out do not count.
 *
 * <pre>{@code
 * Placeholder sequences = Placeholder.of("sequences", Shape.of(Shape.UNKNOWN, 100, 8));
 * new GlobalAveragePooling1D().apply(sequences).shape(); // [?, 8]
 * }</pre>
 */
public final class GlobalAveragePooling1D extends GlobalPooling<GlobalAveragePooling1D> {
    /** Makes a layer. */
    public GlobalAveragePooling1D() {
        super(3);
    }

    /** Sets that sequences are {@code [sequences, channels, length]}, as in PyTorch. */
    @Override
    public GlobalAveragePooling1D channelsFirst() {
        return super.channelsFirst();
    }

    @Override
    Tensor pool(Tensor x, @Nullable Tensor mask, int... places) {
        if (mask == null) {
            return x.mean(places);
        }
        Tensor zero = Tensors.scalar(0, x.dtype());
        Tensor count = Arithmetic.maximum(mask.sum(places), Tensors.scalar(1, x.dtype())); // none: the mean is 0
        return Comparisons.where(mask, x, zero).sum(places).div(count);
    }
}
