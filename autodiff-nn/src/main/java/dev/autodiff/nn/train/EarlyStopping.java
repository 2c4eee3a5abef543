package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A callback that stops training when a value has not become better for some epochs.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new GradientDescent(0.1), Loss.meanSquaredError());
 * Dataset data = new Dataset(features, labels);
 * Callback early = EarlyStopping.smallest("val_loss").patience(3).restoringBest();
 * model.fit(data, FitOptions.epochs(500).validation(data).callbacks(early)).epochs().size() < 500; // true
 * model.close();
 * }</pre>
 *
 * <p>Each call of fit begins to count anew, but one that {@linkplain Checkpoint#resuming continues} from a file.
 */
public final class EarlyStopping implements Callback {
    private final String name;
    private final boolean largest;
    private int patience;
    private double minDelta;
    private boolean restoring;

    private double best;
    private int bestEpoch;
    private @Nullable Snapshot snapshot;

    private EarlyStopping(String name, boolean largest) {
        this.name = Objects.requireNonNull(name, "name is null");
        this.largest = largest;
    }

    /** Returns a callback for a value that is better if it is smaller, such as {@code val_loss}. */
    public static EarlyStopping smallest(String name) {
        return new EarlyStopping(name, false);
    }

    /** Returns a callback for a value that is better if it is larger, such as {@code val_accuracy}. */
    public static EarlyStopping largest(String name) {
        return new EarlyStopping(name, true);
    }

    /**
     * Sets after how many epochs in a row in which the value was no better than the best training stops, as in Keras; 0
     * if nothing is said, which is as 1: the first such epoch is the last.
     */
    public EarlyStopping patience(int epochs) {
        if (epochs < 0) {
            throw new IllegalArgumentException("Patience is a number of epochs of 0 or more, not " + epochs);
        }
        patience = epochs;
        return this;
    }

    /** Sets by how much a value must be better than the best one to count as better; 0 if nothing is said. */
    public EarlyStopping minDelta(double difference) {
        if (!(difference >= 0) || Double.isInfinite(difference)) {
            throw new IllegalArgumentException("The least difference is finite and 0 or more, not " + difference);
        }
        minDelta = difference;
        return this;
    }

    /** Sets that the model is put back to its state after the best epoch, also if training was not stopped. */
    public EarlyStopping restoringBest() {
        restoring = true;
        return this;
    }

    /** Returns the best value of the last call of fit; NaN if there was none. */
    public double best() {
        return best;
    }

    @Override
    public void onBegin(Loop loop) {
        loop.requireName(name);
        best = Double.NaN;
        bestEpoch = -1;
        snapshot = null;
    }

    @Override
    public void onEpochEnd(Loop loop) {
        double value = History.value(loop.logs(), name);
        if (isBetter(value)) {
            best = value;
            bestEpoch = loop.epoch();
            if (restoring) {
                snapshot = loop.model().snapshot();
            }
        } else {
            stopIfEnough(loop);
        }
    }

    private void stopIfEnough(Loop loop) {
        if (loop.epoch() > 0 && loop.epoch() - bestEpoch >= Math.max(1, patience)) {
            loop.stop(String.format(
                    Locale.ROOT,
                    "%s has not become better for %d epochs; the best was %s after epoch %d",
                    name,
                    loop.epoch() - bestEpoch,
                    best,
                    bestEpoch + 1));
        }
    }

    private boolean isBetter(double value) {
        if (Double.isNaN(best)) {
            return !Double.isNaN(value);
        }
        return largest ? value > best + minDelta : value < best - minDelta;
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        if (snapshot != null) {
            state.putAll(snapshot.toArrays());
        }
        // names of snapshots have no such beginning
        state.put("//best", NDArray.scalar(best));
        state.put("//bestEpoch", NDArray.scalar(bestEpoch));
        return state;
    }

    @Override
    public void resume(Loop loop, Map<String, NDArray> state) {
        NDArray savedBest = state.get("//best");
        NDArray savedEpoch = state.get("//bestEpoch");
        if (savedBest == null || savedEpoch == null) {
            return;
        }
        best = savedBest.item();
        bestEpoch = (int) savedEpoch.item();
        snapshot = restoring && state.size() > 2 ? Snapshot.of(state) : null;
        if (bestEpoch >= 0) {
            stopIfEnough(loop);
        }
    }

    @Override
    public void onEnd(Loop loop) {
        if (snapshot != null) {
            loop.model().restore(snapshot);
            snapshot = null;
        }
    }
}
