package dev.autodiff.draw;

import static dev.autodiff.draw.SvgWriter.format;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** A diagram as SVG, with colours that follow the reader's preference of light or dark. */
final class SvgDrawing {
    private static final double TITLE_HEIGHT = 34;
    private static final double LEGEND_HEIGHT = 24;
    private static final int FIRST_LINE = 40;
    private static final int LINE_HEIGHT = 18;
    private static final int LEFT = 12;

    /** The widths of a bracket, and of each character of a mark before it, such as that of a gradient. */
    private static final double SIGN = 5;

    private static final double MARK = 6;

    private static final String STYLE = style();

    private static final String ARROW_TIP =
            "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\""
                    + " orient=\"auto\"><path class=\"tip\" d=\"M0,0.5 L8,4 L0,7.5 z\"/></marker>"
                    + "<marker id=\"tipgradient\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\""
                    + " markerHeight=\"8\" orient=\"auto-start-reverse\">"
                    + "<path class=\"tip gradient\" d=\"M0,0.5 L8,4 L0,7.5 z\"/></marker></defs>";

    private final Diagram diagram;
    private final Placement placement;
    private final SvgWriter svg = new SvgWriter();

    private SvgDrawing(Diagram diagram) {
        this.diagram = diagram;
        this.placement = DiagramLayout.of(diagram);
    }

    /** Returns the text of an SVG file. */
    static String of(Diagram diagram) {
        return new SvgDrawing(diagram).draw();
    }

    private static String style() {
        try (InputStream in = SvgDrawing.class.getResourceAsStream("drawing.css")) {
            if (in == null) {
                throw new IllegalStateException("The library is incomplete: drawing.css is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String draw() {
        open();
        ScopeFrames.of(diagram, placement).forEach(this::frame);
        for (int i = 0; i < diagram.arrows().size(); i++) {
            arrow(diagram.arrows().get(i), placement.routes().get(i));
        }
        for (int i = 0; i < diagram.boxes().size(); i++) {
            box(diagram.boxes().get(i), placement.x()[i], placement.y()[i]);
        }
        List<ArrowLabels.Place> places = ArrowLabels.places(diagram, placement);
        for (int i = 0; i < diagram.arrows().size(); i++) {
            label(diagram.arrows().get(i), places.get(i));
        }
        return svg.end().raw("\n").end().raw("\n").toString();
    }

    private void open() {
        double text = Math.max(diagram.title().length() * 11, diagram.legend().length() * 7);
        double width = Math.max(placement.width(), text + 40);
        double height = placement.height() + TITLE_HEIGHT + (diagram.legend().isEmpty() ? 0 : LEGEND_HEIGHT);
        String viewBox = "0 0 " + format(width) + " " + format(height);
        svg.start("svg").with("xmlns", "http://www.w3.org/2000/svg");
        svg.with("role", "img").with("aria-labelledby", "title").with("viewBox", viewBox);
        svg.with("width", width).with("height", height).raw("\n");
        svg.start("title").with("id", "title").text(diagram.title()).end().raw("\n");
        svg.start("style").raw("\n").raw(STYLE).end().raw("\n");
        svg.raw(ARROW_TIP).raw("\n");
        svg.start("rect").with("class", "paper").with("width", "100%").with("height", "100%");
        svg.end().raw("\n");
        svg.start("text").with("class", "heading").with("x", 20).with("y", 26);
        svg.text(diagram.title()).end().raw("\n");
        if (!diagram.legend().isEmpty()) {
            svg.start("text").with("class", "legend").with("x", 20).with("y", height - 10);
            svg.text(diagram.legend()).end().raw("\n");
        }
        svg.start("g").with("transform", translation(0, TITLE_HEIGHT)).raw("\n");
    }

    private static String translation(double x, double y) {
        return "translate(" + format(x) + " " + format(y) + ")";
    }

    private void frame(ScopeFrames.Frame frame) {
        svg.start("rect")
                .with("class", "scope")
                .with("rx", 12)
                .with("x", frame.left())
                .with("y", frame.top());
        svg.with("width", frame.width()).with("height", frame.height()).end();
        svg.start("text").with("class", "scopename").with("x", frame.left() + 8).with("y", frame.top() + 15);
        svg.text(frame.scope()).end().raw("\n");
    }

    private void arrow(Arrow arrow, double[] route) {
        String kind = arrow.faint() ? "arrow faint" : arrow.label().isEmpty() ? "arrow" : "arrow carrying";
        svg.start("path").with("class", kind).with("d", path(route));
        svg.end().raw("\n");
    }

    /** Returns a curve that leaves and enters layers at right angles to them. */
    private String path(double[] route) {
        boolean right = placement.direction() == Direction.RIGHT;
        StringBuilder path = new StringBuilder("M").append(point(route[0], route[1]));
        for (int i = 2; i < route.length; i += 2) {
            double x0 = route[i - 2];
            double y0 = route[i - 1];
            double x = route[i];
            double y = route[i + 1];
            boolean straight = right ? y0 == y : x0 == x;
            if (straight) {
                path.append(" L").append(point(x, y));
            } else {
                double middleX = (x0 + x) / 2;
                double middleY = (y0 + y) / 2;
                String first = right ? point(middleX, y0) : point(x0, middleY);
                String second = right ? point(middleX, y) : point(x, middleY);
                path.append(" C")
                        .append(first)
                        .append(' ')
                        .append(second)
                        .append(' ')
                        .append(point(x, y));
            }
        }
        return path.toString();
    }

    private static String point(double x, double y) {
        return format(x) + "," + format(y);
    }

    private void label(Arrow arrow, ArrowLabels.Place place) {
        if (arrow.label().isEmpty()) {
            return;
        }
        svg.start("g").with("class", "flow");
        svg.start("rect").with("x", place.x() - place.width() / 2).with("y", place.y() - ArrowLabels.HEIGHT / 2);
        svg.with("width", place.width())
                .with("height", ArrowLabels.HEIGHT)
                .with("rx", 5)
                .end();
        svg.start("text").with("x", place.x()).with("y", place.y() + 4);
        svg.text(arrow.label()).end();
        svg.end().raw("\n");
    }

    private void box(Box box, double x, double y) {
        String look = box.look().name().toLowerCase(Locale.ROOT);
        svg.start("g").with("class", "box " + look).with("transform", translation(x, y));
        svg.start("title").text(box.hint()).end();
        svg.start("rect").with("rx", 8).with("width", box.width()).with("height", box.height());
        svg.end();
        svg.start("text").with("class", "name").with("x", 12).with("y", 21).text(box.title());
        if (!box.detail().isEmpty()) {
            svg.start("tspan").with("class", "detail").with("dx", 10).text(box.detail());
            svg.end();
        }
        svg.end();
        lines("value", box.value(), LEFT, FIRST_LINE);
        if (box.isBeside()) {
            lines("gradient", box.gradient(), LEFT + box.gradientLeft(), FIRST_LINE);
        } else {
            lines("gradient", box.gradient(), LEFT, FIRST_LINE + (box.value().isEmpty() ? 0 : LINE_HEIGHT));
        }
        svg.end().raw("\n");
    }

    /** Writes lines; all but the first begin where the second bracket of the first stands. */
    private void lines(String kind, String text, double x, double y) {
        if (text.isEmpty()) {
            return;
        }
        List<String> lines = text.lines().toList();
        svg.start("text").with("class", kind).with("x", x).with("y", y).text(lines.get(0));
        double indent = SIGN + MARK * Math.max(0, lines.get(0).indexOf('['));
        for (int i = 1; i < lines.size(); i++) {
            svg.start("tspan").with("x", x + indent).with("y", y + i * LINE_HEIGHT);
            svg.text(lines.get(i)).end();
        }
        svg.end();
    }
}
