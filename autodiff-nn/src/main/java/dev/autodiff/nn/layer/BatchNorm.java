package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of each feature, by default the last axis: y = γ (x - mean) / √(variance
 * + ε) + β with the variables {@code scale} γ, which starts at 1, and {@code shift} β, which starts at 0.
 *
 * <p>In training, mean and variance are those of the batch, and each training step updates their moving averages,
 * which are used in inference: average ← d average + (1 - d) batch, in the variables {@code movingMean} and {@code
 * movingVariance}. The variance of the batch divides by n, the one that goes into the average by n - 1, as in PyTorch.
 * A layer that is frozen normalises by its moving averages in training too, and leaves them as they are, as in Keras.
 * Steps that a {@link Masking} in front leaves out count neither for mean nor for variance, as in Keras. The decay d is
 * Keras's {@code momentum}, and 1 minus PyTorch's. The values are PyTorch's: d = 0.9, ε = 1e-5.
 *
 * <pre>{@code
 * Layer norm = new BatchNorm();
 * TrainOp step = new GradientDescent(0.1).minimize(norm.apply(x, Mode.TRAINING).square().mean());
 * session.run(step, Feed.feed(x, new float[][] {{1, 0}, {3, 0}}));
 * norm.variables().get(2).name(); // batchNorm1/movingMean
 * norm.variables().get(2).value(); // [0.2 0. ]
 * }</pre>
 */
public final class BatchNorm extends Layer {
    private final double decay;
    private final double epsilon;
    private boolean channelsFirst;

    /** Makes a layer with a decay of 0.9 and an ε of 1e-5. */
    public BatchNorm() {
        this(0.9, 1e-5);
    }

    /**
     * Makes a layer.
     *
     * @param decay the share of a moving average that a step keeps, from 0 to below 1
     * @param epsilon ε, which is added to the variance, above 0
     * @throws GraphException if they are not in their ranges
     */
    public BatchNorm(double decay, double epsilon) {
        if (!(decay >= 0 && decay < 1)) {
            throw new GraphException("The decay of a moving average is from 0 to below 1, not " + decay
                    + ": it is Keras's momentum, often 0.99, or 1 minus PyTorch's\n    at " + SourceLine.here());
        }
        this.decay = decay;
        this.epsilon = LayerScope.above0(epsilon, "epsilon");
    }

    /** Sets that features are the second axis, as in PyTorch: channels before the spatial axes of images. */
    public BatchNorm channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("BatchNorm")
                .with("decay", decay)
                .with("epsilon", epsilon)
                .with("channelsFirst", channelsFirst);
    }

    static BatchNorm read(Config config) {
        BatchNorm norm = new BatchNorm(config.number("decay"), config.number("epsilon"));
        return config.flag("channelsFirst", false) ? norm.channelsFirst() : norm;
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none()
                .same("scale", "weight")
                .same("shift", "bias")
                .same("movingMean", "running_mean")
                .same("movingVariance", "running_var")
                .ignoring("num_batches_tracked");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return channelsFirst
                ? LayerScope.channelsFirst(normalize(LayerScope.channelsLast(x), scope))
                : normalize(x, scope);
    }

    private Tensor normalize(Tensor x, LayerScope scope) {
        Shape features = Shape.of(scope.features(x));
        Variable scale = scope.variable("scale", features, Initializers.ones());
        Variable shift = scope.variable("shift", features, Initializers.zeros());
        Variable mean = scope.variable("movingMean", features, Initializers.zeros(), false, null);
        Variable variance = scope.variable("movingVariance", features, Initializers.ones(), false, null);
        if (!scope.isTraining() || scope.isFrozen("movingMean")) {
            Tensor factor = scale.div(variance.add(epsilon).sqrt());
            return x.mul(factor).add(shift.sub(mean.mul(factor)));
        }
        int[] examples = IntStream.range(0, x.shape().rank() - 1).toArray();
        boolean isSequence = x.shape().rank() == 3 && !channelsFirst;
        Optional<Tensor> mask = isSequence ? scope.mask() : Optional.empty();
        Optional<Tensor> counts = mask.map(steps -> steps.cast(x.dtype()).expandDims(-1));
        Tensor n = counts.map(c -> atLeast1(c.sum())).orElseGet(() -> Reductions.count(x, examples));
        UnaryOperator<Tensor> means =
                values -> counts.map(c -> Comparisons.where(c, values, Tensors.scalar(0, x.dtype())))
                        .map(counted -> counted.sum(examples).div(n))
                        .orElseGet(() -> values.mean(examples));
        Tensor batchMean = means.apply(x);
        Tensor batchVariance = variance(x, batchMean, means);
        scope.update(mean, average(mean, batchMean));
        scope.update(variance, average(variance, batchVariance.mul(n.div(atLeast1(n.sub(1))))));
        Tensor factor = scale.div(batchVariance.add(epsilon).sqrt());
        return x.sub(batchMean).mul(factor).add(shift);
    }

    /**
     * Returns the mean square of the deviations from the mean. As these add up to 0, no gradient goes from it to the
     * mean, and none is computed, which would take another pass over x; the square that is taken off, of 0, is there
     * for second derivatives.
     */
    private static Tensor variance(Tensor x, Tensor mean, UnaryOperator<Tensor> means) {
        Tensor fixed = mean.stopGradient();
        return means.apply(x.sub(fixed).square()).sub(mean.sub(fixed).square());
    }

    private Tensor average(Variable average, Tensor value) {
        return average.mul(decay).add(value.mul(1 - decay));
    }

    /** Returns a number or 1, the divisor for a single example, such as a last batch may have. */
    private static Tensor atLeast1(Tensor n) {
        return Arithmetic.maximum(n, Tensors.scalar(1, n.dtype()));
    }
}
