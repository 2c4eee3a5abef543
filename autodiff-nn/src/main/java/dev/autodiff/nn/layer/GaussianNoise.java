package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.config.Config;

/**
 * A layer that adds normally distributed noise in training, and nothing in inference. The noise comes from the
 * session's seed and differs from run to run.
 *
 * <pre>{@code
 * Layer noise = new GaussianNoise(0.1);
 * noise.apply(Tensors.ones(2), Mode.INFERENCE).eval(); // [1. 1.]
 * }</pre>
 */
public final class GaussianNoise extends Layer {
    private final double stddev;

    /**
     * Makes a layer.
     *
     * @param stddev the standard deviation of the noise, at least 0
     * @throws GraphException if it is negative or not finite
     */
    public GaussianNoise(double stddev) {
        if (!(stddev >= 0) || Double.isInfinite(stddev)) {
            throw new GraphException("A standard deviation is a finite number of 0 or more, not " + stddev + "\n    at "
                    + SourceLine.here());
        }
        this.stddev = stddev;
    }

    @Override
    protected Config describe() {
        return Config.of("GaussianNoise").with("stddev", stddev);
    }

    static GaussianNoise read(Config config) {
        return new GaussianNoise(config.number("stddev"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        if (!scope.isTraining()) {
            return x;
        }
        return x.add(Tensors.randomNormalLike(x).mul(stddev));
    }
}
