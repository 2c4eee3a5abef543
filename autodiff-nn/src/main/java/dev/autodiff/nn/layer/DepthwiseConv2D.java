package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A convolution of each channel by itself, with the variables {@code weights} {@code [height, width, 1, channels *
 * multiplier]} and {@code bias} {@code [channels * multiplier]}. Images are {@code [images, height, width, channels]}.
 * The outputs of one channel are neighbours.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 8));
 * new DepthwiseConv2D(3).same().apply(images).shape(); // [?, 28, 28, 8]
 * }</pre>
 *
 * <p>It is PyTorch's {@code Conv2d} with as many groups as channels, with {@link #channelsFirst} in its axes.
 */
public final class DepthwiseConv2D extends ConvolutionLayer<DepthwiseConv2D> {
    private final int size;
    private int multiplier = 1;

    /**
     * Makes a layer with square windows and without activation.
     *
     * @param size the height and width of a window, at least 1
     */
    public DepthwiseConv2D(int size) {
        this(size, Activation.LINEAR);
    }

    /**
     * Makes a layer with square windows.
     *
     * @param size the height and width of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if the size is less than 1
     */
    public DepthwiseConv2D(int size, UnaryOperator<Tensor> activation) {
        super(activation);
        this.size = LayerScope.atLeastOne(size, "rows of a window");
    }

    /** Sets the number of outputs for each channel, 1 by default. */
    public DepthwiseConv2D depthMultiplier(int number) {
        requireNotApplied("depthMultiplier");
        multiplier = LayerScope.atLeastOne(number, "outputs of a channel");
        return this;
    }

    @Override
    DepthwiseConv2D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(
                Config.of("DepthwiseConv2D").with("size", size).with("depthMultiplier", multiplier));
    }

    static DepthwiseConv2D read(Config config) {
        return new DepthwiseConv2D(config.integer("size"), Activation.in(config, "activation"))
                .depthMultiplier(config.integer("depthMultiplier"))
                .readConvolution(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, size, scope);
        int channels = channels(x, 4, scope);
        int outputs = channels * multiplier;
        Variable weights = weights(scope, "weights", Shape.of(size, size, 1, outputs));
        return finish(Convolutions.conv2d(x, weights, options().groups(channels)), outputs, scope);
    }
}
