package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Something that is done at points of a loop: it sees the epoch, the batch, the logs and the model, and can stop the
 * loop. Callbacks are given to a call of {@code fit}, {@code evaluate} or {@code predict} and hold for that call; a
 * callback that remembers something begins anew at {@link #onBegin}.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError());
 * Callback enough = Callback.afterEpoch(loop -> {
 *     if (loop.log("loss") < 1) {
 *         loop.stop("the loss is below 1");
 *     }
 * });
 * History history = model.fit(new Dataset(features, labels), FitOptions.epochs(100).callbacks(enough));
 * history.stopReason().orElse(""); // the loss is below 1
 * model.close();
 * }</pre>
 */
public interface Callback {
    /** Called before the first epoch. */
    default void onBegin(Loop loop) {}

    /** Called before each epoch of fit. */
    default void onEpochBegin(Loop loop) {}

    /** Called before each batch. */
    default void onBatchBegin(Loop loop) {}

    /** Called after each batch. */
    default void onBatchEnd(Loop loop) {}

    /** Called after each epoch of fit, validation included. */
    default void onEpochEnd(Loop loop) {}

    /**
     * Called at the end of the loop, also if it was stopped; and if it failed, for whatever reason, before the
     * exception goes on to the caller, so that files are closed and the best state of a model is put back.
     * {@link Loop#stopReason} then begins with {@code it failed}.
     */
    default void onEnd(Loop loop) {}

    /**
     * Returns what this callback remembers from epoch to epoch, for a {@link Checkpoint}; by default nothing.
     *
     * @return arrays by their names
     */
    default Map<String, NDArray> state() {
        return Map.of();
    }

    /**
     * Called after {@link #onBegin} if fit continues from a checkpoint.
     *
     * @param loop the loop, whose epoch is the last one that is complete, or -1
     * @param state what {@link #state} returned; empty if the checkpoint was saved without this callback
     */
    default void resume(Loop loop, Map<String, NDArray> state) {}

    /** Returns a callback that does something after each epoch. */
    static Callback afterEpoch(Consumer<Loop> action) {
        return new Callback() {
            @Override
            public void onEpochEnd(Loop loop) {
                action.accept(loop);
            }
        };
    }

    /** Returns a callback that does something after each batch. */
    static Callback afterBatch(Consumer<Loop> action) {
        return new Callback() {
            @Override
            public void onBatchEnd(Loop loop) {
                action.accept(loop);
            }
        };
    }
}
