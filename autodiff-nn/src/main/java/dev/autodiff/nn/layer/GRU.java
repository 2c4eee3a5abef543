package dev.autodiff.nn.layer;

import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The gated recurrent unit (Cho et al. 2014). From the input x and the output h of the step before:
 *
 * <pre>
 * z = σ(x Wz + h Uz + bz)              update gate
 * r = σ(x Wr + h Ur + br)              reset gate
 * n = tanh(x Wn + bn + r (h Un + an))  new value
 * h' = z h + (1 - z) n
 * </pre>
 *
 * <p>The variables are {@code weights} {@code [features, 3 units]}, {@code recurrentWeights} {@code [units, 3 units]},
 * {@code bias} {@code [3 units]} and {@code recurrentBias} a {@code [3 units]}, with the gates in Keras's order z, r,
 * n; PyTorch's order is r, z, n, and its weights are transposed. Its gates have a second bias too, which is the reason
 * why all of {@code recurrentBias} is there. The reset gate multiplies after the product, as in PyTorch and by default
 * in Keras; {@link #resetBefore} has the formula of the paper, which has no {@code recurrentBias}.
 *
 * <pre>{@code
 * new GRU(8).apply(Tensors.ones(2, 5, 3)).shape(); // [2, 8]
 * }</pre>
 */
public final class GRU extends GatedLayer<GRU> {
    /** For each gate, its place among PyTorch's. */
    private static final int[] ORDER = {1, 0, 2};

    private UnaryOperator<Tensor> recurrentActivation = Activation.SIGMOID;
    private boolean resetAfter = true;

    /**
     * Makes a layer.
     *
     * @param units the number of outputs, at least 1
     */
    public GRU(int units) {
        super("gru", units, 3);
    }

    /** Sets the function of the gates, by default the sigmoid. */
    public GRU recurrentActivation(UnaryOperator<Tensor> function) {
        requireNotApplied("recurrentActivation");
        recurrentActivation = Objects.requireNonNull(function, "function is null");
        return this;
    }

    /** Sets that the reset gate multiplies the state before the product: n = tanh(x Wn + bn + (r h) Un). */
    public GRU resetBefore() {
        requireNotApplied("resetBefore");
        resetAfter = false;
        return this;
    }

    @Override
    protected Config describe() {
        return super.describe().with("recurrentActivation", recurrentActivation).with("resetAfter", resetAfter);
    }

    static GRU of(Config config) {
        GRU layer = new GRU(config.integer("units"));
        layer.recurrentActivation = Activation.in(config, "recurrentActivation");
        layer.resetAfter = config.flag("resetAfter");
        return layer.read(config);
    }

    @Override
    public PyTorchLayout pyTorch() {
        PyTorchLayout bias = PyTorchGates.withBias(PyTorchGates.layout(ORDER), "bias", "bias_ih_l0", ORDER);
        return PyTorchGates.withBias(bias, "recurrentBias", "bias_hh_l0", ORDER);
    }

    @Override
    public List<Integer> stateSizes() {
        return List.of(units());
    }

    @Override
    Recurrence.Cell cell(Gates p, LayerScope scope) {
        List<Tensor> more = resetAfter && !p.bias().isEmpty() ? bias("recurrentBias", scope) : List.of();
        return (in, states) -> {
            Tensor x = in.get(0);
            Tensor h = states.get(0);
            Tensor z = recurrentActivation.apply(plus(p.of(0, x, h), more, 0)).named("z");
            Tensor r = recurrentActivation.apply(plus(p.of(1, x, h), more, 1)).named("r");
            Tensor ofState = resetAfter ? r.mul(plus(p.ofState(2, h), more, 2)) : p.ofState(2, r.mul(h));
            Tensor n = activate(p.ofInput(2, x).add(ofState)).named("n");
            Tensor after = n.add(z.mul(h.sub(n))).named("h");
            return new Recurrence.Step(List.of(after), List.of(after));
        };
    }

    private static Tensor plus(Tensor x, List<Tensor> bias, int gate) {
        return bias.isEmpty() ? x : x.add(bias.get(gate));
    }
}
