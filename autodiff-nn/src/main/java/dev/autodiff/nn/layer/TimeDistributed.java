package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.Objects;

/**
 * A layer that does the same to each step of a sequence, such as to each picture of a film: {@code [batch, steps, ...]
 * -> [batch, steps, ...]}. The layer within sees {@code [batch * steps, ...]}; one that computes along the last axis
 * alone, such as {@link Dense}, needs no such help.
 *
 * <pre>{@code
 * Tensor films = Tensors.ones(2, 5, 28, 28, 1);
 * Layer each = new TimeDistributed(new Conv2D(8, 3));
 * each.apply(films).shape(); // [2, 5, 26, 26, 8]
 * }</pre>
 */
public final class TimeDistributed extends Layer {
    private final Layer layer;

    /**
     * Makes a layer.
     *
     * @param layer the layer that each step goes through
     */
    public TimeDistributed(Layer layer) {
        this.layer = Objects.requireNonNull(layer, "layer is null");
    }

    @Override
    protected Config describe() {
        return Config.of("TimeDistributed").with("layer", layer);
    }

    static TimeDistributed read(Config config) {
        return new TimeDistributed(config.object("layer", Layer.class));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int rank = x.shape().rank();
        if (rank < 3 || Arrays.stream(x.shape().dims()).skip(1).anyMatch(dim -> dim == Shape.UNKNOWN)) {
            throw new GraphException("The TimeDistributed " + scope.path() + " takes sequences [batch, steps, ...] of 3"
                    + " axes or more, of which it needs to know all sizes but the number of examples; its input is "
                    + x.describe() + "\n    at " + SourceLine.here());
        }
        int[] dims = x.shape().dims();
        int[] merged = new int[rank - 1];
        System.arraycopy(dims, 2, merged, 1, rank - 2);
        merged[0] = -1;
        Tensor y = layer.apply(x.reshape(merged));
        int[] out = new int[y.shape().rank() + 1];
        System.arraycopy(y.shape().dims(), 1, out, 2, out.length - 2);
        out[0] = -1;
        out[1] = dims[1];
        return scope.masked(y.reshape(out));
    }
}
