package dev.autodiff.nn.train;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * A callback that shows how far training is. On a terminal it is one line that is written over, with epoch, batch, the
 * time that is left, the loss, the metrics and the learning rate; otherwise a line after each epoch.
 *
 * <pre>{@code
 * FitOptions options = FitOptions.epochs(10).callbacks(new ProgressLine());
 * }</pre>
 */
public final class ProgressLine implements Callback {
    private static final long BETWEEN = 100_000_000; // ns between two writings over

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier clock;
    private long start;
    private long written;

    /** Makes a callback that writes to standard output. */
    @SuppressWarnings({"SystemOut", "SystemConsoleNull"}) // JDK 22 to 24 take a file for a terminal
    public ProgressLine() {
        this(System.out, System.console() != null);
    }

    /**
     * Makes a callback.
     *
     * @param out where it writes
     * @param terminal whether a line can be written over there
     */
    public ProgressLine(PrintStream out, boolean terminal) {
        this(out, terminal, System::nanoTime);
    }

    ProgressLine(PrintStream out, boolean terminal, LongSupplier clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public void onBegin(Loop loop) {
        start = clock.getAsLong();
        written = start - BETWEEN;
    }

    @Override
    public void onBatchEnd(Loop loop) {
        if (terminal && loop.kind() == Loop.Kind.FIT && clock.getAsLong() - written >= BETWEEN) {
            written = clock.getAsLong();
            String batch = "  batch " + (loop.batchNumber() + 1);
            String progress = loop.batches() < 0 ? batch : batch + "/" + loop.batches() + "  " + left(loop);
            out.print("\r" + epoch(loop) + progress + "  " + values(loop) + "\u001b[K");
            out.flush();
        }
    }

    @Override
    public void onEpochEnd(Loop loop) {
        out.print((terminal ? "\r" : "") + epoch(loop) + "  " + values(loop) + (terminal ? "\u001b[K" : "") + "\n");
        out.flush();
    }

    @Override
    public void onEnd(Loop loop) {
        loop.stopReason().ifPresent(reason -> out.print("Stopped: " + reason + "\n"));
        out.flush();
    }

    private static String epoch(Loop loop) {
        return "epoch " + (loop.epoch() + 1) + "/" + loop.epochs();
    }

    /** Returns the loss, the metrics and the learning rate. */
    private static String values(Loop loop) {
        String values = loop.logs().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(History.LEARNING_RATE))
                .map(entry -> entry.getKey() + " " + String.format(Locale.ROOT, "%.4g", entry.getValue()))
                .collect(Collectors.joining("  "));
        double rate = loop.learningRate();
        return Double.isFinite(rate)
                ? values + "  rate "
                        + new BigDecimal(rate).round(new MathContext(4)).stripTrailingZeros()
                : values;
    }

    /** Returns the time that is left if the remaining batches take as long as those so far. */
    private String left(Loop loop) {
        long done = (long) loop.epoch() * loop.batches() + loop.batchNumber() + 1;
        long all = (long) loop.epochs() * loop.batches();
        long seconds = (long) ((clock.getAsLong() - start) / 1e9 / done * (all - done));
        return String.format(Locale.ROOT, "%d:%02d left", seconds / 60, seconds % 60);
    }
}
