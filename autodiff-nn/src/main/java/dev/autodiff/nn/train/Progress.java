package dev.autodiff.nn.train;

import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Kinds;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The progress of a call of fit: the place of its next batch, and what is known of those before it.
 *
 * @param epoch the number of epochs that are complete
 * @param batches the number of batches of the next epoch that are done
 * @param lossSum the sum of the losses of the examples in these batches
 * @param rows the number of these examples
 * @param order what the order of the examples depends on, which must be the same within an epoch
 * @param history the values after each epoch
 */
record Progress(int epoch, int batches, double lossSum, long rows, String order, List<Map<String, Double>> history) {
    private static final Kinds KINDS = Kinds.none().with("Fit", config -> config);

    /** Returns the progress of a call that begins. */
    static Progress none() {
        return new Progress(0, 0, 0, 0, "", List.of());
    }

    String toJson() {
        List<String> names =
                history.isEmpty() ? List.of() : List.copyOf(history.get(0).keySet());
        double[] values = history.stream()
                .flatMapToDouble(
                        epochLogs -> names.stream().mapToDouble(name -> epochLogs.getOrDefault(name, Double.NaN)))
                .toArray();
        return Config.of("Fit")
                .with("epoch", epoch)
                .with("batches", batches)
                .with("lossSum", lossSum)
                .with("rows", rows)
                .with("order", order)
                .with("names", names)
                .with("values", values)
                .toString();
    }

    /**
     * Returns the progress that a text of {@link #toJson} stands for.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Progress of(String json) {
        if (!(KINDS.read(json) instanceof Config config)) {
            throw new IllegalArgumentException("it is not the progress of a training");
        }
        int epochs = config.integer("epoch");
        int batches = config.integer("batches");
        List<String> names = config.texts("names");
        double[] values = config.numbers("values");
        if (epochs < 0
                || batches < 0
                || (epochs > 0 && names.isEmpty())
                || values.length != (long) epochs * names.size()) {
            throw new IllegalArgumentException(
                    "it has " + values.length + " values for " + epochs + " epochs and " + names);
        }
        List<Map<String, Double>> history = new ArrayList<>();
        for (int i = 0; i < epochs; i++) {
            Map<String, Double> logs = new LinkedHashMap<>();
            for (String name : names) {
                logs.put(name, values[i * names.size() + logs.size()]);
            }
            history.add(History.copy(logs));
        }
        return new Progress(
                epochs, batches, config.number("lossSum"), config.whole("rows"), config.text("order"), history);
    }
}
