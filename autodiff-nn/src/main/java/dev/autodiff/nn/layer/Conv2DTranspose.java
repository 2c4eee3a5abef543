package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A transposed convolution, which makes images larger: each element is spread over a window of the result. Its
 * variables are {@code weights} {@code [height, width, filters, channels]} and {@code bias} {@code [filters]}. Images
 * are {@code [images, height, width, channels]}; along an axis, a result has (length - 1) * stride + window - padding +
 * outputPadding elements, with {@link #same} length * stride.
 *
 * <pre>{@code
 * Placeholder small = Placeholder.of("small", Shape.of(Shape.UNKNOWN, 7, 7, 64));
 * Layer larger = new Conv2DTranspose(32, 3, Activation.RELU).strides(2).same();
 * larger.apply(small).shape(); // [?, 14, 14, 32]
 * }</pre>
 *
 * <p>With {@link #channelsFirst} images are {@code [images, channels, height, width]} and weights {@code [channels,
 * filters, height, width]}, as in PyTorch's {@code ConvTranspose2d}.
 */
public final class Conv2DTranspose extends ConvolutionLayer<Conv2DTranspose> {
    private final int filters;
    private final int size;
    private int outputPadding;

    /**
     * Makes a layer with square windows and without activation.
     *
     * @param filters the number of channels of the result, at least 1
     * @param size the height and width of a window, at least 1
     */
    public Conv2DTranspose(int filters, int size) {
        this(filters, size, Activation.LINEAR);
    }

    /**
     * Makes a layer with square windows.
     *
     * @param filters the number of channels of the result, at least 1
     * @param size the height and width of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if a number is less than 1
     */
    public Conv2DTranspose(int filters, int size, UnaryOperator<Tensor> activation) {
        super(activation);
        this.filters = LayerScope.atLeastOne(filters, "filters");
        this.size = LayerScope.atLeastOne(size, "rows of a window");
    }

    /** Sets by how many elements the result is longer along both axes: below the stride. */
    public Conv2DTranspose outputPadding(int elements) {
        requireNotApplied("outputPadding");
        outputPadding = elements;
        return this;
    }

    @Override
    Conv2DTranspose self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(Config.of("Conv2DTranspose")
                .with("filters", filters)
                .with("size", size)
                .with("outputPadding", outputPadding));
    }

    static Conv2DTranspose read(Config config) {
        return new Conv2DTranspose(
                        config.integer("filters"), config.integer("size"), Activation.in(config, "activation"))
                .outputPadding(config.integer("outputPadding"))
                .readConvolution(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int channels = channels(x, 4, scope);
        Variable weights = weights(scope, "weights", Shape.of(size, size, filters, channels));
        Tensor sums = Convolutions.conv2dTranspose(x, weights, options(), outputPadding, outputPadding);
        return finish(sums, filters, scope);
    }
}
