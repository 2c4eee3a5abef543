package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;
import java.util.Objects;

/**
 * A learned vector for each position, which is added to the input: {@code [..., t, features] -> [..., t, features]}.
 * Its variable is {@code weights} {@code [length, features]}, which starts uniformly from ±0.05 as in {@link
 * Embedding}.
 *
 * <pre>{@code
 * Placeholder words = Placeholder.of("words", DType.INT32, Shape.of(Shape.UNKNOWN, 20));
 * Layer positioned = new Sequential(new Embedding(1000, 16), new PositionEmbedding(64));
 * positioned.apply(words).shape(); // [?, 20, 16]
 * }</pre>
 */
public final class PositionEmbedding extends Layer {
    private final int length;
    private Initializer initializer = Initializers.randomUniform(-0.05, 0.05);

    /**
     * Makes a layer.
     *
     * @param length the number of positions, at least the length of the longest sequence
     */
    public PositionEmbedding(int length) {
        this.length = LayerScope.atLeastOne(length, "positions");
    }

    /** Sets the source of the initial vectors. */
    public PositionEmbedding embeddingsInitializer(Initializer newInitializer) {
        requireNotApplied("embeddingsInitializer");
        initializer = Objects.requireNonNull(newInitializer, "initializer is null");
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("PositionEmbedding").with("length", length).with("embeddingsInitializer", initializer);
    }

    static PositionEmbedding read(Config config) {
        return new PositionEmbedding(config.integer("length"))
                .embeddingsInitializer(config.object("embeddingsInitializer", Initializer.class));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        Shape table = Shape.of(length, scope.features(x));
        return x.add(Positions.first(scope.variable("weights", table, initializer), x, scope));
    }
}
