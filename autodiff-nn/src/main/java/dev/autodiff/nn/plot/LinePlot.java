package dev.autodiff.nn.plot;

import dev.autodiff.text.TextFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A picture in SVG of panels below each other, each with lines over one axis. */
public final class LinePlot {
    /** The color of the first line of a panel. */
    public static final String BLUE = "#1f6fb4";

    /** The color of the second line of a panel. */
    public static final String ORANGE = "#d9730d";

    private static final int WIDTH = 560;
    private static final int HEIGHT = 220;
    private static final int LEFT = 70;
    private static final int RIGHT = 540;
    private static final int TOP = 34;
    private static final int BOTTOM = 180;

    private final StringBuilder svg = new StringBuilder();

    /**
     * A line of a panel.
     *
     * @param label the words beside the title; may be empty
     * @param color the color
     * @param x the places on the axis, rising; on a logarithmic axis, the logarithms
     * @param y the values; there is a gap where one is not finite
     */
    public record Line(String label, String color, List<Double> x, List<Double> y) {}

    /**
     * A panel.
     *
     * @param title the name of the values
     * @param first the words at the left end of the axis
     * @param last the words at the right end of the axis
     * @param lines the lines
     * @param marks the places on the axis where vertical lines stand
     */
    public record Panel(String title, String first, String last, List<Line> lines, List<Mark> marks) {}

    /**
     * A vertical line.
     *
     * @param x the place on the axis
     * @param label the words beside it
     */
    public record Mark(double x, String label) {}

    private LinePlot() {}

    /** Returns the picture of some panels. */
    public static String svg(List<Panel> panels) {
        LinePlot plot = new LinePlot();
        plot.line(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"12\">",
                WIDTH, Math.max(1, panels.size()) * HEIGHT);
        plot.line("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        for (int i = 0; i < panels.size(); i++) {
            plot.line("<g transform=\"translate(0 %d)\">", i * HEIGHT);
            plot.panel(panels.get(i));
            plot.line("</g>");
        }
        return plot.line("</svg>").svg.toString();
    }

    /**
     * Writes a picture to a file.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static void write(Path file, String svg) {
        TextFile.write(file, svg);
    }

    /** The smallest and the largest of finite numbers. */
    private record Range(double low, double high) {
        static Range of(List<List<Double>> lists) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (List<Double> values : lists) {
                for (double value : values) {
                    low = Double.isFinite(value) ? Math.min(low, value) : low;
                    high = Double.isFinite(value) ? Math.max(high, value) : high;
                }
            }
            return new Range(low, high);
        }

        /** Returns the place of a value, 0 at the low end and 1 at the high end. */
        double place(double value, double ifAllAreEqual) {
            return high > low ? (value - low) / (high - low) : ifAllAreEqual;
        }
    }

    private void panel(Panel panel) {
        Range x = Range.of(panel.lines.stream().map(Line::x).toList());
        Range y = Range.of(panel.lines.stream().map(Line::y).toList());
        text(LEFT, 20, "start", "#222", panel.title);
        text(LEFT - 8, TOP + 4, "end", "#555", number(y.high));
        text(LEFT - 8, BOTTOM + 4, "end", "#555", number(y.low));
        text(LEFT, BOTTOM + 20, "middle", "#555", panel.first);
        text(RIGHT, BOTTOM + 20, "end", "#555", panel.last);
        line("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#999\"/>", LEFT, TOP, BOTTOM, RIGHT);
        for (Mark mark : panel.marks) {
            double at = LEFT + (RIGHT - LEFT) * x.place(mark.x, 0.5);
            line("<path d=\"M%.1f %dV%d\" fill=\"none\" stroke=\"#555\" stroke-dasharray=\"4 3\"/>", at, TOP, BOTTOM);
            text((int) at + 4, TOP + 10, "start", "#555", mark.label);
        }
        for (int i = 0; i < panel.lines.size(); i++) {
            Line line = panel.lines.get(i);
            curve(line, x, y);
            text(RIGHT - 80 * (panel.lines.size() - 1 - i), 20, "end", line.color, line.label);
        }
    }

    /** Draws a curve, with a gap where a value is not finite. */
    private void curve(Line line, Range xs, Range ys) {
        StringBuilder path = new StringBuilder();
        boolean gap = true;
        for (int i = 0; i < line.y.size(); i++) {
            double value = line.y.get(i);
            if (!Double.isFinite(value)) {
                gap = true;
                continue;
            }
            double x = LEFT + (RIGHT - LEFT) * xs.place(line.x.get(i), 0.5);
            double y = BOTTOM - (BOTTOM - TOP) * ys.place(value, 0);
            path.append(String.format(Locale.ROOT, "%s%.1f %.1f", gap ? "M" : "L", x, y));
            gap = false;
            if (line.y.size() == 1) {
                line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x, y, line.color);
            }
        }
        line("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>", path, line.color);
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "";
    }

    private void text(int x, int y, String anchor, String color, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        line("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, color, escaped);
    }

    private LinePlot line(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }
}
