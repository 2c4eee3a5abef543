package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A convolution of images: activation(x convolved with W + b), with the variables {@code weights} {@code [height,
 * width, channels / groups, filters]} and {@code bias} {@code [filters]}. Images are {@code [images, height, width,
 * channels]}.
 *
 * <pre>{@code
 * Placeholder images = Placeholder.of("images", Shape.of(Shape.UNKNOWN, 28, 28, 1));
 * Layer conv = new Conv2D(32, 3, Activation.RELU).same();
 * conv.apply(images).shape(); // [?, 28, 28, 32]
 * }</pre>
 *
 * <p>With {@link #channelsFirst} images are {@code [images, channels, height, width]} and weights {@code [filters,
 * channels / groups, height, width]}, as in PyTorch's {@code Conv2d}, whose initial values are other ones.
 */
public final class Conv2D extends ConvolutionLayer<Conv2D> {
    private final int filters;
    private final int height;
    private final int width;
    private int groups = 1;

    /**
     * Makes a layer with square windows and without activation.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the height and width of a window, at least 1
     */
    public Conv2D(int filters, int size) {
        this(filters, size, Activation.LINEAR);
    }

    /**
     * Makes a layer with square windows.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the height and width of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     */
    public Conv2D(int filters, int size, UnaryOperator<Tensor> activation) {
        this(filters, size, size, activation);
    }

    /**
     * Makes a layer.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param height the height of a window, at least 1
     * @param width the width of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if a number is less than 1
     */
    public Conv2D(int filters, int height, int width, UnaryOperator<Tensor> activation) {
        super(activation);
        this.filters = LayerScope.atLeastOne(filters, "filters");
        this.height = LayerScope.atLeastOne(height, "rows of a window");
        this.width = LayerScope.atLeastOne(width, "columns of a window");
    }

    /**
     * Sets the number of groups: each group of filters sees one group of channels.
     *
     * @param number a number that divides channels and filters
     */
    public Conv2D groups(int number) {
        groups = LayerScope.atLeastOne(number, "groups");
        return with("groups", options().groups(number));
    }

    @Override
    Conv2D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(Config.of("Conv2D")
                .with("filters", filters)
                .with("height", height)
                .with("width", width));
    }

    static Conv2D read(Config config) {
        Conv2D conv = new Conv2D(
                config.integer("filters"),
                config.integer("height"),
                config.integer("width"),
                Activation.in(config, "activation"));
        conv.groups = config.integer("groups");
        return conv.readConvolution(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        requireChannelsLast(x, height, scope);
        int inputs = inputs(channels(x, 4, scope), filters, groups, scope);
        Variable weights = weights(scope, "weights", Shape.of(height, width, inputs, filters));
        return finish(Convolutions.conv2d(x, weights, options()), filters, scope);
    }
}
