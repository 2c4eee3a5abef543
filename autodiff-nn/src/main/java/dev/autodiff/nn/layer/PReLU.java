package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;

/**
 * A rectifier whose slope below 0 is trained (He and others 2015): x above 0, {@code alpha} times x below it, with one
 * {@code alpha} for each number along the last axis, such as the channels. It begins at 0.25, as in PyTorch, where
 * Keras begins at 0.
 *
 * <pre>{@code
 * Layer rectifier = new PReLU();
 * session.run(rectifier.apply(Tensors.constant(new float[][] {{-2, 4}}))); // [[-0.5  4. ]]
 * }</pre>
 */
public final class PReLU extends Layer {
    /** Makes a layer. */
    public PReLU() {}

    @Override
    protected Config describe() {
        return Config.of("PReLU");
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().same("alpha", "weight");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        Variable alpha = scope.variable("alpha", Shape.of(scope.features(x)), Initializers.constant(0.25));
        return Comparisons.where(x.greater(0), x, x.mul(alpha));
    }
}
