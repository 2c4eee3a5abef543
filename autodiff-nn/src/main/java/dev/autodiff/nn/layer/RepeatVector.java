package dev.autodiff.nn.layer;

import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * Vectors {@code [examples, features]} as sequences of the same vector, as the decoder of an autoencoder of sequences
 * takes them.
 *
 * <pre>{@code
 * Placeholder code = Placeholder.of("code", Shape.of(Shape.UNKNOWN, 8));
 * new RepeatVector(5).apply(code).shape(); // [?, 5, 8]
 * }</pre>
 */
public final class RepeatVector extends Layer {
    private final int times;

    /**
     * Makes a layer.
     *
     * @param times the length of the sequences, at least 1
     * @throws GraphException if it is less than 1
     */
    public RepeatVector(int times) {
        this.times = LayerScope.atLeastOne(times, "repetitions");
    }

    @Override
    protected Config describe() {
        return Config.of("RepeatVector").with("times", times);
    }

    static RepeatVector read(Config config) {
        return new RepeatVector(config.integer("times"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 2, "vectors");
        return Arrangement.tile(x.expandDims(1), 1, times, 1);
    }
}
