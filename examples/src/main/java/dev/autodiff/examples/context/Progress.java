package dev.autodiff.examples.context;

import dev.autodiff.nn.train.Callback;
import dev.autodiff.nn.train.Loop;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A progress display: on a terminal one line that is overwritten, otherwise a line after every tenth of the steps, so
 * that two runs print the same.
 */
public final class Progress implements AutoCloseable {
    private static final int BAR = 24;
    private static final long OVERWRITE = 50_000_000; // ns between two updates on a terminal

    private final PrintWriter writer;
    private final boolean terminal;
    private final String label;
    private final int steps;
    private int printedTenth;
    private long printedAt;
    private String pending = "";

    Progress(PrintWriter writer, boolean terminal, String label, int steps) {
        this.writer = writer;
        this.terminal = terminal;
        this.label = label;
        this.steps = steps;
        this.printedAt = System.nanoTime();
    }

    /**
     * Shows that a step is done.
     *
     * @param done the number of finished steps, 1 after the first
     * @param state a text that is shown beside it
     */
    public void update(int done, String state) {
        if (terminal) {
            int filled = (int) ((long) BAR * done / steps);
            pending = label + " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + done + "/" + steps + "  "
                    + state;
            if (System.nanoTime() - printedAt >= OVERWRITE) {
                overwrite();
            }
        } else if ((int) (10L * done / steps) > printedTenth) {
            printedTenth = (int) (10L * done / steps);
            writer.println(label + " " + done + "/" + steps + "  " + state);
            writer.flush();
        }
    }

    /**
     * Returns a callback of {@code fit} that shows values after each epoch.
     *
     * @param names the names of the values, such as {@code loss} and {@code val_loss}
     */
    public Callback afterEpoch(String... names) {
        return Callback.afterEpoch(loop -> update(
                loop.epoch() + 1,
                Arrays.stream(names).map(name -> name + " " + value(loop, name)).collect(Collectors.joining("  "))));
    }

    private static String value(Loop loop, String name) {
        Double value = loop.logs().get(name);
        return value == null ? "not measured" : Numbers.brief(value);
    }

    private void overwrite() {
        writer.print("\r" + pending + "\u001b[K");
        writer.flush();
        printedAt = System.nanoTime();
    }

    @Override
    public void close() {
        if (terminal && !pending.isEmpty()) {
            overwrite();
            writer.println();
            writer.flush();
            pending = "";
        }
    }
}
