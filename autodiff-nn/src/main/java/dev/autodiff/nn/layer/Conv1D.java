package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.AutoPad;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.WindowOptions;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/**
 * A convolution of sequences: activation(x convolved with W + b), with the variables {@code weights} {@code [length,
 * channels / groups, filters]} and {@code bias} {@code [filters]}. Sequences are {@code [sequences, length, channels]}.
 *
 * <pre>{@code
 * Placeholder prices = Placeholder.of("prices", Shape.of(Shape.UNKNOWN, 100, 2));
 * Layer conv = new Conv1D(16, 5, Activation.RELU).strides(2);
 * conv.apply(prices).shape(); // [?, 48, 16]
 * }</pre>
 *
 * <p>With {@link #channelsFirst} sequences are {@code [sequences, channels, length]} and weights {@code [filters,
 * channels / groups, length]}, as in PyTorch's {@code Conv1d}, whose initial values are other ones.
 */
public final class Conv1D extends ConvolutionLayer<Conv1D> {
    private final int filters;
    private final int size;
    private int groups = 1;
    private boolean causal;

    /**
     * Makes a layer without activation.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the length of a window, at least 1
     */
    public Conv1D(int filters, int size) {
        this(filters, size, Activation.LINEAR);
    }

    /**
     * Makes a layer.
     *
     * @param filters the number of outputs for each window, at least 1
     * @param size the length of a window, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if a number is less than 1
     */
    public Conv1D(int filters, int size, UnaryOperator<Tensor> activation) {
        super(activation);
        this.filters = LayerScope.atLeastOne(filters, "filters");
        this.size = LayerScope.atLeastOne(size, "elements of a window");
    }

    /**
     * Sets the number of groups: each group of filters sees one group of channels.
     *
     * @param number a number that divides channels and filters
     */
    public Conv1D groups(int number) {
        groups = LayerScope.atLeastOne(number, "groups");
        return with("groups", options().groups(number));
    }

    /**
     * Sets that an output sees no input behind it: zeros before the first element, dilation * (size - 1) of them, so
     * that without strides the result is as long as the input. Keras's {@code padding="causal"}.
     */
    public Conv1D causal() {
        requireNotApplied("causal");
        causal = true;
        return this;
    }

    @Override
    Conv1D self() {
        return this;
    }

    @Override
    protected Config describe() {
        return describeConvolution(
                Config.of("Conv1D").with("filters", filters).with("size", size).with("causal", causal));
    }

    static Conv1D read(Config config) {
        Conv1D conv =
                new Conv1D(config.integer("filters"), config.integer("size"), Activation.in(config, "activation"));
        conv.groups = config.integer("groups");
        conv.causal = config.flag("causal", false);
        return conv.readConvolution(config);
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        WindowOptions options = causal ? causal(scope) : options();
        if (!causal) {
            requireChannelsLast(x, size, scope);
        }
        int inputs = inputs(channels(x, 3, scope), filters, groups, scope);
        Variable weights = weights(scope, "weights", Shape.of(size, inputs, filters));
        return finish(Convolutions.conv1d(x, weights, options), filters, scope);
    }

    private WindowOptions causal(LayerScope scope) {
        boolean padded = options().autoPad() != AutoPad.NONE
                || options().padding().stream().anyMatch(elements -> elements > 0);
        if (padded) {
            throw new GraphException("The Conv1D " + scope.path() + " is causal(), which is its padding: leave out"
                    + " same() and padding(...)\n    at " + SourceLine.here());
        }
        return options().padding(0, 0, options().dilation().get(1) * (size - 1), 0);
    }
}
