package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application of a layer within another one, or directly in a model.
 *
 * @param layer the layer
 * @param name its name there
 * @param inputs the tensors that it was given
 * @param mode the mode that it was applied in whatever the one around it; null if it was not said
 * @param output its result
 */
record LayerCall(
        Layer layer,
        String name,
        List<Tensor> inputs,
        @Nullable Mode mode,
        Tensor output) {
    LayerCall {
        inputs = List.copyOf(inputs);
    }
}
