package dev.autodiff.nn.layer;

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
        this.cell = cell;
    }

    @Override
    protected RecurrentCell cell() {
        return cell;
    }
}
