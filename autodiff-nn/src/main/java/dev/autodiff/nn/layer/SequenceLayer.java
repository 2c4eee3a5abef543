package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer over sequences, {@code [batch, steps, features]}, that can be given a mask and states to begin with. */
public abstract class SequenceLayer extends Layer {
    private @Nullable SequenceInput given;
    private List<Tensor> finalStates = List.of();

    SequenceLayer(String defaultName) {
        super(defaultName);
    }

    /**
     * Applies this layer in the mode of the layer that applies it.
     *
     * @param input sequences {@code [batch, steps, features]}, with their mask and states
     * @throws GraphException if something does not fit
     */
    public final SequenceOutput apply(SequenceInput input) {
        return apply(input, null);
    }

    private SequenceOutput apply(SequenceInput input, @Nullable Mode mode) {
        given = input;
        try {
            Tensor output = LayerScope.apply(this, input.x(), mode);
            return new SequenceOutput(output, finalStates);
        } finally {
            given = null;
            finalStates = List.of();
        }
    }

    /**
     * Applies this layer to an input, and what else it was given.
     *
     * @param inputs the sequences, and their mask if there is one
     * @param states the states to begin with; none for zeros
     * @param mode the mode; null for that of the layer that applies it
     */
    final SequenceOutput applyTo(List<Tensor> inputs, List<Tensor> states, @Nullable Mode mode) {
        if (inputs.isEmpty() || inputs.size() > 2) {
            throw new IllegalArgumentException(
                    "A " + kind() + " is applied to sequences and their mask, not to " + inputs.size() + " tensors");
        }
        SequenceInput input = SequenceInput.of(inputs.get(0)).initialState(states);
        return apply(inputs.size() == 1 ? input : input.mask(inputs.get(1)), mode);
    }

    @Override
    protected final Tensor build(Tensor x, LayerScope scope) {
        int features = scope.features(x);
        if (x.shape().rank() != 3) {
            throw new GraphException("The " + kind() + " " + scope.path()
                    + " needs sequences, [batch, steps, features];"
                    + " its input is " + x.describe()
                    + (x.shape().rank() == 2 ? "; if a step has one feature, add the axis: x.expandDims(-1)" : "")
                    + "\n    at " + SourceLine.here());
        }
        SequenceInput input = given == null ? SequenceInput.of(x) : given;
        scope.beginsWith(input.initialState());
        Optional.ofNullable(input.mask()).ifPresent(mask -> scope.alsoTakes(List.of(mask)));
        Optional<Tensor> ownMask = scope.mask().filter(own -> input.mask() == null);
        SequenceInput masked = ownMask.map(input::mask).orElse(input);
        SequenceOutput output = build(masked, features, scope);
        finalStates = scope.endsWith(output.states());
        return output.output();
    }

    /** Builds the graph of one application. */
    abstract SequenceOutput build(SequenceInput input, int features, LayerScope scope);
}
