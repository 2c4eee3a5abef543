package dev.autodiff.nn.layer;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A layer that convolves: activation(x convolved with W + b), with the variables {@code weights} and {@code bias}.
 * Names and initial values are Keras's: Glorot's uniform weights and a bias of 0.
 *
 * @param <L> the layer itself, which its options return
 */
public abstract class ConvolutionLayer<L extends ConvolutionLayer<L>> extends WindowLayer<L> {
    private final UnaryOperator<Tensor> activation;
    private boolean useBias = true;
    private Initializer kernelInitializer = Initializers.glorotUniform();
    private Initializer biasInitializer = Initializers.zeros();
    private @Nullable Regularizer kernelRegularizer;
    private @Nullable Regularizer biasRegularizer;
    private @Nullable Regularizer activityRegularizer;
    private @Nullable Constraint kernelConstraint;

    ConvolutionLayer(UnaryOperator<Tensor> activation) {
        this.activation = Objects.requireNonNull(activation, "activation is null");
    }

    /** Sets the distance between the elements below a window along all spatial axes, 1 if they are neighbours. */
    public final L dilation(int all) {
        return with("dilation", options().dilation(all));
    }

    /** Sets the distance between the elements below a window of images, 1 if they are neighbours. */
    public final L dilation(int vertical, int horizontal) {
        return with("dilation", options().dilation(vertical, horizontal));
    }

    /** Sets that there is no bias, which is of no use before a normalisation. */
    public final L withoutBias() {
        requireNotApplied("withoutBias");
        useBias = false;
        return self();
    }

    /** Sets the source of the initial weights. */
    public final L kernelInitializer(Initializer initializer) {
        requireNotApplied("kernelInitializer");
        kernelInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return self();
    }

    /** Sets the source of the initial bias. */
    public final L biasInitializer(Initializer initializer) {
        requireNotApplied("biasInitializer");
        biasInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return self();
    }

    /** Sets the penalty of the weights. */
    public final L kernelRegularizer(Regularizer regularizer) {
        requireNotApplied("kernelRegularizer");
        kernelRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the penalty of the bias. */
    public final L biasRegularizer(Regularizer regularizer) {
        requireNotApplied("biasRegularizer");
        biasRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the penalty of the outputs, which is divided by the number of examples as in Keras. */
    public final L activityRegularizer(Regularizer regularizer) {
        requireNotApplied("activityRegularizer");
        activityRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the condition that the weights fulfil after each training step. */
    public final L kernelConstraint(Constraint constraint) {
        requireNotApplied("kernelConstraint");
        kernelConstraint = Objects.requireNonNull(constraint, "constraint is null");
        return self();
    }

    // ---- descriptions

    /** Returns a description with all options of convolutions. */
    final Config describeConvolution(Config config) {
        return describeWindows(config)
                .with("activation", activation)
                .with("useBias", useBias)
                .with("kernelInitializer", kernelInitializer)
                .with("biasInitializer", biasInitializer)
                .with("kernelRegularizer", kernelRegularizer)
                .with("biasRegularizer", biasRegularizer)
                .with("activityRegularizer", activityRegularizer)
                .with("kernelConstraint", kernelConstraint);
    }

    /** Sets the options that a description has. */
    final L readConvolution(Config config) {
        useBias = config.flag("useBias");
        kernelInitializer = config.object("kernelInitializer", Initializer.class);
        biasInitializer = config.object("biasInitializer", Initializer.class);
        kernelRegularizer = config.objectOrNull("kernelRegularizer", Regularizer.class);
        biasRegularizer = config.objectOrNull("biasRegularizer", Regularizer.class);
        activityRegularizer = config.objectOrNull("activityRegularizer", Regularizer.class);
        kernelConstraint = config.objectOrNull("kernelConstraint", Constraint.class);
        return readWindows(config);
    }

    /** Returns the layout of PyTorch's convolutions, whose weights have outputs and inputs first. */
    @Override
    public PyTorchLayout pyTorch() {
        PyTorchLayout weights = hasChannelsFirst()
                ? PyTorchLayout.none().same("weights", "weight")
                : PyTorchLayout.none()
                        .converted(
                                "weights",
                                arrays -> spatialFirst(arrays.get(0)),
                                value -> List.of(spatialLast(value)),
                                "weight");
        return weights.same("bias", "bias");
    }

    private static NDArray spatialLast(NDArray weights) {
        return weights.shape().rank() == 3 ? weights.transpose(2, 1, 0) : weights.transpose(3, 2, 0, 1);
    }

    private static NDArray spatialFirst(NDArray weights) {
        int rank = weights.shape().rank();
        if (rank < 3) {
            throw new IllegalArgumentException("Weights of a convolution have three or four axes");
        }
        return rank == 3 ? weights.transpose(2, 1, 0) : weights.transpose(2, 3, 1, 0);
    }

    // ---- for the layers

    /** Returns the number of channels of an input of a rank. */
    final int channels(Tensor x, int rank, LayerScope scope) {
        int axis = hasChannelsFirst() ? 1 : -1;
        String wanted = rank == 4
                ? hasChannelsFirst() ? "[images, channels, height, width]" : "[images, height, width, channels]"
                : hasChannelsFirst() ? "[sequences, channels, length]" : "[sequences, length, channels]";
        if (x.shape().rank() != rank
                || x.shape().dim(axis) == Shape.UNKNOWN
                || !x.dtype().isFloating()) {
            throw new GraphException("The " + kind() + " " + scope.path() + " needs floating-point " + wanted
                    + ", of which the number of channels is known; its input is " + x.describe()
                    + (x.shape().rank() == rank - 1 ? ". For one channel, add an axis: x.expandDims(" + axis + ")" : "")
                    + "\n    at " + SourceLine.here());
        }
        return x.shape().dim(axis);
    }

    /** Returns the inputs of a filter: the channels, divided among the groups. */
    final int inputs(int channels, int filters, int groups, LayerScope scope) {
        if (channels % groups != 0 || filters % groups != 0) {
            throw new GraphException("The " + kind() + " " + scope.path() + " has " + groups
                    + " groups, which must divide its " + filters + " filters and the " + channels
                    + " channels of its input\n    at " + SourceLine.here());
        }
        return channels / groups;
    }

    /**
     * Returns a variable of weights.
     *
     * @param shape the shape with spatial axes first, inputs and outputs last
     */
    final Variable weights(LayerScope scope, String name, Shape shape) {
        Initializer initializer = kernelInitializer;
        Shape own = shape;
        if (hasChannelsFirst()) {
            own = turned(shape);
            initializer = (dtype, turned, seed) -> turn(kernelInitializer.initialize(dtype, shape, seed));
        }
        Variable weights = scope.variable(name, own, initializer, true, kernelConstraint);
        scope.regularize(weights, kernelRegularizer);
        return weights;
    }

    /** Returns the shape with outputs and inputs first. */
    private static Shape turned(Shape shape) {
        int[] dims = new int[shape.rank()];
        dims[0] = shape.dim(-1);
        dims[1] = shape.dim(-2);
        System.arraycopy(shape.dims(), 0, dims, 2, dims.length - 2);
        return Shape.of(dims);
    }

    /** Returns the same weights with outputs and inputs first: initial values do not depend on the order of axes. */
    private static NDArray turn(NDArray weights) {
        int inputs = weights.shape().dim(-2);
        int outputs = weights.shape().dim(-1);
        int taps = weights.size() / Math.max(1, inputs * outputs);
        double[] values = weights.toDoubles();
        double[] turned = new double[values.length];
        for (int i = 0; i < turned.length; i++) {
            int output = i / taps / inputs;
            turned[i] = values[(i % taps * inputs + i / taps % inputs) * outputs + output];
        }
        return NDArray.wrap(turned, turned(weights.shape()).dims()).cast(weights.dtype());
    }

    /** Returns the output of the layer: sums with bias and activation. */
    final Tensor finish(Tensor sums, int outputs, LayerScope scope) {
        Tensor biased = sums;
        if (useBias) {
            Variable bias = scope.variable("bias", Shape.of(outputs), biasInitializer);
            scope.regularize(bias, biasRegularizer);
            int[] column = new int[sums.shape().rank() - 1];
            Arrays.fill(column, 1);
            column[0] = outputs;
            biased = sums.add(hasChannelsFirst() ? bias.reshape(column) : bias);
        }
        Tensor y = activation.apply(biased);
        scope.regularizeActivity(y, activityRegularizer);
        return y;
    }
}
