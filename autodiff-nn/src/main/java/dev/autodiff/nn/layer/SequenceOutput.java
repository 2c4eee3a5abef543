package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import java.util.List;

/**
 * The results of a {@link RecurrentLayer}.
 *
 * @param output the output of the last step, {@code [batch, units]}, or of all steps, {@code [batch, steps, units]}
 * @param states the states after the last step, {@code [batch, units]} each: h, and for an LSTM also c
 */
public record SequenceOutput(Tensor output, List<Tensor> states) {
    /** Copies the list. */
    public SequenceOutput {
        states = List.copyOf(states);
    }
}
