package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application of a layer within another one, or directly in a model.
 *
 * @param layer the layer
 * @param name its name there
 * @param inputs the tensors that it was given
 * @param states the states that it was to begin with, of a {@link SequenceLayer}
 * @param mode the mode that it was applied in whatever the one around it; null if it was not said
 * @param output its result
 * @param finalStates the states that it ended with
 */
record LayerCall(
        Layer layer,
        String name,
        List<Tensor> inputs,
        List<Tensor> states,
        @Nullable Mode mode,
        Tensor output,
        List<Tensor> finalStates) {
    LayerCall {
        inputs = List.copyOf(inputs);
        states = List.copyOf(states);
        finalStates = List.copyOf(finalStates);
    }

    /** Returns what the results are computed from. */
    List<Tensor> sources() {
        return Stream.concat(inputs.stream(), states.stream()).toList();
    }

    /** Returns the output, and the states at the end. */
    List<Tensor> results() {
        return Stream.concat(Stream.of(output), finalStates.stream()).toList();
    }
}
