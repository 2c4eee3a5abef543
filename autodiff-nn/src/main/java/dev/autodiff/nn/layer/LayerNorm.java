package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) along the last axis: each vector of features gets mean 0 and variance
 * 1, then y = γ (x - mean) / √(variance + ε) + β with the variables {@code scale} γ, which starts at 1, and {@code
 * shift} β, which starts at 0. The same in training and in inference. ε is PyTorch's 1e-5 (Keras's is 1e-3).
 *
 * <pre>{@code
 * Tensor y = new LayerNorm().apply(Tensors.constant(new float[][] {{1, 3}, {5, 5}}));
 * session.run(y); // [[-0.999995 0.999995] [ 0. 0. ]]
 * }</pre>
 */
public final class LayerNorm extends Layer {
    private final double epsilon;

    /** Makes a layer with an ε of 1e-5. */
    public LayerNorm() {
        this(1e-5);
    }

    /**
     * Makes a layer.
     *
     * @param epsilon ε, which is added to the variance, above 0
     */
    public LayerNorm(double epsilon) {
        this.epsilon = LayerScope.above0(epsilon, "epsilon");
    }

    @Override
    protected Config describe() {
        return Config.of("LayerNorm").with("epsilon", epsilon);
    }

    static LayerNorm read(Config config) {
        return new LayerNorm(config.number("epsilon"));
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().same("scale", "weight").same("shift", "bias");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        Shape features = Shape.of(scope.features(x));
        Tensor centered = x.sub(Reductions.mean(x, true, -1));
        Tensor variance = Reductions.mean(centered.square(), true, -1);
        return centered.div(variance.add(epsilon).sqrt())
                .mul(scope.variable("scale", features, Initializers.ones()))
                .add(scope.variable("shift", features, Initializers.zeros()));
    }
}
