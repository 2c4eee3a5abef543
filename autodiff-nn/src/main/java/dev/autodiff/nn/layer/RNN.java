package dev.autodiff.nn.layer;

import dev.autodiff.nn.config.Config;
import java.util.Objects;

/** A recurrent layer with a cell of one's own: see {@link RecurrentCell} for an example. */
public final class RNN extends RecurrentLayer<RNN> {
    private final RecurrentCell cell;

    /**
     * Makes a layer.
     *
     * @param cell the computation of a step
     */
    public RNN(RecurrentCell cell) {
        super("rnn");
        this.cell = Objects.requireNonNull(cell, "cell is null");
    }

    @Override
    protected Config describe() {
        throw new UnsupportedOperationException("an RNN has a cell of one's own, which a file cannot hold");
    }

    @Override
    protected RecurrentCell cell() {
        return cell;
    }
}
