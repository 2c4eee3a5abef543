package dev.autodiff.nn.train;

import dev.autodiff.nn.data.file.Nearest;
import dev.autodiff.text.TextFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of loss and metrics after each epoch of a call of {@link Model#fit}, and why it stopped; with the {@code
 * penalty} of the layers that is in the loss, if they have regularizers, and the {@code learning_rate} of the last step
 * of the epoch, if it is not always the same.
 *
 * <pre>{@code
 * Model model = Model.sequential(new Dense(1)).compile(new GradientDescent(0.01), Loss.meanSquaredError());
 * History history = model.fit(new Dataset(features, labels), 3, 4);
 * history.names(); // [loss]
 * history.epochs().size(); // 3
 * boolean better = history.last("loss") < history.of("loss").get(0);
 * model.close();
 * }</pre>
 */
public final class History {
    /** The name of the learning rate, as in Keras. */
    static final String LEARNING_RATE = "learning_rate";

    private final List<Map<String, Double>> epochs;
    private final @Nullable String stopReason;

    History(List<Map<String, Double>> epochs, @Nullable String stopReason) {
        this.epochs = List.copyOf(epochs);
        this.stopReason = stopReason;
    }

    /** Returns the values of each epoch by name. */
    public List<Map<String, Double>> epochs() {
        return epochs;
    }

    /** Returns the names of the values, those of the validation with {@code val_} in front. */
    public List<String> names() {
        Set<String> names = new LinkedHashSet<>();
        epochs.forEach(epoch -> names.addAll(epoch.keySet()));
        return List.copyOf(names);
    }

    /**
     * Returns a value after each epoch.
     *
     * @throws NoSuchElementException if there is no such value; the message lists those that there are
     */
    public List<Double> of(String name) {
        List<Double> values = new ArrayList<>();
        for (Map<String, Double> epoch : epochs) {
            values.add(value(epoch, name));
        }
        return values;
    }

    /**
     * Returns a value after the last epoch.
     *
     * @throws NoSuchElementException if there is no such value, or there was no epoch
     */
    public double last(String name) {
        if (epochs.isEmpty()) {
            throw new NoSuchElementException("There was no epoch, so there is no " + name);
        }
        return value(epochs.get(epochs.size() - 1), name);
    }

    static double value(Map<String, Double> logs, String name) {
        Double value = logs.get(name);
        if (value == null) {
            throw noValue(name, logs.keySet());
        }
        return value;
    }

    static NoSuchElementException noValue(String name, Set<String> names) {
        return new NoSuchElementException("There is no value named " + name + ", but " + names
                + (name.startsWith("val_") && names.stream().noneMatch(other -> other.startsWith("val_"))
                        ? ". Those that begin with val_ need validation data in fit"
                        : Nearest.hint(name, names)));
    }

    /** Returns why training stopped before its last epoch; nothing if it did not. */
    public Optional<String> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /** Returns the number of epochs and the values after the last one: {@code 20 epochs, at last loss 0.0123}. */
    @Override
    public String toString() {
        String count = epochs.size() == 1 ? "1 epoch" : epochs.size() + " epochs";
        String last = epochs.isEmpty()
                ? ""
                : epochs.get(epochs.size() - 1).entrySet().stream()
                        .map(value -> value.getKey() + " " + String.format(Locale.ROOT, "%.4g", value.getValue()))
                        .collect(Collectors.joining(", ", ", at last ", ""));
        return count + last + stopReason().map(reason -> ", stopped: " + reason).orElse("");
    }

    /** Returns a table as CSV: a row for each epoch, from 1, a column for each value. */
    public String toCsv() {
        List<String> names = names();
        StringBuilder csv = new StringBuilder(csvHeader(names));
        for (int i = 0; i < epochs.size(); i++) {
            csv.append(csvRow(i + 1, names, epochs.get(i)));
        }
        return csv.toString();
    }

    static String csvHeader(List<String> names) {
        return "epoch," + String.join(",", names) + "\n";
    }

    static String csvRow(int epoch, List<String> names, Map<String, Double> logs) {
        StringBuilder row = new StringBuilder().append(epoch);
        for (String name : names) {
            row.append(',').append(logs.containsKey(name) ? String.valueOf(logs.get(name)) : "");
        }
        return row.append('\n').toString();
    }

    /**
     * Writes the table of {@link #toCsv} to a file.
     *
     * @throws UncheckedIOException if the file cannot be written
     */
    public void writeCsv(Path file) {
        TextFile.write(file, toCsv());
    }

    /**
     * Draws all values by epochs, those of the validation beside those of the training, as a picture in SVG.
     *
     * @param file the file to write, such as {@code history.svg}
     * @throws UncheckedIOException if the file cannot be written
     */
    public void plot(Path file) {
        TextFile.write(file, toSvg());
    }

    /** Returns the picture of {@link #plot}. */
    public String toSvg() {
        return HistoryPlot.svg(this);
    }

    static Map<String, Double> copy(Map<String, Double> logs) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(logs));
    }
}
