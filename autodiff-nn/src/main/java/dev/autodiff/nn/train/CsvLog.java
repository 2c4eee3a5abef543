package dev.autodiff.nn.train;

import dev.autodiff.text.TextFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A callback that writes the values of each epoch to a file as they come, in the form of {@link History#toCsv}. A file
 * that is there is replaced.
 *
 * <pre>{@code
 * FitOptions options = FitOptions.epochs(10).callbacks(new CsvLog(Path.of("training.csv")));
 * }</pre>
 *
 * <p>Throws an {@link UncheckedIOException} if the file cannot be written.
 */
public final class CsvLog implements Callback {
    private final Path file;
    private List<String> names = List.of();

    /** Makes a callback. */
    public CsvLog(Path file) {
        this.file = Objects.requireNonNull(file, "file is null");
    }

    @Override
    public void onBegin(Loop loop) {
        names = List.of();
    }

    @Override
    public void onEpochEnd(Loop loop) {
        if (names.isEmpty()) {
            names = List.copyOf(loop.logs().keySet());
            StringBuilder before = new StringBuilder(History.csvHeader(names));
            // those before a checkpoint from which training continues
            List<Map<String, Double>> history = loop.history();
            for (int i = 0; i < loop.epoch(); i++) {
                before.append(History.csvRow(i + 1, names, history.get(i)));
            }
            TextFile.write(
                    file,
                    before.toString(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        }
        TextFile.write(file, History.csvRow(loop.epoch() + 1, names, loop.logs()), StandardOpenOption.APPEND);
    }
}
