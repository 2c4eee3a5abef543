package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import java.util.List;

/**
 * An application of a layer within another one, or directly in a model.
 *
 * @param layer the layer
 * @param name its name there
 * @param inputs the tensors that it was given
 * @param output its result
 */
record LayerCall(Layer layer, String name, List<Tensor> inputs, Tensor output) {
    LayerCall {
        inputs = List.copyOf(inputs);
    }
}
