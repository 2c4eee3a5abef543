package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The common part of layers that make one number of each channel of a whole sequence or image.
 *
 * @param <L> the class of the layer, which its options return
 */
abstract class GlobalPooling<L extends GlobalPooling<L>> extends Layer {
    private final int rank;
    private boolean channelsFirst;

    /** Makes a layer for inputs with so many axes: 3 for sequences, 4 for images. */
    GlobalPooling(int rank) {
        this.rank = rank;
    }

    /** Sets that channels are the second axis, as in PyTorch, and not the last. */
    public L channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return self();
    }

    @SuppressWarnings("unchecked") // L is the class of this
    private L self() {
        return (L) this;
    }

    @Override
    protected Config describe() {
        return Config.of(kind()).with("channelsFirst", channelsFirst);
    }

    final L read(Config config) {
        channelsFirst = config.flag("channelsFirst");
        return self();
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, rank, rank == 3 ? "sequences" : "images");
        Optional<Tensor> mask = rank == 3 && !channelsFirst ? scope.mask() : Optional.empty();
        int first = channelsFirst ? 2 : 1;
        int[] places = IntStream.range(first, first + rank - 2).toArray();
        return pool(x, mask.map(steps -> steps.cast(x.dtype()).expandDims(-1)).orElse(null), places);
    }

    /**
     * Returns the number of each channel.
     *
     * @param mask 0 for steps that do not count, {@code [sequences, length, 1]}; null if all count
     * @param places the axes that are none of channels
     */
    abstract Tensor pool(Tensor x, @Nullable Tensor mask, int... places);
}
