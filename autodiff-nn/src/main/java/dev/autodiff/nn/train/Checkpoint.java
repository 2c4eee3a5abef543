package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A callback that saves the whole state of a training to a file: after each epoch, after every few epochs or batches,
 * or when a value is better than ever before. It is saved when all callbacks have done their part, so their order does
 * not matter. {@link Model#load} makes a model of the file.
 *
 * <p>With {@link #resuming}, a program that was killed goes on where the file says when it is started again, and ends
 * with the bits that it would have ended with:
 *
 * <pre>{@code
 * Path directory = Files.createTempDirectory("example");
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError());
 * Dataset data = new Dataset(features, labels);
 * model.fit(data, FitOptions.epochs(20).validation(data).callbacks(
 *         Checkpoint.last(directory.resolve("last.safetensors")).resuming(),
 *         Checkpoint.smallest("val_loss", directory.resolve("best.safetensors")),
 *         Checkpoint.last(directory.resolve("epoch-{epoch}.safetensors")).every(10)));
 * Model best = Model.load(directory.resolve("best.safetensors"));
 * model.close();
 * }</pre>
 *
 * <p>Metrics of the training data, other than the loss, begin anew in an epoch that is continued after some of its
 * batches; those of the validation do not depend on it.
 */
public final class Checkpoint implements Callback {
    private static final String EPOCH = "{epoch}";
    private static final String BEST = "best";

    private final Path file;
    private final @Nullable String name;
    private final boolean largest;
    private int epochs = 1;
    private int batches;
    private boolean resuming;

    private double best = Double.NaN;
    private boolean isDue;

    private Checkpoint(Path file, @Nullable String name, boolean largest) {
        this.file = Objects.requireNonNull(file, "file is null");
        this.name = name;
        this.largest = largest;
    }

    /**
     * Returns a callback that saves the last state.
     *
     * @param file the file to write; {@code {epoch}} in its name stands for the number of the epoch, from 1, which
     *     makes a file for each
     */
    public static Checkpoint last(Path file) {
        return new Checkpoint(file, null, false);
    }

    /**
     * Returns a callback that saves the state with the smallest value so far.
     *
     * @param name the name of the value, such as {@code val_loss}
     * @param file the file to write
     */
    public static Checkpoint smallest(String name, Path file) {
        return new Checkpoint(file, Objects.requireNonNull(name, "name is null"), false);
    }

    /**
     * Returns a callback that saves the state with the largest value so far.
     *
     * @param name the name of the value, such as {@code val_accuracy}
     * @param file the file to write
     */
    public static Checkpoint largest(String name, Path file) {
        return new Checkpoint(file, Objects.requireNonNull(name, "name is null"), true);
    }

    /** Sets that it is saved after every n-th epoch only; 1 if nothing is said. */
    public Checkpoint every(int n) {
        epochs = atLeastOne(n);
        return this;
    }

    /**
     * Sets that it is saved within an epoch as well, after every n-th batch.
     *
     * @throws IllegalArgumentException if it depends on a value, which there is after an epoch only
     */
    public Checkpoint everyBatches(int n) {
        if (name != null) {
            throw new IllegalArgumentException("There is a " + name + " after an epoch only: use Checkpoint.last(file)"
                    + ".everyBatches(" + n + ") to save within an epoch");
        }
        batches = atLeastOne(n);
        return this;
    }

    private static int atLeastOne(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("A checkpoint is saved every 1 or more, not every " + n);
        }
        return n;
    }

    /**
     * Sets that fit continues from the file if it is there, and begins if it is not. Model, optimizer, options and
     * callbacks are made by the same code; the number of epochs may be another. If the file is of the last epoch, fit
     * returns its history at once.
     *
     * <p>The number of epochs is that of all calls that the file continues. So a loop of calls, for data that is made
     * anew for each epoch, asks for one more in each; callbacks such as {@link EarlyStopping} then go on as well:
     *
     * <pre>{@code
     * Path file = Files.createTempDirectory("example").resolve("state.safetensors");
     * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.1), Loss.meanSquaredError());
     * for (int epoch = 0; epoch < 3; epoch++) {
     *     Dataset data = new Dataset(features, labels);
     *     model.fit(data, FitOptions.epochs(epoch + 1).callbacks(Checkpoint.last(file).resuming()));
     * }
     * model.close();
     * }</pre>
     *
     * @throws IllegalArgumentException if there is a file for each epoch
     */
    public Checkpoint resuming() {
        if (file.toString().contains(EPOCH)) {
            throw new IllegalArgumentException(
                    "Training continues from one file, but the name " + file + " is of a file for each epoch");
        }
        resuming = true;
        return this;
    }

    // ---- callback ----

    @Override
    public void onBegin(Loop loop) {
        if (name != null) {
            loop.requireName(name);
        }
        best = Double.NaN;
        isDue = false;
    }

    @Override
    public void onBatchEnd(Loop loop) {
        int done = loop.batchNumber() + 1;
        // after the last batch the epoch itself comes to its end
        isDue = loop.kind() == Loop.Kind.FIT && batches > 0 && done % batches == 0 && done != loop.batches();
    }

    @Override
    public void onEpochEnd(Loop loop) {
        isDue = (loop.epoch() + 1) % epochs == 0;
        if (name != null) {
            double value = History.value(loop.logs(), name);
            isDue &= Double.isNaN(best) ? !Double.isNaN(value) : largest ? value > best : value < best;
            best = isDue ? value : best;
        }
    }

    @Override
    public Map<String, NDArray> state() {
        return Map.of(BEST, NDArray.scalar(best));
    }

    @Override
    public void resume(Loop loop, Map<String, NDArray> state) {
        NDArray saved = state.get(BEST);
        best = saved == null ? Double.NaN : saved.item();
    }

    // ---- for Loop and Fit ----

    /** Saves those that are due: the last states last, so that they know the best values that were saved. */
    static void saveDue(Loop loop) {
        for (boolean last : new boolean[] {false, true}) {
            for (Callback callback : loop.callbacks()) {
                if (callback instanceof Checkpoint checkpoint && checkpoint.name == null == last && checkpoint.isDue) {
                    checkpoint.isDue = false;
                    StateFile.save(loop, checkpoint.file(loop));
                }
            }
        }
    }

    private Path file(Loop loop) {
        Path own = file.getFileName();
        return own == null
                ? file
                : file.resolveSibling(own.toString().replace(EPOCH, Integer.toString(loop.epoch() + 1)));
    }

    /**
     * Continues from the file of a callback that is resuming.
     *
     * @return how far the call of fit is; at its beginning if there is no such callback or no file
     * @throws DataException if the file is damaged or does not fit
     */
    static Progress resume(Loop loop) {
        List<Checkpoint> all = loop.callbacks().stream()
                .filter(callback -> callback instanceof Checkpoint checkpoint && checkpoint.resuming)
                .map(Checkpoint.class::cast)
                .toList();
        if (all.size() > 1) {
            throw new IllegalArgumentException("Training continues from one file, but " + all.size()
                    + " checkpoints are resuming: "
                    + all.stream().map(checkpoint -> checkpoint.file).toList());
        }
        return all.isEmpty() || Files.notExists(all.get(0).file)
                ? Progress.none()
                : StateFile.resume(loop, all.get(0).file);
    }
}
