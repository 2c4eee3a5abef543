package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer with a learned activation (Goodfellow et al. 2013): each unit is the largest of several
 * weighted sums, max over k of x W[:, unit, k] + b[unit, k]. The variables are {@code weights} {@code [features, units
 * * pieces]}, the pieces of a unit side by side, and {@code bias} {@code [units * pieces]}.
 *
 * <pre>{@code
 * new Maxout(8, 3).apply(x).shape(); // [?, 8]
 * }</pre>
 */
public final class Maxout extends Layer {
    private final int units;
    private final int pieces;
    private Initializer initializer = Initializers.glorotUniform();
    private @Nullable Regularizer regularizer;

    /**
     * Makes a layer.
     *
     * @param units the number of outputs, at least 1
     * @param pieces the number of sums that each output is the largest of, at least 1
     */
    public Maxout(int units, int pieces) {
        this.units = LayerScope.atLeastOne(units, "units");
        this.pieces = LayerScope.atLeastOne(pieces, "pieces");
    }

    /** Sets the source of the initial weights. */
    public Maxout kernelInitializer(Initializer newInitializer) {
        requireNotApplied("kernelInitializer");
        initializer = Objects.requireNonNull(newInitializer, "initializer is null");
        return this;
    }

    /** Sets the penalty of the weights. */
    public Maxout kernelRegularizer(Regularizer newRegularizer) {
        requireNotApplied("kernelRegularizer");
        regularizer = Objects.requireNonNull(newRegularizer, "regularizer is null");
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("Maxout")
                .with("units", units)
                .with("pieces", pieces)
                .with("kernelInitializer", initializer)
                .with("kernelRegularizer", regularizer);
    }

    static Maxout read(Config config) {
        Maxout maxout = new Maxout(config.integer("units"), config.integer("pieces"));
        maxout.initializer = config.object("kernelInitializer", Initializer.class);
        maxout.regularizer = config.objectOrNull("kernelRegularizer", Regularizer.class);
        return maxout;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int features = scope.features(x);
        int sums = Shape.of(units, pieces).size();
        Variable weights = scope.variable("weights", Shape.of(features, sums), initializer);
        Variable bias = scope.variable("bias", Shape.of(sums), Initializers.zeros());
        scope.regularize(weights, regularizer);
        int[] dims = Arrays.copyOf(x.shape().dims(), x.shape().rank() + 1);
        dims[0] = -1;
        dims[dims.length - 2] = units;
        dims[dims.length - 1] = pieces;
        return scope.masked(x.matmul(weights).add(bias).reshape(dims).max(-1));
    }
}
