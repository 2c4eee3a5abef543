package dev.autodiff.io.tensorboard;

import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Tensor;
import dev.autodiff.io.protobuf.ProtoWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A writer of what TensorBoard shows: scalars, histograms, images, texts, the graph and hyperparameters. A folder is a
 * run; several runs below one folder are compared by {@code tensorboard --logdir} of that folder.
 *
 * <pre>{@code
 * Path runs = Files.createTempDirectory("runs");
 * try (SummaryWriter summary = new SummaryWriter(runs.resolve("first"))) {
 *     summary.hyperparameters(Map.of("learning_rate", 0.1, "optimizer", "Adam"));
 *     summary.graph(loss);
 *     for (int step = 1; step <= 100; step++) {
 *         summary.scalar("loss", 1.0 / step, step);
 *     }
 *     summary.histogram("weights", NDArray.of(0.1f, 0.2f, 0.7f), 100);
 *     summary.text("notes", "The *first* try", 100);
 * }
 * }</pre>
 *
 * <p>Each writer makes a file of its own, so that a run may be continued: see {@link #SummaryWriter(Path, long)}. What
 * is written reaches the disk when some of it has come together, at {@link #flush} and at {@link #close}; a reader may
 * read at any time. Used by one thread at a time. All methods throw an {@link UncheckedIOException} if the file cannot
 * be written.
 */
public final class SummaryWriter implements AutoCloseable {
    private static final int SESSION_START = 1;

    private final Clock clock;
    private final EventFile file;
    private boolean hasSession;
    private boolean isClosed;

    /**
     * Begins a file in the folder of a run.
     *
     * @param directory the folder, which is made if it is missing
     */
    public SummaryWriter(Path directory) {
        this(directory, OptionalLong.empty(), Clock.systemUTC());
    }

    /**
     * Continues a run in a further file. TensorBoard drops what the earlier files of the folder have from a step on, as
     * after a crash, when training goes on from an earlier checkpoint.
     *
     * @param directory the folder
     * @param purgeStep the first step that is written anew
     */
    public SummaryWriter(Path directory, long purgeStep) {
        this(directory, OptionalLong.of(purgeStep), Clock.systemUTC());
    }

    SummaryWriter(Path directory, OptionalLong purgeStep, Clock clock) {
        this.clock = clock;
        this.file = EventFile.create(directory, clock.millis() / 1000);
        file.append(event(0).text(3, "brain.Event:2"));
        if (purgeStep.isPresent()) {
            file.append(event(purgeStep.getAsLong()).message(7, new ProtoWriter().number(1, SESSION_START)));
        }
        file.flush();
    }

    private double seconds() {
        return clock.millis() / 1000.0;
    }

    private ProtoWriter event(long step) {
        return new ProtoWriter().float64(1, seconds()).number(2, step);
    }

    private SummaryWriter add(ProtoWriter event) {
        if (isClosed) {
            throw new IllegalStateException("This writer is closed; a new one continues the run in a further file");
        }
        file.append(event);
        return this;
    }

    private SummaryWriter summary(ProtoWriter value, long step) {
        return add(event(step).message(5, new ProtoWriter().message(1, value)));
    }

    /**
     * Writes a number.
     *
     * @param tag the name of the curve; slashes make groups
     * @param value the value, which is kept as a float
     * @param step its place on the curve
     */
    public SummaryWriter scalar(String tag, double value, long step) {
        return summary(Summaries.scalar(tag, value), step);
    }

    /**
     * Writes the distribution of numbers as counts in 30 buckets of equal width. NaN and infinities, for which
     * TensorBoard has no bucket, are left out.
     *
     * @param values numbers of any shape
     */
    public SummaryWriter histogram(String tag, NDArray values, long step) {
        return summary(Summaries.histogram(tag, values), step);
    }

    /**
     * Writes a picture.
     *
     * @param image {@code [height, width]} or {@code [height, width, channels]} with one channel (grey), two (grey and
     *     opacity), three (red, green, blue) or four (and opacity); floating-point numbers from 0 to 1, or whole ones
     *     from 0 to 255. Numbers outside of the range count as its ends.
     * @throws IllegalArgumentException if the array is no image
     */
    public SummaryWriter image(String tag, NDArray image, long step) {
        return summary(Summaries.image(tag, image), step);
    }

    /** Writes a text, which TensorBoard shows as Markdown. */
    public SummaryWriter text(String tag, String markdown, long step) {
        return summary(Summaries.text(tag, markdown), step);
    }

    /** Writes the graph of tensors; the scopes of their names, which layers open, are boxes that open and close. */
    public SummaryWriter graph(Tensor... outputs) {
        return add(event(0).bytes(4, GraphSummary.of(List.of(outputs)).toByteArray()));
    }

    /**
     * Writes the hyperparameters of this run, by which TensorBoard compares runs and their last scalars; once a run.
     *
     * @param values numbers, truth values, texts and constants of enums by their names
     * @throws IllegalArgumentException if a value is of another kind
     */
    public SummaryWriter hyperparameters(Map<String, ?> values) {
        ProtoWriter start = Summaries.sessionStart(values, seconds());
        hasSession = true;
        return summary(start, 0);
    }

    /** Hands everything to the operating system. */
    public void flush() {
        file.flush();
    }

    /** Ends the file. A second call does nothing. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        if (hasSession) {
            summary(Summaries.sessionEnd(seconds()), 0);
        }
        isClosed = true;
        file.close();
    }
}
