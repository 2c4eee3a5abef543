package dev.autodiff.nn.optimizer;

import dev.autodiff.nn.plot.LinePlot;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A picture of a schedule. */
final class SchedulePlot {
    private SchedulePlot() {}

    static String svg(double[] rates) {
        List<Double> k =
                IntStream.range(0, rates.length).mapToObj(Double::valueOf).toList();
        List<Double> values = Arrays.stream(rates).boxed().toList();
        LinePlot.Line line = new LinePlot.Line("", LinePlot.BLUE, k, values);
        String end = "step " + Math.max(0, rates.length - 1);
        return LinePlot.svg(List.of(new LinePlot.Panel("learning rate", "0", end, List.of(line), List.of())));
    }
}
