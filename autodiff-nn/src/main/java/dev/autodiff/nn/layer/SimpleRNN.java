package dev.autodiff.nn.layer;

import dev.autodiff.graph.Recurrence;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.List;

/**
 * The simplest recurrent layer (Elman 1990): h' = tanh(x W + h U + b), with the variables {@code weights} W {@code
 * [features, units]}, {@code recurrentWeights} U {@code [units, units]} and {@code bias} b {@code [units]}. PyTorch's
 * {@code RNN} has two biases, of which this is the sum, and transposed weights.
 *
 * <pre>{@code
 * new SimpleRNN(8).apply(Tensors.ones(2, 5, 3)).shape(); // [2, 8]
 * }</pre>
 */
public final class SimpleRNN extends GatedLayer<SimpleRNN> {
    /**
     * Makes a layer.
     *
     * @param units the number of outputs, at least 1
     */
    public SimpleRNN(int units) {
        super("simpleRnn", units, 1);
    }

    static SimpleRNN of(Config config) {
        return new SimpleRNN(config.integer("units")).read(config);
    }

    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchGates.withSummedBias(PyTorchGates.layout(0), 0);
    }

    @Override
    public List<Integer> stateSizes() {
        return List.of(units());
    }

    @Override
    Recurrence.Cell cell(Gates parameters, LayerScope scope) {
        return (in, states) -> {
            Tensor h = activate(parameters.of(0, in.get(0), states.get(0))).named("h");
            return new Recurrence.Step(List.of(h), List.of(h));
        };
    }
}
