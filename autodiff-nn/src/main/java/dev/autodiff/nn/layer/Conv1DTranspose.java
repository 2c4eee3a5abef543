package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A transposed convolution, which makes sequences longer: each element is spread over a window of the result. Its
 * variables are {@code weights} {@code [length, filters, channels]} and {@code bias} {@code [filters]}. Sequences are
 * {@code [sequences, length, channels]}; a result has (length - 1) * stride + window - padding + outputPadding
 * elements, with {@link #same} length * stride.
 *
 * <pre>{@code
 * Placeholder small = Placeholder.of("small", Shape.of(Shape.UNKNOWN, 7, 64));
 * Layer larger = new Conv1DTranspose(32, 3, Activation.RELU).strides(2).same();
 * larger.apply(small).shape(); // [?, 14, 32]
 * }</pre>
 *
 * <p>With {@link #channelsFirst} sequences are {@code [sequences, channels, length]} and weights {@code [channels,
 * filters, length]}, as in PyTorch's {@code ConvTranspose1d}.
 */
public final class Conv1DTranspose extends ConvolutionLayer<Conv1DTranspose> {
    private final int filters;
    private final int size;
    private int outputPadding;

    /**
     * Makes a layer without activation.
     *
     * @param filters the number of channels of the result, at least 1
     * @param size the length of a window, at least 1
     */
    public Conv1DTranspose(int filters, int size) {
        this(filters, size, Activation.LINEAR);
    }

    /**
     * Makes a layer.
     *
     * @param filters the number of channels of the result, at least 1
     * @param size the length of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if a number is less than 1
     */
    public Conv1DTranspose(int filters, int size, UnaryOperator<Tensor> activation) {
        super(activation);
        this.filters = LayerScope.atLeastOne(filters, "filters");
        this.size = LayerScope.atLeastOne(size, "elements of a window");
    }

    /** Sets by how many elements the result is longer: below the stride. */
    public Conv1DTranspose outputPadding(int elements) {
        requireNotApplied("outputPadding");
        outputPadding = elements;
        return this;
    }

    @Override
    Conv1DTranspose self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(Config.of("Conv1DTranspose")
                .with("filters", filters)
                .with("size", size)
                .with("outputPadding", outputPadding));
    }

    static Conv1DTranspose read(Config config) {
        return new Conv1DTranspose(
                        config.integer("filters"), config.integer("size"), Activation.in(config, "activation"))
                .outputPadding(config.integer("outputPadding"))
                .readConvolution(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int channels = channels(x, 3, scope);
        Variable weights = weights(scope, "weights", Shape.of(size, filters, channels));
        Tensor sums = Convolutions.conv1dTranspose(x, weights, options(), outputPadding);
        return finish(sums, filters, scope);
    }
}
