package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;

/**
 * Normalisation by the root of the mean square (Zhang and Sennrich 2019) along the last axis: y = γ x / √(mean x² + ε)
 * with the variable {@code scale} γ, which starts at 1. The same in training and in inference. ε is 1e-5; Keras's is
 * 1e-6, PyTorch's the smallest step from 1.
 *
 * <pre>{@code
 * Tensor y = new RMSNorm(1e-12).apply(Tensors.constant(new float[][] {{1, 7}}));
 * session.run(y); // [[0.2 1.4]]
 * }</pre>
 */
public final class RMSNorm extends Layer {
    private final double epsilon;

    /** Makes a layer with an ε of 1e-5. */
    public RMSNorm() {
        this(1e-5);
    }

    /**
     * Makes a layer.
     *
     * @param epsilon ε, which is added to the mean square, above 0
     */
    public RMSNorm(double epsilon) {
        super("rmsNorm");
        this.epsilon = LayerScope.above0(epsilon, "epsilon");
    }

    @Override
    protected Config describe() {
        return Config.of("RMSNorm").with("epsilon", epsilon);
    }

    static RMSNorm read(Config config) {
        return new RMSNorm(config.number("epsilon"));
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().same("scale", "weight");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        Shape features = Shape.of(scope.features(x));
        Tensor square = Reductions.mean(x.square(), true, -1);
        return x.div(square.add(epsilon).sqrt()).mul(scope.variable("scale", features, Initializers.ones()));
    }
}
