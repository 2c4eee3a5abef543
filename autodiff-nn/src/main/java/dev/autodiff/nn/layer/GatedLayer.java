package dev.autodiff.nn.layer;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Constraint;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.Initializers;
import dev.autodiff.nn.Variable;
import dev.autodiff.nn.config.Config;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The common part of {@link SimpleRNN}, {@link GRU} and {@link LSTM}: weights of inputs and of states, and a bias, each
 * for a number of gates that stand side by side along the last axis. Options and initial values are Keras's: Glorot's
 * uniform weights of inputs, orthogonal weights of states, a bias of 0.
 *
 * @param <L> the class of the layer, which its options return
 */
public abstract class GatedLayer<L extends GatedLayer<L>> extends RecurrentLayer<L> implements RecurrentCell {
    private final int units;
    private final int gates;
    private UnaryOperator<Tensor> activation = Activation.TANH;
    private boolean useBias = true;
    private Initializer kernelInitializer = Initializers.glorotUniform();
    private Initializer recurrentInitializer = Initializers.orthogonal();
    private @Nullable Initializer biasInitializer;
    private @Nullable Regularizer kernelRegularizer;
    private @Nullable Regularizer recurrentRegularizer;
    private @Nullable Regularizer biasRegularizer;
    private @Nullable Constraint kernelConstraint;
    private @Nullable Constraint recurrentConstraint;

    GatedLayer(String defaultName, int units, int gates) {
        super(defaultName);
        this.units = LayerScope.atLeastOne(units, "units");
        this.gates = gates;
    }

    /** Sets the function of new values, by default the hyperbolic tangent. */
    public final L activation(UnaryOperator<Tensor> function) {
        requireNotApplied("activation");
        activation = Objects.requireNonNull(function, "function is null");
        return self();
    }

    /** Sets that there is no bias. */
    public final L withoutBias() {
        requireNotApplied("withoutBias");
        useBias = false;
        return self();
    }

    /** Sets the source of the initial weights of inputs. */
    public final L kernelInitializer(Initializer initializer) {
        requireNotApplied("kernelInitializer");
        kernelInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return self();
    }

    /** Sets the source of the initial weights of states. */
    public final L recurrentInitializer(Initializer initializer) {
        requireNotApplied("recurrentInitializer");
        recurrentInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return self();
    }

    /** Sets the source of the initial bias. */
    public final L biasInitializer(Initializer initializer) {
        requireNotApplied("biasInitializer");
        biasInitializer = Objects.requireNonNull(initializer, "initializer is null");
        return self();
    }

    /** Sets the penalty of the weights of inputs. */
    public final L kernelRegularizer(Regularizer regularizer) {
        requireNotApplied("kernelRegularizer");
        kernelRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the penalty of the weights of states. */
    public final L recurrentRegularizer(Regularizer regularizer) {
        requireNotApplied("recurrentRegularizer");
        recurrentRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the penalty of the bias. */
    public final L biasRegularizer(Regularizer regularizer) {
        requireNotApplied("biasRegularizer");
        biasRegularizer = Objects.requireNonNull(regularizer, "regularizer is null");
        return self();
    }

    /** Sets the condition that the weights of inputs fulfil after each training step. */
    public final L kernelConstraint(Constraint constraint) {
        requireNotApplied("kernelConstraint");
        kernelConstraint = Objects.requireNonNull(constraint, "constraint is null");
        return self();
    }

    /** Sets the condition that the weights of states fulfil after each training step. */
    public final L recurrentConstraint(Constraint constraint) {
        requireNotApplied("recurrentConstraint");
        recurrentConstraint = Objects.requireNonNull(constraint, "constraint is null");
        return self();
    }

    @Override
    protected Config describe() {
        return described(Config.of(kind())
                .with("units", units)
                .with("activation", activation)
                .with("useBias", useBias)
                .with("kernelInitializer", kernelInitializer)
                .with("recurrentInitializer", recurrentInitializer)
                .with("biasInitializer", biasInitializer)
                .with("kernelRegularizer", kernelRegularizer)
                .with("recurrentRegularizer", recurrentRegularizer)
                .with("biasRegularizer", biasRegularizer)
                .with("kernelConstraint", kernelConstraint)
                .with("recurrentConstraint", recurrentConstraint));
    }

    /** Sets what a description says. */
    final L read(Config config) {
        activation = Activation.in(config, "activation");
        useBias = config.flag("useBias");
        kernelInitializer = config.object("kernelInitializer", Initializer.class);
        recurrentInitializer = config.object("recurrentInitializer", Initializer.class);
        biasInitializer = config.objectOrNull("biasInitializer", Initializer.class);
        kernelRegularizer = config.objectOrNull("kernelRegularizer", Regularizer.class);
        recurrentRegularizer = config.objectOrNull("recurrentRegularizer", Regularizer.class);
        biasRegularizer = config.objectOrNull("biasRegularizer", Regularizer.class);
        kernelConstraint = config.objectOrNull("kernelConstraint", Constraint.class);
        recurrentConstraint = config.objectOrNull("recurrentConstraint", Constraint.class);
        return readOptions(config);
    }

    @Override
    protected final RecurrentCell cell() {
        return this;
    }

    /** Returns the number of units. */
    final int units() {
        return units;
    }

    /** Applies the function of new values. */
    final Tensor activate(Tensor x) {
        return activation.apply(x);
    }

    /** Returns the source of the bias where none was set. */
    Initializer usualBias() {
        return Initializers.zeros();
    }

    @Override
    public final Recurrence.Cell build(int features, LayerScope scope) {
        Variable weights =
                scope.variable("weights", Shape.of(features, sums()), kernelInitializer, true, kernelConstraint);
        Variable recurrent = scope.variable(
                "recurrentWeights", Shape.of(units, sums()), recurrentInitializer, true, recurrentConstraint);
        scope.regularize(weights, kernelRegularizer);
        scope.regularize(recurrent, recurrentRegularizer);
        return cell(
                new Gates(byGate(weights, 1), byGate(recurrent, 1), useBias ? bias("bias", scope) : List.of()), scope);
    }

    /** Returns the number of sums of all gates, if an array can be so long. */
    private int sums() {
        return Shape.of(gates, units).size();
    }

    /** Returns a bias, by gate. */
    final List<Tensor> bias(String name, LayerScope scope) {
        Initializer initializer = biasInitializer == null ? usualBias() : biasInitializer;
        Variable bias = scope.variable(name, Shape.of(sums()), initializer);
        scope.regularize(bias, biasRegularizer);
        return byGate(bias, 0);
    }

    private List<Tensor> byGate(Tensor all, int axis) {
        return gates == 1 ? List.of(all) : Arrangement.split(all, gates, axis);
    }

    /** Returns the computation of a step. */
    abstract Recurrence.Cell cell(Gates parameters, LayerScope scope);

    /**
     * The parameters by gate.
     *
     * @param weights the weights of inputs
     * @param recurrent the weights of states
     * @param bias the biases; empty if there are none
     */
    record Gates(List<Tensor> weights, List<Tensor> recurrent, List<Tensor> bias) {
        /** Returns x W + b for a gate. */
        Tensor ofInput(int gate, Tensor x) {
            Tensor sum = x.matmul(weights.get(gate));
            return bias.isEmpty() ? sum : sum.add(bias.get(gate));
        }

        /** Returns h U for a gate. */
        Tensor ofState(int gate, Tensor h) {
            return h.matmul(recurrent.get(gate));
        }

        /** Returns x W + b + h U for a gate. */
        Tensor of(int gate, Tensor x, Tensor h) {
            return ofInput(gate, x).add(ofState(gate, h));
        }
    }
}
