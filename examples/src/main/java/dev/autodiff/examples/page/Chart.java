package dev.autodiff.examples.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A chart of lines, points and contours over x and y, drawn as SVG in the colours of the page. */
public final class Chart {
    private static final double LEFT = 58;
    private static final double RIGHT = 14;
    private static final double BOTTOM = 48;

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private final List<DoubleBinaryOperator> grounds = new ArrayList<>();
    private double[] levels = {};
    private double[] xRange = {};
    private double[] yRange = {};
    private double width = 480;
    private double height = 340;
    private boolean square;
    private double top;
    private boolean logarithmic;
    private boolean classes;

    private enum Kind {
        LINE,
        DASHED,
        POINTS,
        PATH
    }

    private record Series(String name, int color, Kind kind, double[] x, double[] y) {
        /** The number of points of a line that a transcript names. */
        private static final int NAMED = 6;

        /** Returns the series in words: a line by some of its points, a path by its ends, points by their ranges. */
        String transcript() {
            int last = x.length - 1;
            if (last < 0) {
                return name + ": nothing.";
            }
            String told =
                    switch (kind) {
                        case POINTS ->
                            x.length + (x.length == 1 ? " point, " : " points, ") + range(x) + " across, " + range(y)
                                    + " upwards";
                        case PATH -> "from " + place(0) + " to " + place(last) + " in " + last + " steps";
                        case LINE, DASHED ->
                            IntStream.rangeClosed(0, Math.min(last, NAMED - 1))
                                    .map(i -> last < NAMED ? i : i * last / (NAMED - 1))
                                    .mapToObj(i -> number(y[i]) + " at " + number(x[i]))
                                    .collect(Collectors.joining(", "));
                    };
            return (name.isEmpty() ? "" : name + ": ") + told + ".";
        }

        private String place(int i) {
            return "(" + number(x[i]) + ", " + number(y[i]) + ")";
        }

        private static String number(double value) {
            if (!Double.isFinite(value)) {
                return Double.isNaN(value) ? "no number" : "infinite";
            }
            BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
            return Math.abs(value) >= 1e-5 || value == 0 ? rounded.toPlainString() : rounded.toString();
        }

        private static String range(double[] values) {
            double[] finite =
                    Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
            return finite.length == 0 ? "none" : number(finite[0]) + " to " + number(finite[finite.length - 1]);
        }
    }

    /** Creates an empty chart. */
    public Chart(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    // ---- content ----

    /** Adds a line through points, with a gap at each y that is not a number. */
    public Chart line(String name, double[] x, double[] y) {
        return add(name, Kind.LINE, x, y);
    }

    /** Adds a line through values at x = 0, 1, 2, .... */
    public Chart line(String name, double... y) {
        return line(name, IntStream.range(0, y.length).asDoubleStream().toArray(), y);
    }

    /** Adds a thin dashed line, for reference. */
    public Chart dashed(String name, double[] x, double[] y) {
        return add(name, Kind.DASHED, x, y);
    }

    /** Adds points. */
    public Chart points(String name, double[] x, double[] y) {
        return add(name, Kind.POINTS, x, y);
    }

    /** Adds a path from point to point, with a mark at its start. */
    public Chart path(String name, double[] x, double[] y) {
        return add(name, Kind.PATH, x, y);
    }

    private Chart add(String name, Kind kind, double[] x, double[] y) {
        int color = (int) series.stream().filter(s -> s.kind != Kind.DASHED).count() % 5;
        series.add(new Series(name, color, kind, x.clone(), y.clone()));
        return this;
    }

    /** Adds contour lines of a function, below everything else. */
    public Chart contours(DoubleBinaryOperator f, double... heights) {
        grounds.add(f);
        levels = heights.clone();
        return this;
    }

    /** Colours the regions in which a function is above 0 and below 0, below everything else. */
    public Chart regions(DoubleBinaryOperator f) {
        classes = true;
        return contours(f, 0);
    }

    /** Sets the range of x, which is that of the data otherwise. */
    public Chart x(double low, double high) {
        xRange = new double[] {low, high};
        return this;
    }

    /** Sets the range of y, which is that of the data otherwise. */
    public Chart y(double low, double high) {
        yRange = new double[] {low, high};
        return this;
    }

    /** Makes the y axis logarithmic. */
    public Chart logarithmic() {
        logarithmic = true;
        return this;
    }

    /** Makes the chart as high as it is wide. */
    public Chart square() {
        square = true;
        return this;
    }

    /** Returns the chart in words, for those who do not see it. */
    String transcript() {
        return title + " (" + xLabel + " across, " + yLabel + " upwards): "
                + series.stream().map(Series::transcript).collect(Collectors.joining(" "));
    }

    // ---- drawing ----

    private record Axis(double low, double high, double from, double to, boolean log) {
        double place(double value) {
            double v = log ? Math.log10(value) : value;
            double place = from + (v - low) / (high - low) * (to - from);
            return Math.max(-2000, Math.min(3000, place)); // far outside of the chart anyway
        }
    }

    /**
     * Returns the chart as an SVG element, styled by the page.
     *
     * @param together the number of charts side by side: they are smaller then, with letters of the same size
     */
    String toSvg(int together) {
        width = together > 2 && together != 4 ? 330 : together > 1 ? 400 : 520;
        top = 34 + 18 * legendRows();
        height = square ? width - LEFT - RIGHT + top + BOTTOM : together > 1 ? 300 : 340;
        Axis x = axis(xRange, s -> s.x, LEFT, width - RIGHT, false);
        Axis y = axis(yRange, s -> s.y, height - BOTTOM, top, logarithmic);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">",
                width,
                height,
                Html.text(transcript())));
        double w = width - LEFT - RIGHT;
        double h = height - top - BOTTOM;
        svg.append(text("title", LEFT, 20, title));
        legend(svg);
        axes(svg, x, y);
        svg.append(String.format(
                Locale.ROOT,
                "<svg x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" viewBox=\"%.0f %.0f %.0f %.0f\">",
                LEFT,
                top,
                w,
                h,
                LEFT,
                top,
                w,
                h));
        for (DoubleBinaryOperator f : grounds) {
            ground(svg, f, x, y);
        }
        series.forEach(s -> draw(svg, s, x, y));
        svg.append("</svg>").append(rect("frame", LEFT, top, w, h));
        return svg.append("</svg>").toString();
    }

    private Axis axis(
            double[] range, java.util.function.Function<Series, double[]> of, double from, double to, boolean log) {
        if (range.length == 2) {
            return log
                    ? new Axis(Math.log10(range[0]), Math.log10(range[1]), from, to, true)
                    : new Axis(range[0], range[1], from, to, false);
        }
        double[] values = series.stream()
                .flatMapToDouble(s -> Arrays.stream(of.apply(s)))
                .filter(v -> Double.isFinite(v) && (!log || v > 0))
                .map(v -> log ? Math.log10(v) : v)
                .toArray();
        double low = Arrays.stream(values).min().orElse(0);
        double high = Arrays.stream(values).max().orElse(1);
        double margin = high > low ? 0.04 * (high - low) : 0.5;
        return new Axis(low - margin, high + margin, from, to, log);
    }

    private void axes(StringBuilder svg, Axis x, Axis y) {
        double bottom = height - BOTTOM;
        for (double tick : Ticks.of(x.low, x.high, x.log)) {
            double at = x.place(tick);
            svg.append(line("grid", at, top, at, bottom)).append(text("tick mid", at, bottom + 16, Ticks.label(tick)));
        }
        for (double tick : Ticks.of(y.low, y.high, y.log)) {
            double at = y.place(tick);
            svg.append(line("grid", LEFT, at, width - RIGHT, at))
                    .append(text("tick end", LEFT - 6, at + 4, Ticks.label(tick)));
        }
        svg.append(text("axis mid", (LEFT + width - RIGHT) / 2, height - 10, xLabel));
        double middle = (top + bottom) / 2;
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"axis mid\" transform=\"translate(13 %.0f) rotate(-90)\">%s</text>",
                middle,
                Html.text(yLabel)));
    }

    /** Returns the place of each name in the legend: x, and the number of its row. */
    private List<double[]> legendPlaces() {
        List<double[]> places = new ArrayList<>();
        double x = LEFT;
        double row = 0;
        for (Series s : series) {
            double room = s.name.isEmpty() ? 0 : 46 + 7 * s.name.length();
            if (x > LEFT && x + room - 24 > width) {
                x = LEFT;
                row++;
            }
            places.add(new double[] {x, row});
            x += room;
        }
        return places;
    }

    private double legendRows() {
        List<double[]> places = legendPlaces();
        boolean none = series.stream().allMatch(s -> s.name.isEmpty());
        return none ? 0 : places.get(places.size() - 1)[1] + 1;
    }

    private void legend(StringBuilder svg) {
        List<double[]> places = legendPlaces();
        for (int i = 0; i < places.size(); i++) {
            Series s = series.get(i);
            double x = places.get(i)[0];
            double y = 40 + 18 * places.get(i)[1];
            if (!s.name.isEmpty()) {
                String style = s.kind == Kind.DASHED ? "dashed" : "line c" + s.color;
                svg.append(
                        s.kind == Kind.POINTS
                                ? dots("dots c" + s.color, new double[] {x + 8}, new double[] {y})
                                : line(style, x, y, x + 16, y));
                svg.append(text("legend", x + 21, y + 4, s.name));
            }
        }
    }

    private void ground(StringBuilder svg, DoubleBinaryOperator f, Axis x, Axis y) {
        HeightMap map = HeightMap.of(f, x.low, x.high, y.low, y.high);
        double cellWidth = (x.to - x.from) / HeightMap.CELLS;
        double cellHeight = (y.to - y.from) / HeightMap.CELLS;
        if (classes) {
            svg.append(rect("below", LEFT, top, x.to - x.from, y.from - y.to));
            svg.append("<path class=\"above\" d=\"")
                    .append(map.above(0, x.from, y.from, cellWidth, cellHeight))
                    .append("\"/>");
        }
        for (double level : levels) {
            svg.append("<path class=\"contour\" d=\"")
                    .append(map.contour(level, x.from, y.from, cellWidth, cellHeight))
                    .append("\"/>");
        }
    }

    private static void draw(StringBuilder svg, Series s, Axis x, Axis y) {
        double[] px = Arrays.stream(s.x).map(x::place).toArray();
        double[] py = Arrays.stream(s.y)
                .map(v -> y.log && v <= 0 ? Double.NaN : y.place(v))
                .toArray();
        if (s.kind != Kind.POINTS) {
            StringBuilder d = new StringBuilder();
            boolean pen = false;
            for (int i = 0; i < px.length; i++) {
                boolean there = Double.isFinite(px[i]) && Double.isFinite(py[i]);
                if (there) {
                    d.append(pen ? 'L' : 'M').append(number(px[i])).append(' ').append(number(py[i]));
                }
                pen = there;
            }
            String style = s.kind == Kind.DASHED ? "dashed" : "line c" + s.color;
            svg.append("<path class=\"")
                    .append(style)
                    .append("\" d=\"")
                    .append(d)
                    .append("\"/>");
        }
        if (s.kind == Kind.POINTS || s.kind == Kind.PATH) {
            svg.append(dots((s.kind == Kind.PATH ? "small" : "dots") + " c" + s.color, px, py));
        }
        if (s.kind == Kind.PATH) {
            svg.append(dots("start", new double[] {px[0]}, new double[] {py[0]}));
        }
    }

    /** Draws dots as lines of length 0 with round ends, which makes one short path for all of them. */
    private static String dots(String style, double[] x, double[] y) {
        StringBuilder d = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                d.append('M')
                        .append(number(x[i]))
                        .append(' ')
                        .append(number(y[i]))
                        .append("h0");
            }
        }
        return "<path class=\"" + style + "\" d=\"" + d + "\"/>";
    }

    private static String line(String style, double x1, double y1, double x2, double y2) {
        return "<path class=\"" + style + "\" d=\"M" + number(x1) + " " + number(y1) + "L" + number(x2) + " "
                + number(y2) + "\"/>";
    }

    private static String rect(String style, double x, double y, double w, double h) {
        return "<path class=\"" + style + "\" d=\"M" + number(x) + " " + number(y) + "h" + number(w) + "v" + number(h)
                + "h" + number(-w) + "z\"/>";
    }

    private static String text(String style, double x, double y, String text) {
        return "<text class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">" + Html.text(text)
                + "</text>";
    }

    /** Formats with at most one decimal. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10.0 + "";
    }
}
