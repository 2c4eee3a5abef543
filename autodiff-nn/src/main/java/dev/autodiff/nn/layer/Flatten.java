package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;

/**
 * A layer that makes each example a row: {@code [examples, a, b, ...] -> [examples, a * b * ...]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28));
 * new Flatten().apply(images).shape(); // [?, 784]
 * }</pre>
 *
 * <p>The order of the elements stays. Of an image with channels last that is height, width, channels, as in Keras;
 * PyTorch, whose channels are first, has channels, height, width. {@code PyTorchFile} puts weights into the order of
 * the model.
 */
public final class Flatten extends Layer {
    /** Makes a layer. */
    public Flatten() {}

    @Override
    protected Config describe() {
        return Config.of("Flatten");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int size = 1;
        for (int axis = 1; axis < x.shape().rank(); axis++) {
            if (x.shape().dim(axis) == Shape.UNKNOWN) {
                throw new GraphException("The Flatten " + scope.path() + " needs to know all sizes but the number of"
                        + " examples; its input is " + x.describe() + "\n    at " + SourceLine.here());
            }
            size *= x.shape().dim(axis);
        }
        return x.shape().rank() == 2 ? x : x.reshape(-1, size);
    }
}
