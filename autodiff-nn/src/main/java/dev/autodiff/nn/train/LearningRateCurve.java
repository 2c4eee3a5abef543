package dev.autodiff.nn.train;

import dev.autodiff.nn.plot.LinePlot;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The losses that a {@link LearningRateFinder} found, by learning rates. */
public final class LearningRateCurve {
    private final List<Double> rates;
    private final List<Double> losses;
    private final List<Double> smoothed;

    LearningRateCurve(List<Double> rates, List<Double> losses) {
        this.rates = List.copyOf(rates);
        this.losses = List.copyOf(losses);
        this.smoothed = smooth(losses);
    }

    /** Returns the learning rates, rising; the last one is where the search ended. */
    public List<Double> rates() {
        return rates;
    }

    /** Returns the losses of the batches, each before the step with its rate. */
    public List<Double> losses() {
        return losses;
    }

    /** Returns means of neighbouring losses, a tenth of all together. */
    public List<Double> smoothed() {
        return smoothed;
    }

    private static List<Double> smooth(List<Double> losses) {
        int reach = Math.max(1, losses.size() / 20);
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            List<Double> near = losses.subList(Math.max(0, i - reach), Math.min(losses.size(), i + reach + 1));
            means.add(near.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        }
        return List.copyOf(means);
    }

    /** Returns the place of the smallest smoothed loss. */
    private int lowest() {
        int lowest = 0;
        for (int i = 1; i < smoothed.size(); i++) {
            lowest = smoothed.get(i) < smoothed.get(lowest) ? i : lowest;
        }
        return lowest;
    }

    /**
     * Returns a tenth of the learning rate at which the smoothed loss is smallest: there it still falls, and is far
     * from diverging. Nothing if the loss does not fall, which an {@link OverfitCheck} may explain.
     */
    public OptionalDouble suggestion() {
        int lowest = lowest();
        return lowest == 0 ? OptionalDouble.empty() : OptionalDouble.of(rates.get(lowest) / 10);
    }

    /** Returns a table as CSV: the rate, the loss and the smoothed loss of each step. */
    public String toCsv() {
        StringBuilder csv = new StringBuilder("learning_rate,loss,smoothed\n");
        for (int i = 0; i < rates.size(); i++) {
            csv.append(rates.get(i) + "," + losses.get(i) + "," + smoothed.get(i) + "\n");
        }
        return csv.toString();
    }

    /**
     * Draws the losses over the logarithm of the rate as a picture in SVG, with a line at the suggestion.
     *
     * @param file the file to write, such as {@code rates.svg}
     * @throws UncheckedIOException if the file cannot be written
     */
    public void plot(Path file) {
        LinePlot.write(file, toSvg());
    }

    /** Returns the picture of {@link #plot}. */
    public String toSvg() {
        // The last losses, where training diverges, would leave no room for the others.
        double most = losses.get(0) + (losses.get(0) - smoothed.get(lowest()));
        int count = losses.size();
        while (count > lowest() + 1 && !(smoothed.get(count - 1) <= most)) {
            count--;
        }
        List<Double> x = rates.subList(0, count).stream().map(Math::log10).toList();
        List<LinePlot.Line> lines = List.of(
                new LinePlot.Line("loss", LinePlot.BLUE, x, losses.subList(0, count)),
                new LinePlot.Line("smoothed", LinePlot.ORANGE, x, smoothed.subList(0, count)));
        List<LinePlot.Mark> marks = new ArrayList<>();
        suggestion().ifPresent(rate -> marks.add(new LinePlot.Mark(Math.log10(rate), text(rate))));
        return LinePlot.svg(List.of(new LinePlot.Panel(
                "loss", text(rates.get(0)), "learning rate " + text(rates.get(count - 1)), lines, marks)));
    }

    private static String text(double rate) {
        return String.format(Locale.ROOT, "%.2g", rate);
    }

    /** Returns a sentence with the suggestion. */
    @Override
    public String toString() {
        String range = losses.size() + " steps with learning rates from " + text(rates.get(0)) + " to "
                + text(rates.get(rates.size() - 1));
        OptionalDouble rate = suggestion();
        return rate.isPresent()
                ? "In " + range + ", the loss was smallest at " + text(rates.get(lowest())) + ": try "
                        + text(rate.getAsDouble())
                : "In " + range + ", the loss did not fall: check the model with an OverfitCheck";
    }
}
