package dev.autodiff.nn.layer;

import dev.autodiff.graph.Arrangement;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.config.Config;

/**
 * A layer that goes through sequences step by step: {@code [batch, steps, features] -> [batch, units]}, or with {@link
 * #returnSequences} {@code -> [batch, steps, units]}. {@link SimpleRNN}, {@link GRU} and {@link LSTM} are the usual
 * ones; {@link RNN} takes a cell of one's own. Options are named as in Keras.
 *
 * <pre>{@code
 * Placeholder rows = Placeholder.of("rows", Shape.of(Shape.UNKNOWN, 28, 28));
 * Layer network = new Sequential(new LSTM(64).returnSequences(), new LSTM(128), new Dense(10));
 * network.apply(rows).shape(); // [?, 10]
 * }</pre>
 *
 * <p>Numbers of examples and of steps may be unknown until the graph is run. Masks, lengths and states to begin with
 * are given with a {@link SequenceInput}, and the states at the end are in the {@link SequenceOutput}:
 *
 * <pre>{@code
 * LSTM encoder = new LSTM(32);
 * LSTM decoder = new LSTM(32).returnSequences();
 * Tensor source = Tensors.ones(8, 12, 5);
 * Tensor target = Tensors.ones(8, 9, 7);
 * List<Tensor> meaning = encoder.apply(SequenceInput.of(source)).states();
 * Tensor decoded = decoder.apply(SequenceInput.of(target).initialState(meaning)).output();
 * decoded.shape(); // [8, 9, 32]
 * }</pre>
 *
 * @param <L> the class of the layer, which its options return
 */
public abstract class RecurrentLayer<L extends RecurrentLayer<L>> extends SequenceLayer {
    private boolean returnSequences;
    private boolean goBackwards;
    private boolean unroll;
    private int truncate;
    private boolean inPlace;

    /**
     * Makes a layer.
     *
     * @param defaultName the name for layers that are not named
     */
    protected RecurrentLayer(String defaultName) {
        super(defaultName);
    }

    /** Returns the cell, whose variables are those of this layer. */
    protected abstract RecurrentCell cell();

    @SuppressWarnings("unchecked") // L is the class of this
    final L self() {
        return (L) this;
    }

    /** Sets that the output has all steps and not only the last: {@code [batch, steps, units]}. */
    public final L returnSequences() {
        requireNotApplied("returnSequences");
        returnSequences = true;
        return self();
    }

    /** Sets that steps go from the last to the first, in which order an output of all steps then is, as in Keras. */
    public final L goBackwards() {
        requireNotApplied("goBackwards");
        goBackwards = true;
        return self();
    }

    /**
     * Sets that each step gets nodes of its own, so that drawings and traces show them one by one. For short sequences
     * of a known length: the graph grows with it, and runs more slowly than a loop.
     */
    public final L unroll() {
        requireNotApplied("unroll");
        unroll = true;
        return self();
    }

    /**
     * Sets that gradients go back through so many steps at most: they stop before every step whose number is a multiple
     * of it, counted from 0 in the order of processing. Values do not change. This is backpropagation through time,
     * truncated.
     *
     * @param steps the number of steps, at least 1
     */
    public final L truncate(int steps) {
        requireNotApplied("truncate");
        truncate = LayerScope.atLeastOne(steps, "steps");
        return self();
    }

    /** Returns a description with the options that all recurrent layers have. */
    final Config described(Config config) {
        return config.with("returnSequences", returnSequences)
                .with("goBackwards", goBackwards)
                .with("unroll", unroll)
                .with("truncate", truncate);
    }

    /** Sets the options that all recurrent layers have. */
    final L readOptions(Config config) {
        returnSequences = config.flag("returnSequences");
        goBackwards = config.flag("goBackwards");
        unroll = config.flag("unroll");
        truncate = config.integer("truncate");
        return self();
    }

    /** Sets that steps go from the last to the first, but outputs stand where their inputs do. */
    final RecurrentLayer<L> backwards() {
        goBackwards = !goBackwards;
        inPlace = true;
        return this;
    }

    @Override
    final SequenceOutput build(SequenceInput input, int features, LayerScope scope) {
        RecurrentCell cell = cell();
        Recurrent run = new Recurrent(
                cell.build(features, scope), cell.stateSizes(), scope.path(), goBackwards, unroll, truncate);
        SequenceOutput all = run.run(input);
        if (!returnSequences) {
            return new SequenceOutput(run.last(all), all.states());
        }
        boolean isReversed = goBackwards && !inPlace;
        Tensor output = Recurrent.examplesFirst(isReversed ? Arrangement.flip(all.output(), 0) : all.output());
        Tensor masked = isReversed ? reversed(output, scope) : scope.masked(output);
        return new SequenceOutput(masked, all.states());
    }

    /** Returns an output of which the last step comes first, with the mask of the input in that order. */
    private static Tensor reversed(Tensor output, LayerScope scope) {
        return scope.mask()
                .map(mask -> Attachments.masked(output, Arrangement.flip(mask, 1)))
                .orElse(output);
    }
}
