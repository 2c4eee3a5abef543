package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Interpolation;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * Sequences {@code [sequences, length, channels]} made longer by a whole factor, by repeating each element.
 *
 * <pre>{@code
 * Placeholder small = Placeholder.of("small", Shape.of(Shape.UNKNOWN, 7, 3));
 * new UpSampling1D(2).apply(small).shape(); // [?, 14, 3]
 * }</pre>
 */
public final class UpSampling1D extends Layer {
    private final int factor;

    /**
     * Makes a layer.
     *
     * @param factor the number of elements for each, at least 1
     * @throws GraphException if it is less than 1
     */
    public UpSampling1D(int factor) {
        this.factor = LayerScope.atLeastOne(factor, "elements for each");
    }

    @Override
    protected Config describe() {
        return Config.of("UpSampling1D").with("factor", factor);
    }

    static UpSampling1D read(Config config) {
        return new UpSampling1D(config.integer("factor"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences");
        return Pooling.upsample2d(x.expandDims(1), 1, factor, Interpolation.NEAREST)
                .squeeze(1);
    }
}
