package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two recurrent layers over the same sequences, one in each direction, whose outputs stand side by side: {@code [batch,
 * steps, features] -> [batch, 2 units]}, or {@code [batch, steps, 2 units]}. The output of a step joins what both made
 * of that step, as in Keras and PyTorch.
 *
 * <pre>{@code
 * Layer both = new Bidirectional(() -> new LSTM(16).returnSequences());
 * both.apply(Tensors.ones(2, 5, 3)).shape(); // [2, 5, 32]
 * }</pre>
 *
 * <p>States to begin with, and those at the end, are those of the forward layer followed by those of the other.
 */
public final class Bidirectional extends SequenceLayer {
    private final RecurrentLayer<?> forward;
    private final RecurrentLayer<?> backward;
    private @Nullable BinaryOperator<Tensor> merge;

    /**
     * Makes a layer.
     *
     * @param layer makes a recurrent layer; called twice
     */
    public Bidirectional(Supplier<? extends RecurrentLayer<?>> layer) {
        this(layer.get(), layer.get());
    }

    private Bidirectional(RecurrentLayer<?> forward, RecurrentLayer<?> backward) {
        super("bidirectional");
        this.forward = forward;
        this.backward = backward;
        if (forward.equals(backward)) {
            throw new GraphException("Each direction needs a layer of its own: make one in the function, as in"
                    + " () -> new LSTM(16)\n    at " + SourceLine.here());
        }
        forward.named("forward");
        backward.backwards().named("backward");
    }

    /** Sets how the outputs of both directions are joined, instead of side by side; such as {@code Tensor::add}. */
    public Bidirectional merge(BinaryOperator<Tensor> function) {
        requireNotApplied("merge");
        merge = Objects.requireNonNull(function, "function is null");
        return this;
    }

    /**
     * Describes this layer.
     *
     * @throws UnsupportedOperationException if the outputs are joined by a function of one's own
     */
    @Override
    protected Config describe() {
        if (merge != null) {
            throw new UnsupportedOperationException(
                    "the outputs of a Bidirectional are joined by a function, which a file cannot hold");
        }
        return Config.of("Bidirectional")
                .with("forward", forward.describe())
                .with("backward", forward.describe()); // the options of both are the same
    }

    /** Returns the layout of PyTorch's recurrent layer with {@code bidirectional=True}. */
    @Override
    public PyTorchLayout pyTorch() {
        return PyTorchLayout.none()
                .including("forward", forward.pyTorch(), name -> name)
                .including("backward", backward.pyTorch(), name -> name + "_reverse");
    }

    static Bidirectional of(Config config) {
        return new Bidirectional((RecurrentLayer<?>) config.object("forward", Layer.class), (RecurrentLayer<?>)
                config.object("backward", Layer.class));
    }

    @Override
    SequenceOutput build(SequenceInput input, int features, LayerScope scope) {
        List<Tensor> initial = input.initialState();
        int half = initial.size() / 2;
        SequenceOutput there = forward.apply(input.initialState(initial.subList(0, half)));
        SequenceOutput back = backward.apply(input.initialState(initial.subList(half, initial.size())));
        List<Tensor> states = new ArrayList<>(there.states());
        states.addAll(back.states());
        Tensor output = merge == null
                ? Indexing.concat(-1, there.output(), back.output())
                : merge.apply(there.output(), back.output());
        return new SequenceOutput(scope.masked(output), states);
    }
}
