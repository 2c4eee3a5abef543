package dev.autodiff.nn.train;

import dev.autodiff.nn.data.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A call of fit, evaluate or predict while it runs, as {@link Callback}s see it. */
public final class Loop {
    /** The kinds of loops. */
    public enum Kind {
        /** {@link Model#fit}. */
        FIT,
        /** {@link Model#evaluate}, not the validation within fit. */
        EVALUATE,
        /** {@link Model#predict}. */
        PREDICT
    }

    private final Model model;
    private final Kind kind;
    private final int epochs;
    private int batches;
    private final List<Callback> callbacks;

    /** The description, in words, of all that the order of the examples depends on. */
    private final String order;

    /** The names of the values after an epoch; none if they are not known. */
    private Set<String> names = Set.of();

    private int epoch = -1;
    private int batchNumber = -1;
    private @Nullable Batch batch;
    private double loss = Double.NaN;
    private double learningRate = Double.NaN;
    private @Nullable Running running;
    private Map<String, Double> logs = Map.of();
    private @Nullable String reason;
    private final List<Map<String, Double>> history = new ArrayList<>();

    /** The number of callbacks that have begun. */
    private int begun;

    /** Makes a loop of one pass, without epochs. */
    Loop(Model model, Kind kind, int batches, List<Callback> callbacks, @Nullable Running running) {
        this(model, kind, 1, batches, callbacks, "");
        this.running = running;
    }

    Loop(Model model, Kind kind, int epochs, int batches, List<Callback> callbacks, String order) {
        this.model = model;
        this.kind = kind;
        this.epochs = epochs;
        this.batches = batches;
        this.callbacks = callbacks;
        this.order = order;
    }

    /** Returns the model. */
    public Model model() {
        return model;
    }

    /** Returns what the loop does. */
    public Kind kind() {
        return kind;
    }

    /** Returns the number of the epoch in this call, from 0; -1 before the first one. */
    public int epoch() {
        return epoch;
    }

    /** Returns the number of epochs that were asked for. */
    public int epochs() {
        return epochs;
    }

    /** Returns the number of the batch in the epoch, from 0; -1 before the first one. */
    public int batchNumber() {
        return batchNumber;
    }

    /** Returns the number of batches in an epoch; -1 as long as a source of batches has not ended one. */
    public int batches() {
        return batches;
    }

    /**
     * Returns the current batch, which is valid until the next one. In predict, its targets are its inputs.
     *
     * @throws IllegalStateException if there was none yet
     */
    public Batch batch() {
        if (batch == null) {
            throw new IllegalStateException("There was no batch yet");
        }
        return batch;
    }

    /** Returns the loss of the last batch; NaN before the first one and in predict. */
    public double loss() {
        return loss;
    }

    /** Returns the learning rate of the last training step; NaN before the first one, in evaluate and in predict. */
    public double learningRate() {
        return learningRate;
    }

    /**
     * Returns the values by name, in the order of loss and metrics: after an epoch those of the epoch, those of the
     * validation with {@code val_} before their names, and the {@code learning_rate} of its last step if it may change;
     * within an epoch those of the batches so far.
     */
    public Map<String, Double> logs() {
        return Collections.unmodifiableMap(running == null ? logs : running.logs());
    }

    /**
     * Returns one of the {@link #logs()}.
     *
     * @throws java.util.NoSuchElementException if there is none of this name; the message says which there are
     */
    public double log(String name) {
        Double value = logs().get(name);
        if (value == null) {
            throw History.noValue(name, logs().keySet());
        }
        return value;
    }

    /**
     * Stops the loop after the current batch or epoch.
     *
     * @param why the reason, which the history keeps
     */
    public void stop(String why) {
        reason = why;
    }

    /** Returns why the loop is stopped; nothing if it is not. */
    public Optional<String> stopReason() {
        return Optional.ofNullable(reason);
    }

    boolean isStopped() {
        return reason != null;
    }

    // ---- for Fit, Predictor and Checkpoint ----

    List<Callback> callbacks() {
        return callbacks;
    }

    /** Sets the names of the values that there will be after an epoch, but for one of the learning rate. */
    void setNames(Set<String> newNames) {
        names = newNames;
    }

    /**
     * Checks that there will be a value of a name, if the names are known.
     *
     * @throws NoSuchElementException if not
     */
    void requireName(String name) {
        if (!names.isEmpty() && !names.contains(name) && !name.equals(History.LEARNING_RATE)) {
            throw History.noValue(name, names);
        }
    }

    /** Returns the values after each epoch. */
    List<Map<String, Double>> history() {
        return history;
    }

    /** Returns how far it is, after a batch or after an epoch. */
    Progress progress() {
        return running == null
                ? new Progress(epoch + 1, 0, 0, 0, order, history)
                : new Progress(epoch, batchNumber + 1, running.lossSum(), running.rows(), order, history);
    }

    /**
     * Takes over how far a call was that is continued.
     *
     * @throws IllegalArgumentException if it was within an epoch, and the examples have another order now
     */
    void resume(Progress progress) {
        if (progress.batches() > 0 && !progress.order().equals(order)) {
            throw new IllegalArgumentException("it was saved within an epoch of " + progress.order()
                    + ", which cannot be continued with " + order);
        }
        epoch = progress.epoch() - 1;
        history.clear();
        history.addAll(progress.history());
    }

    /** Runs the loop between its beginning and its end, which callbacks that have begun see even if it fails. */
    void run(Runnable body) {
        try {
            for (Callback callback : callbacks) {
                callback.onBegin(this);
                begun++;
            }
            body.run();
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
        tell(Callback::onEnd);
    }

    private void fail(Throwable failure) {
        stop("it failed: " + failure);
        for (Callback callback : callbacks.subList(0, begun)) {
            try {
                callback.onEnd(this);
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /**
     * Begins an epoch.
     *
     * @param done the number of its batches that are done already
     */
    void beginEpoch(int number, int done, Running newRunning) {
        epoch = number;
        batchNumber = done - 1;
        running = newRunning;
        tell(Callback::onEpochBegin);
    }

    /** Sets the number of batches in an epoch to those of this one, which is at its end. */
    void countBatches() {
        batches = batchNumber + 1;
    }

    void beginBatch(Batch newBatch) {
        batch = newBatch;
        batchNumber++;
        tell(Callback::onBatchBegin);
    }

    void endStep(double newLoss, double rate) {
        learningRate = rate;
        endBatch(newLoss);
    }

    void endBatch(double newLoss) {
        loss = newLoss;
        tell(Callback::onBatchEnd);
        Checkpoint.saveDue(this);
    }

    void endEpoch(Map<String, Double> newLogs) {
        running = null;
        logs = new LinkedHashMap<>(newLogs);
        history.add(History.copy(newLogs));
        tell(Callback::onEpochEnd);
        Checkpoint.saveDue(this);
    }

    private void tell(BiConsumer<Callback, Loop> event) {
        for (int i = 0; i < callbacks.size(); i++) {
            event.accept(callbacks.get(i), this);
        }
    }
}
