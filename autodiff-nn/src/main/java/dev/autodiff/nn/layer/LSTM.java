package dev.autodiff.nn.layer;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Initializer;
import dev.autodiff.nn.config.Config;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; with the forget gate of Gers, Schmidhuber and Cummins 2000).
 * From the input x, the output h and the memory c of the step before:
 *
 * <pre>
 * i = σ(x Wi + h Ui + bi)     input gate          c' = f c + i g
 * f = σ(x Wf + h Uf + bf)     forget gate         h' = o tanh(c')
 * g = tanh(x Wg + h Ug + bg)  new memory
 * o = σ(x Wo + h Uo + bo)     output gate
 * </pre>
 *
 * <p>The variables are {@code weights} {@code [features, 4 units]}, {@code recurrentWeights} {@code [units, 4 units]}
 * and {@code bias} {@code [4 units]}, with the gates in the order i, f, g, o: that of Keras, and of PyTorch, whose
 * weights are transposed and whose two biases are added up. The bias of the forget gate starts at 1, as in Keras.
 *
 * <pre>{@code
 * new LSTM(8).apply(Tensors.ones(2, 5, 3)).shape(); // [2, 8]
 * }</pre>
 */
public final class LSTM extends GatedLayer<LSTM> {
    /** For each gate, its place among PyTorch's. */
    private static final int[] ORDER = {0, 1, 2, 3};

    private UnaryOperator<Tensor> recurrentActivation = Activation.SIGMOID;

    /**
     * Makes a layer.
     *
     * @param units the number of outputs, at least 1
     */
    public LSTM(int units) {
        super("lstm", units, 4);
    }

    /** Sets the function of the gates, by default the sigmoid. */
    public LSTM recurrentActivation(UnaryOperator<Tensor> function) {
        requireNotApplied("recurrentActivation");
        recurrentActivation = Objects.requireNonNull(function, "function is null");
        return this;
    }

    @Override
    protected Config describe() {
        return super.describe().with("recurrentActivation", recurrentActivation);
    }

    static LSTM of(Config config) {
        LSTM layer = new LSTM(config.integer("units"));
        layer.recurrentActivation = Activation.in(config, "recurrentActivation");
        return layer.read(config);
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchGates.withSummedBias(PyTorchGates.layout(ORDER), ORDER);
    }

    @Override
    public List<Integer> stateSizes() {
        return List.of(units(), units());
    }

    @Override
    Initializer usualBias() {
        return (dtype, shape, seed) -> {
            NDArray bias = NDArray.zeros(dtype, shape);
            for (int i = units(); i < 2 * units(); i++) { // the forget gate
                if (dtype == DType.FLOAT64) {
                    ((double[]) bias.storage())[i] = 1;
                } else {
                    ((float[]) bias.storage())[i] = 1;
                }
            }
            return bias;
        };
    }

    @Override
    Recurrence.Cell cell(Gates parameters, LayerScope scope) {
        return (in, states) -> {
            Tensor x = in.get(0);
            Tensor h = states.get(0);
            Tensor i = recurrentActivation.apply(parameters.of(0, x, h)).named("i");
            Tensor f = recurrentActivation.apply(parameters.of(1, x, h)).named("f");
            Tensor g = activate(parameters.of(2, x, h)).named("g");
            Tensor o = recurrentActivation.apply(parameters.of(3, x, h)).named("o");
            Tensor c = f.mul(states.get(1)).add(i.mul(g)).named("c");
            Tensor after = o.mul(activate(c)).named("h");
            return new Recurrence.Step(List.of(after), List.of(after, c));
        };
    }
}
