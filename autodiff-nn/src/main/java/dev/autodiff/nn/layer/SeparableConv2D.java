package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A convolution in two steps (Chollet 2017): of each channel by itself, then of all channels at each place. Its
 * variables are {@code depthwiseWeights} {@code [height, width, 1, channels * multiplier]}, {@code pointwiseWeights}
 * {@code [1, 1, channels * multiplier, filters]} and {@code bias} {@code [filters]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 8));
 * new SeparableConv2D(16, 3).strides(2).same().apply(images).shape(); // [?, 14, 14, 16]
 * }</pre>
 */
public final class SeparableConv2D extends ConvolutionLayer<SeparableConv2D> {
    private final int filters;
    private final int size;
    private int multiplier = 1;

    /**
     * Makes a layer with square windows and without activation.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the height and width of a window, at least 1
     */
    public SeparableConv2D(int filters, int size) {
        this(filters, size, Activation.LINEAR);
    }

    /**
     * Makes a layer with square windows.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the height and width of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if a number is less than 1
     */
    public SeparableConv2D(int filters, int size, UnaryOperator<Tensor> activation) {
        super(activation);
        this.filters = LayerScope.atLeastOne(filters, "filters");
        this.size = LayerScope.atLeastOne(size, "rows of a window");
    }

    /** Sets the number of outputs of the first step for each channel, 1 by default. */
    public SeparableConv2D depthMultiplier(int number) {
        requireNotApplied("depthMultiplier");
        multiplier = LayerScope.atLeastOne(number, "outputs of a channel");
        return this;
    }

    @Override
    SeparableConv2D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(Config.of("SeparableConv2D")
                .with("filters", filters)
                .with("size", size)
                .with("depthMultiplier", multiplier));
    }

    static SeparableConv2D read(Config config) {
        return new SeparableConv2D(
                        config.integer("filters"), config.integer("size"), Activation.in(config, "activation"))
                .depthMultiplier(config.integer("depthMultiplier"))
                .readConvolution(config);
    }

    /** Returns no layout: PyTorch has two layers in place of this one. */
    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none();
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, size, scope);
        int channels = channels(x, 4, scope);
        int between = channels * multiplier;
        Variable depthwise = weights(scope, "depthwiseWeights", Shape.of(size, size, 1, between));
        Variable pointwise = weights(scope, "pointwiseWeights", Shape.of(1, 1, between, filters));
        WindowOptions everywhere = new WindowOptions();
        Tensor each = Convolutions.conv2d(x, depthwise, options().groups(channels));
        Tensor all = Convolutions.conv2d(each, pointwise, hasChannelsFirst() ? everywhere.channelsFirst() : everywhere);
        return finish(all, filters, scope);
    }
}
