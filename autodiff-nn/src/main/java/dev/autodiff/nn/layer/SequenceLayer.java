package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A layer over sequences, {@code [batch, steps, features]}, that can be given a mask and states to begin with. */
public abstract class SequenceLayer extends Layer {
    private @Nullable SequenceInput given;
    private @Nullable SequenceOutput made;

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
        given = input;
        try {
            apply(input.x());
            return Objects.requireNonNull(made);
        } finally {
            given = null;
            made = null;
        }
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
        scope.alsoTakes(input.initialState());
        Optional.ofNullable(input.mask()).ifPresent(mask -> scope.alsoTakes(List.of(mask)));
        Optional<Tensor> ownMask = scope.mask().filter(own -> input.mask() == null);
        SequenceInput masked = ownMask.map(input::mask).orElse(input);
        SequenceOutput output = build(masked, features, scope);
        made = output;
        return output.output();
    }

    /** Builds the graph of one application. */
    abstract SequenceOutput build(SequenceInput input, int features, LayerScope scope);
}
