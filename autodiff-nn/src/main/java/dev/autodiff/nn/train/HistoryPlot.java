package dev.autodiff.nn.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A picture of a history: a panel for the loss and for each metric, by epochs, with a line for the validation. */
final class HistoryPlot {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 220;
    private static final int LEFT = 70;
    private static final int RIGHT = 540;
    private static final int TOP = 34;
    private static final int BOTTOM = 180;
    private static final String TRAIN = "#1f6fb4";
    private static final String VALIDATION = "#d9730d";
    private static final String PREFIX = "val_";

    private final StringBuilder svg = new StringBuilder();

    private HistoryPlot() {}

    static String svg(History history) {
        List<String> names = history.names().stream()
                .filter(name -> !name.startsWith(PREFIX))
                .toList();
        HistoryPlot plot = new HistoryPlot();
        plot.line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, Math.max(1, names.size()) * HEIGHT);
        plot.line("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        for (int i = 0; i < names.size(); i++) {
            plot.line("<g transform=\"translate(0 %d)\">", i * HEIGHT);
            plot.panel(history, names.get(i));
            plot.line("</g>");
        }
        return plot.line("</svg>").svg.toString();
    }

    private void panel(History history, String name) {
        List<List<Double>> lines = new ArrayList<>(List.of(history.of(name)));
        if (history.names().contains(PREFIX + name)) {
            lines.add(history.of(PREFIX + name));
        }
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (List<Double> values : lines) {
            for (double value : values) {
                low = Double.isFinite(value) ? Math.min(low, value) : low;
                high = Double.isFinite(value) ? Math.max(high, value) : high;
            }
        }
        double span = high > low ? high - low : 1;
        int epochs = history.epochs().size();
        text(LEFT, 20, "start", "#222", name);
        text(LEFT - 8, TOP + 4, "end", "#555", number(high));
        text(LEFT - 8, BOTTOM + 4, "end", "#555", number(low));
        text(LEFT, BOTTOM + 20, "middle", "#555", "1");
        text(RIGHT, BOTTOM + 20, "end", "#555", "epoch " + epochs);
        line("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#999\"/>", LEFT, TOP, BOTTOM, RIGHT);
        for (int i = 0; i < lines.size(); i++) {
            String color = i == 0 ? TRAIN : VALIDATION;
            curve(lines.get(i), low, span, color);
            text(RIGHT - 80 * (lines.size() - 1 - i), 20, "end", color, i == 0 ? "training" : "validation");
        }
    }

    /** Draws a curve, with a gap where a value is not finite. */
    private void curve(List<Double> values, double low, double span, String color) {
        StringBuilder path = new StringBuilder();
        boolean gap = true;
        for (int i = 0; i < values.size(); i++) {
            double value = values.get(i);
            if (!Double.isFinite(value)) {
                gap = true;
                continue;
            }
            double x = LEFT + (RIGHT - LEFT) * (values.size() == 1 ? 0.5 : (double) i / (values.size() - 1));
            double y = BOTTOM - (BOTTOM - TOP) * (value - low) / span;
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", gap ? "M" : "L", x, y));
            gap = false;
            if (values.size() == 1) {
                line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, color);
            }
        }
        line("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, color);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "";
    }

    private void text(int x, int y, String anchor, String color, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        line("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, color, escaped);
    }

    private HistoryPlot line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }
}
