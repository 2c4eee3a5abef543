package dev.autodiff.nn.layer;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.config.Config;

/**
 * A layer that tells the layers behind which steps of its input {@code [examples, steps, features]} are padding: those
 * of which all features have one value, usually 0. Keras's layer of this name. {@link Embedding#maskZero} does the same
 * for numbers of words.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Masking(0), new LSTM(8).returnSequences(), new Dense(1));
 * model.compile(new Adam(0.01), Loss.meanSquaredError(), Metric.mae());
 * NDArray rows = NDArray.of(0.5f, 1, -1, 2, 0, 0).reshape(1, 3, 2); // the last of three steps is padding
 * model.fit(new Dataset(rows, NDArray.of(1f, 2, 0).reshape(1, 3)), 1, 1);
 * model.close();
 * }</pre>
 *
 * <p>The mask goes with the output, {@link Attachments#mask}, from layer to layer:
 *
 * <ul>
 *   <li>{@link RecurrentLayer}s and {@link Bidirectional} leave masked steps out: states and output stay as they were.
 *   <li>{@link MultiHeadAttention} and {@link TransformerBlock} do not look at masked steps.
 *   <li>{@link GlobalAveragePooling1D} and {@link GlobalMaxPooling1D} are over the steps that count, {@link BatchNorm}
 *       takes its mean and variance of them.
 *   <li>Layers that compute step by step hand it on: {@link Dense}, {@link Dropout}, {@link Activation#layer}, {@link
 *       LayerNorm}, {@link TimeDistributed}, position layers; sums and all that is computed element by element too.
 *   <li>Other layers drop it, with a warning: {@link Flatten}, convolutions. A layer of one's own takes it with {@link
 *       LayerScope#mask} and hands it on with {@link LayerScope#masked}.
 * </ul>
 *
 * <p>If the output of a model still has a mask, its loss and metrics are over the steps that count, whatever the labels
 * of the others. Padding may stand on either side. Of an example that is all padding, states, pooled values and loss
 * are 0.
 */
public final class Masking extends Layer {
    private final double value;

    /**
     * Makes a layer.
     *
     * @param value the value of all features of a step that is padding
     */
    public Masking(double value) {
        this.value = value;
    }

    @Override
    protected Config describe() {
        return Config.of("Masking").with("value", value);
    }

    static Masking read(Config config) {
        return new Masking(config.number("value"));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        scope.requireRank(x, 3, "sequences [examples, steps, features]");
        Tensor counts = Reductions.max(Comparisons.ne(x, value), true, -1);
        Tensor y = Comparisons.where(counts, x, Tensors.scalar(0, x.dtype()));
        return Attachments.masked(y, counts.squeeze(-1));
    }
}
