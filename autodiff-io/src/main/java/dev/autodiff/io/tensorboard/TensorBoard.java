package dev.autodiff.io.tensorboard;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.Loop;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A callback that writes a training for TensorBoard, as Keras's callback of this name does: loss, metrics and learning
 * rate of each epoch in the run {@code train}, those of the validation in the run {@code validation} under the same
 * tags, {@code epoch_loss} and so on, and the model's graph, behind its preprocessing.
 *
 * <pre>{@code
 * Path directory = Files.createTempDirectory("runs");
 * Model model = Model.sequential(new Dense(8, Activation.TANH), new Dense(1));
 * model.compile(new Adam(0.1), Loss.meanSquaredError());
 * Dataset data = new Dataset(features, labels);
 * TensorBoard board = new TensorBoard(directory.resolve("tanh"))
 *         .histograms(5)
 *         .hyperparameters(Map.of("units", 8, "learning_rate", 0.1));
 * model.fit(data, FitOptions.epochs(10).validation(data).callbacks(board));
 * model.close();
 * }</pre>
 *
 * <p>Then {@code tensorboard --logdir} of the folder above shows it. Every fit writes files of its own. One that goes
 * on from a {@link dev.autodiff.nn.train.Checkpoint} continues the curves; one that begins anew in the same folder
 * replaces them. Steps are numbers of epochs, or of batches if {@link #batches} are written, from 1. Does nothing in
 * evaluate and predict.
 */
public final class TensorBoard implements Callback {
    private static final String VALIDATION = "val_";

    private final Path directory;
    private int epochsOfHistograms;
    private int batchesOfScalars;
    private Map<String, ?> hyperparameters = Map.of();

    private long firstStep;
    private @Nullable SummaryWriter root;
    private @Nullable SummaryWriter train;
    private @Nullable SummaryWriter validation;

    /**
     * Makes a callback.
     *
     * @param directory the folder of the training, which is made if it is missing; each training has its own
     */
    public TensorBoard(Path directory) {
        this.directory = directory;
    }

    /**
     * Sets that distributions of all variables are written.
     *
     * @param everyEpochs after the epochs of which number; 1 for each
     */
    public TensorBoard histograms(int everyEpochs) {
        epochsOfHistograms = atLeastOne(everyEpochs);
        return this;
    }

    /**
     * Sets that loss and learning rate are written within epochs as well. All steps are then counted in batches.
     *
     * @param everyBatches after the batches of which number; 1 for each
     */
    public TensorBoard batches(int everyBatches) {
        batchesOfScalars = atLeastOne(everyBatches);
        return this;
    }

    private static int atLeastOne(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("Summaries are written every 1 or more, not every " + n);
        }
        return n;
    }

    /**
     * Sets the hyperparameters, by which TensorBoard compares trainings.
     *
     * @param values numbers, truth values, texts and constants of enums by their names
     */
    public TensorBoard hyperparameters(Map<String, ?> values) {
        hyperparameters = new LinkedHashMap<>(values);
        return this;
    }

    /**
     * Returns the writer of the run {@code train}, for pictures and texts of one's own.
     *
     * @throws IllegalStateException outside of the batches and epochs of fit
     */
    public SummaryWriter writer() {
        if (train == null) {
            throw new IllegalStateException("There is a writer from the first batch of fit to its last epoch only");
        }
        return train;
    }

    // ---- callback ----

    @Override
    public void onBegin(Loop loop) {
        if (loop.kind() == Loop.Kind.FIT) {
            close(); // what a fit that failed has left
        }
    }

    /** Opens the files at the first batch: only now is it known at which step training begins or goes on. */
    @Override
    public void onBatchBegin(Loop loop) {
        if (loop.kind() != Loop.Kind.FIT || train != null) {
            return;
        }
        firstStep = step(loop);
        train = new SummaryWriter(directory.resolve("train"), firstStep);
        train.graph(loop.model().network().outputs(Mode.INFERENCE).toArray(Tensor[]::new));
        if (!hyperparameters.isEmpty()) {
            root = new SummaryWriter(directory).hyperparameters(hyperparameters);
            root.flush();
        }
    }

    private long step(Loop loop) {
        return batchesOfScalars == 0
                ? loop.epoch() + 1L
                : (long) loop.epoch() * loop.batches() + loop.batchNumber() + 1;
    }

    @Override
    public void onBatchEnd(Loop loop) {
        if (train == null || batchesOfScalars == 0) {
            return;
        }
        long step = step(loop);
        if (step % batchesOfScalars == 0) {
            train.scalar("batch_loss", loop.loss(), step).scalar("batch_learning_rate", loop.learningRate(), step);
        }
    }

    @Override
    public void onEpochEnd(Loop loop) {
        if (train == null) {
            return;
        }
        long step = step(loop);
        for (Map.Entry<String, Double> log : loop.logs().entrySet()) {
            boolean ofValidation = log.getKey().startsWith(VALIDATION);
            String name = ofValidation ? log.getKey().substring(VALIDATION.length()) : log.getKey();
            (ofValidation ? validation() : train).scalar("epoch_" + name, log.getValue(), step);
        }
        if (epochsOfHistograms > 0 && (loop.epoch() + 1) % epochsOfHistograms == 0) {
            SummaryWriter histograms = train;
            loop.model().variables().forEach((name, variable) -> {
                NDArray value = variable.value();
                histograms.histogram(name, value, step);
            });
        }
        train.flush();
        if (validation != null) {
            validation.flush();
        }
    }

    private SummaryWriter validation() {
        SummaryWriter writer = validation;
        if (writer == null) {
            writer = new SummaryWriter(directory.resolve("validation"), firstStep);
            validation = writer;
        }
        return writer;
    }

    @Override
    public void onEnd(Loop loop) {
        if (loop.kind() == Loop.Kind.FIT) {
            close();
        }
    }

    private void close() {
        close(root);
        close(train);
        close(validation);
        root = null;
        train = null;
        validation = null;
    }

    private static void close(@Nullable SummaryWriter writer) {
        if (writer != null) {
            writer.close();
        }
    }
}
