package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.config.Config;

/**
 * Sines and cosines of the position, which are added to the input (Vaswani et al. 2017): at position p, feature 2i gets
 * sin(p / 10000^(2i / features)) and feature 2i + 1 the cosine. Nothing is learned.
 *
 * <pre>{@code
 * Tensor y = new PositionalEncoding(16).apply(Tensors.zeros(1, 2, 2));
 * y.eval(); // [[[0. 1. ] [0.84147096 0.5403023 ]]]
 * }</pre>
 */
public final class PositionalEncoding extends Layer {
    private final int length;

    /**
     * Makes a layer.
     *
     * @param length the number of positions, at least the length of the longest sequence
     */
    public PositionalEncoding(int length) {
        this.length = LayerScope.atLeastOne(length, "positions");
    }

    @Override
    protected Config describe() {
        return Config.of("PositionalEncoding").with("length", length);
    }

    static PositionalEncoding read(Config config) {
        return new PositionalEncoding(config.integer("length"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return x.add(Positions.first(Tensors.constant(table(scope.features(x), x.dtype())), x, scope));
    }

    private NDArray table(int features, DType dtype) {
        double[] table = new double[length * features];
        for (int i = 0; i < table.length; i++) {
            int feature = i % features;
            int position = i / features;
            double angle = position / Math.pow(10000, (feature - feature % 2) / (double) features);
            table[i] = feature % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle);
        }
        return NDArray.wrap(table, length, features).cast(dtype);
    }
}
