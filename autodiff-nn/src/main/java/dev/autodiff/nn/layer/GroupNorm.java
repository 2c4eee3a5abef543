package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.config.Config;

/**
 * Group normalisation (Wu and He 2018) of {@code [examples, ..., channels]}: channels are divided into groups, and each
 * example's elements of a group get mean 0 and variance 1; then y = γ (x - mean) / √(variance + ε) + β with the
 * variables {@code scale} γ, which starts at 1, and {@code shift} β, which starts at 0, one for each channel. The same
 * in training and in inference. One group is layer normalisation over the whole image, as many groups as channels are
 * instance normalisation. ε is PyTorch's 1e-5 (Keras's is 1e-3).
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 32));
 * new GroupNorm(8).apply(images).shape(); // [?, 28, 28, 32]
 * }</pre>
 */
public final class GroupNorm extends Layer {
    private final int groups;
    private final double epsilon;
    private boolean channelsFirst;

    /**
     * Makes a layer with an ε of 1e-5.
     *
     * @param groups the number of groups, which divides the channels
     */
    public GroupNorm(int groups) {
        this(groups, 1e-5);
    }

    /**
     * Makes a layer.
     *
     * @param groups the number of groups, which divides the channels
     * @param epsilon ε, which is added to the variance, above 0
     */
    public GroupNorm(int groups, double epsilon) {
        this.groups = LayerScope.atLeastOne(groups, "groups");
        this.epsilon = LayerScope.above0(epsilon, "epsilon");
    }

    /** Sets that channels are the second axis, as in PyTorch. */
    public GroupNorm channelsFirst() {
        requireNotApplied("channelsFirst");
        channelsFirst = true;
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("GroupNorm")
                .with("groups", groups)
                .with("epsilon", epsilon)
                .with("channelsFirst", channelsFirst);
    }

    static GroupNorm read(Config config) {
        GroupNorm norm = new GroupNorm(config.integer("groups"), config.number("epsilon"));
        return config.flag("channelsFirst") ? norm.channelsFirst() : norm;
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().same("scale", "weight").same("shift", "bias");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        Tensor last = channelsFirst ? LayerScope.channelsLast(x) : x;
        int channels = scope.features(last);
        int[] dims = last.shape().dims();
        int places = 1;
        for (int axis = 1; axis < dims.length - 1; axis++) {
            places *= dims[axis];
        }
        if (channels % groups != 0 || places < 0) {
            throw new GraphException("The GroupNorm " + scope.path()
                    + (places < 0
                            ? " needs to know all sizes but the number of examples"
                            : " divides channels into " + groups + " groups of equal size, but there are " + channels)
                    + "; its input is " + x.describe() + "\n    at " + SourceLine.here());
        }
        Tensor grouped = last.reshape(-1, places, groups, channels / groups);
        Tensor centered = grouped.sub(Reductions.mean(grouped, true, 1, 3));
        Tensor variance = Reductions.mean(centered.square(), true, 1, 3);
        dims[0] = -1;
        Tensor y = centered.div(variance.add(epsilon).sqrt())
                .reshape(dims)
                .mul(scope.variable("scale", Shape.of(channels), Initializers.ones()))
                .add(scope.variable("shift", Shape.of(channels), Initializers.zeros()));
        return channelsFirst ? LayerScope.channelsFirst(y) : y;
    }
}
