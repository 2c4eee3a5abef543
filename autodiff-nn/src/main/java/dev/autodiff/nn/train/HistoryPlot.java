package dev.autodiff.nn.train;

import dev.autodiff.nn.plot.LinePlot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A picture of a history: a panel for the loss and for each metric, by epochs, with a line for the validation. */
final class HistoryPlot {
    private static final String PREFIX = "val_";

    private HistoryPlot() {}

    static String svg(History history) {
        return LinePlot.svg(history.names().stream()
                .filter(name -> !name.startsWith(PREFIX))
                .map(name -> panel(history, name))
                .toList());
    }

    private static LinePlot.Panel panel(History history, String name) {
        int epochs = history.epochs().size();
        List<Double> numbers =
                IntStream.rangeClosed(1, epochs).mapToObj(Double::valueOf).toList();
        List<LinePlot.Line> lines = new ArrayList<>();
        String label = name.equals(History.LEARNING_RATE) ? "" : "training";
        lines.add(new LinePlot.Line(label, LinePlot.BLUE, numbers, history.of(name)));
        if (history.names().contains(PREFIX + name)) {
            lines.add(new LinePlot.Line("validation", LinePlot.ORANGE, numbers, history.of(PREFIX + name)));
        }
        return new LinePlot.Panel(name, "1", "epoch " + epochs, lines, List.of());
    }
}
