package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A fully connected layer: activation(x W + b), with the variables {@code weights} {@code [features, units]} and {@code
 * bias} {@code [units]}. Names and initial values are Keras's: Glorot's uniform weights and a bias of 0.
 *
 * <pre>{@code
 * Layer hidden = new Dense(128, Activation.RELU)
 *         .kernelInitializer(Initializers.heNormal())
 *         .kernelRegularizer(Regularizer.l2(0.001))
 *         .kernelConstraint(Constraint.maxNorm(3));
 * hidden.apply(x).shape(); // [?, 128]
 * }</pre>
 */
public final class Dense extends Layer {
    private final int units;
    private final UnaryOperator<Tensor> activation;
    private boolean useBias = true;
    private Initializer kernelInitializer = Initializers.glorotUniform();
    private Initializer biasInitializer = Initializers.zeros();
    private @Nullable Regularizer kernelRegularizer;
    private @Nullable Regularizer biasRegularizer;
    private @Nullable Regularizer activityRegularizer;
    private @Nullable Constraint kernelConstraint;

    /**
     * Makes a layer without activation.
     *
     * @param units the number of outputs, at least 1
     */
    public Dense(int units) {
        this(units, Activation.LINEAR);
    }

    /**
     * Makes a layer.
     *
     * @param units the number of outputs, at least 1
     * @param activation the function of the outputs: an {@link Activation} or a lambda
     * @throws GraphException if there is no output
     */
    public Dense(int units, UnaryOperator<Tensor> activation) {
        this.units = LayerScope.atLeastOne(units, "units");
        this.activation = Objects.requireNonNull(activation, "activation is null");
    }

    /** Sets that there is no bias, which is of no use before a normalisation. */
    public Dense withoutBias() {
        requireNotApplied("withoutBias");
        useBias = false;
        return this;
    }

    /** Sets the source of the initial weights. */
    public Dense kernelInitializer(Initializer initializer) {
        requireNotApplied("kernelInitializer");
        kernelInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return this;
    }

    /** Sets the source of the initial bias. */
    public Dense biasInitializer(Initializer initializer) {
        requireNotApplied("biasInitializer");
        biasInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return this;
    }

    /** Sets the penalty of the weights. */
    public Dense kernelRegularizer(Regularizer regularizer) {
        requireNotApplied("kernelRegularizer");
        kernelRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return this;
    }

    /** Sets the penalty of the bias. */
    public Dense biasRegularizer(Regularizer regularizer) {
        requireNotApplied("biasRegularizer");
        biasRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return this;
    }

    /** Sets the penalty of the outputs, which is divided by the number of examples as in Keras. */
    public Dense activityRegularizer(Regularizer regularizer) {
        requireNotApplied("activityRegularizer");
        activityRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return this;
    }

    /** Sets the condition that the weights fulfil after each training step. */
    public Dense kernelConstraint(Constraint constraint) {
        requireNotApplied("kernelConstraint");
        kernelConstraint = Objects.requireNonNull(constraint, "constraint is null");
        return this;
    }

    @Override
    protected Config describe() {
        return Config.of("Dense")
                .with("units", units)
                .with("activation", activation)
                .with("useBias", useBias)
                .with("kernelInitializer", kernelInitializer)
                .with("biasInitializer", biasInitializer)
                .with("kernelRegularizer", kernelRegularizer)
                .with("biasRegularizer", biasRegularizer)
                .with("activityRegularizer", activityRegularizer)
                .with("kernelConstraint", kernelConstraint);
    }

    static Dense read(Config config) {
        Dense dense = new Dense(config.integer("units"), Activation.in(config, "activation"));
        dense.useBias = config.flag("useBias");
        dense.kernelInitializer = config.object("kernelInitializer", Initializer.class);
        dense.biasInitializer = config.object("biasInitializer", Initializer.class);
        dense.kernelRegularizer = config.objectOrNull("kernelRegularizer", Regularizer.class);
        dense.biasRegularizer = config.objectOrNull("biasRegularizer", Regularizer.class);
        dense.activityRegularizer = config.objectOrNull("activityRegularizer", Regularizer.class);
        dense.kernelConstraint = config.objectOrNull("kernelConstraint", Constraint.class);
        return dense;
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none().transposed("weights", "weight").same("bias", "bias");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        int features = scope.features(x);
        Variable weights =
                scope.variable("weights", Shape.of(features, units), kernelInitializer, true, kernelConstraint);
        scope.regularize(weights, kernelRegularizer);
        Tensor sums = x.matmul(weights);
        if (useBias) {
            Variable bias = scope.variable("bias", Shape.of(units), biasInitializer);
            scope.regularize(bias, biasRegularizer);
            sums = sums.add(bias);
        }
        Tensor y = activation.apply(sums);
        scope.regularizeActivity(y, activityRegularizer);
        return scope.masked(y);
    }
}
