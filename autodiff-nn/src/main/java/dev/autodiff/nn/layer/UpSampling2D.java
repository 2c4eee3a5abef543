package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Interpolation;
import dev.autodiff.graph.Pooling;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Objects;

/**
 * Images {@code [images, height, width, channels]} made larger by whole factors, by repeating elements or between them.
 *
 * <pre>{@code
 * Placeholder small = Placeholder.of("small", Shape.of(Shape.UNKNOWN, 7, 7, 3));
 * new UpSampling2D(2).apply(small).shape(); // [?, 14, 14, 3]
 * }</pre>
 */
public final class UpSampling2D extends Layer {
    private final int height;
    private final int width;
    private Interpolation interpolation = Interpolation.NEAREST;

    /**
     * Makes a layer that repeats each element.
     *
     * @param factor the factor along both axes, at least 1
     */
    public UpSampling2D(int factor) {
        this(factor, factor);
    }

    /**
     * Makes a layer that repeats each element.
     *
     * @param height the vertical factor, at least 1
     * @param width the horizontal factor, at least 1
     * @throws GraphException if a factor is less than 1
     */
    public UpSampling2D(int height, int width) {
        this.height = LayerScope.atLeastOne(height, "rows for each");
        this.width = LayerScope.atLeastOne(width, "columns for each");
    }

    /** Sets the way to compute elements between; by default the nearest one is repeated. */
    public UpSampling2D interpolation(Interpolation way) {
        requireNotApplied("interpolation");
        interpolation = Objects.requireNonNull(way, "interpolation is null");
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("UpSampling2D")
                .with("height", height)
                .with("width", width)
                .with("bilinear", interpolation == Interpolation.BILINEAR);
    }

    static UpSampling2D read(Config config) {
        UpSampling2D layer = new UpSampling2D(config.integer("height"), config.integer("width"));
        return config.flag("bilinear") ? layer.interpolation(Interpolation.BILINEAR) : layer;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return Pooling.upsample2d(x, height, width, interpolation);
    }
}
