package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;

/**
 * A layer that gives each example another shape: {@code [examples, ...] -> [examples, dims...]}.
 *
 * <pre>{@code
 * Placeholder rows = Placeholder.of("rows", Shape.of(Shape.UNKNOWN, 784));
 * new Reshape(28, 28).apply(rows).shape(); // [?, 28, 28]
 * }</pre>
 */
public final class Reshape extends Layer {
    private final int[] dims;

    /**
     * Makes a layer.
     *
     * @param dims the shape of one example, as many elements as before
     */
    public Reshape(int... dims) {
        this.dims = new int[dims.length + 1];
        this.dims[0] = -1;
        for (int i = 0; i < dims.length; i++) {
            this.dims[i + 1] = LayerScope.atLeastOne(dims[i], "elements along an axis");
        }
    }

    @Override
    protected Config describe() {
        return Config.of("Reshape").with("dims", Arrays.copyOfRange(dims, 1, dims.length));
    }

    static Reshape read(Config config) {
        return new Reshape(config.integers("dims"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return x.reshape(dims);
    }
}
