package dev.autodiff.draw;

import dev.autodiff.draw.Diagram.Arrow;
import dev.autodiff.draw.Diagram.Box;
import dev.autodiff.draw.layout.LayeredLayout;
import dev.autodiff.draw.layout.LayeredLayout.Direction;
import dev.autodiff.draw.layout.LayeredLayout.Placement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A diagram as SVG, with colours that follow the reader's preference of light or dark. */
final class SvgDrawing {
    /** Graphs up to this size are laid out both ways, to take the better one. */
    private static final int TRY_BOTH = 600;

    /** The shape that fits pages and screens. */
    private static final double GOOD_ASPECT = 1.6;

    private static final String STYLE = style();

    private final Diagram diagram;
    private final Placement placement;
    private final StringBuilder out = new StringBuilder();

    private SvgDrawing(Diagram diagram) {
        this.diagram = diagram;
        this.placement = place(diagram);
    }

    static String of(Diagram diagram) {
        return new SvgDrawing(diagram).draw();
    }

    static Placement place(Diagram diagram) {
        Placement right = place(diagram, Direction.RIGHT);
        if (diagram.boxes().size() > TRY_BOTH) {
            return right;
        }
        Placement down = place(diagram, Direction.DOWN);
        return distance(right) <= distance(down) ? right : down;
    }

    private static double distance(Placement placement) {
        return Math.abs(Math.log(placement.width() / placement.height() / GOOD_ASPECT));
    }

    private static Placement place(Diagram diagram, Direction direction) {
        List<Box> boxes = diagram.boxes();
        double label = diagram.arrows().stream()
                .mapToDouble(arrow -> ArrowLabels.width(arrow.label()))
                .max()
                .orElse(0);
        double gap = direction == Direction.RIGHT ? Math.max(48, label + 26) : label > 0 ? 66 : 44;
        return LayeredLayout.of(
                boxes.stream().mapToDouble(Box::width).toArray(),
                boxes.stream().mapToDouble(Box::height).toArray(),
                diagram.arrows().stream()
                        .map(arrow -> new int[] {arrow.from(), arrow.to()})
                        .toArray(int[][]::new),
                gap,
                direction);
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
        double titleHeight = 34;
        double width = Math.max(placement.width(), diagram.title().length() * 9 + 40);
        double height = placement.height() + titleHeight;
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title\" viewBox=\"0 0 ")
                .append(format(width))
                .append(' ')
                .append(format(height))
                .append("\" width=\"")
                .append(format(width))
                .append("\" height=\"")
                .append(format(height))
                .append("\">\n");
        out.append("<title id=\"title\">").append(escape(diagram.title())).append("</title>\n");
        out.append("<style>\n").append(STYLE).append("</style>\n");
        out.append(
                "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"8\""
                        + " markerHeight=\"8\" orient=\"auto\"><path class=\"tip\" d=\"M0,0.5 L8,4 L0,7.5 z\"/></marker></defs>\n");
        out.append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        out.append("<text class=\"heading\" x=\"20\" y=\"26\">")
                .append(escape(diagram.title()))
                .append("</text>\n");
        out.append("<g transform=\"translate(0 ").append(format(titleHeight)).append(")\">\n");
        scopes();
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
        return out.append("</g>\n</svg>\n").toString();
    }

    /** A frame around each scope whose nodes stand together, with nothing else between them. */
    private void scopes() {
        Map<String, double[]> frames = new TreeMap<>();
        for (int i = 0; i < diagram.boxes().size(); i++) {
            Box box = diagram.boxes().get(i);
            for (String scope = box.scope(); !scope.isEmpty(); scope = parent(scope)) {
                double[] frame = frames.computeIfAbsent(scope, s ->
                        new double[] {Double.MAX_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE});
                frame[0] = Math.min(frame[0], placement.x()[i] - 10);
                frame[1] = Math.min(frame[1], placement.y()[i] - 10);
                frame[2] = Math.max(frame[2], placement.x()[i] + box.width() + 10);
                frame[3] = Math.max(frame[3], placement.y()[i] + box.height() + 10);
            }
        }
        frames.forEach((scope, frame) -> {
            if (holdsOnly(scope, frame)) {
                out.append("<rect class=\"scope\" rx=\"12\" x=\"")
                        .append(format(frame[0]))
                        .append("\" y=\"")
                        .append(format(frame[1] - 14))
                        .append("\" width=\"")
                        .append(format(frame[2] - frame[0]))
                        .append("\" height=\"")
                        .append(format(frame[3] - frame[1] + 14))
                        .append("\"/>");
                out.append("<text class=\"scopename\" x=\"")
                        .append(format(frame[0] + 8))
                        .append("\" y=\"")
                        .append(format(frame[1] + 1))
                        .append("\">")
                        .append(escape(scope))
                        .append("</text>\n");
            }
        });
    }

    private boolean holdsOnly(String scope, double[] frame) {
        for (int i = 0; i < diagram.boxes().size(); i++) {
            Box box = diagram.boxes().get(i);
            boolean member = (box.scope() + "/").startsWith(scope + "/");
            double x = placement.x()[i];
            double y = placement.y()[i];
            boolean touches =
                    x < frame[2] && x + box.width() > frame[0] && y < frame[3] && y + box.height() > frame[1] - 14;
            if (touches && !member) {
                return false;
            }
        }
        return true;
    }

    private static String parent(String scope) {
        return scope.substring(0, Math.max(0, scope.lastIndexOf('/')));
    }

    private void arrow(Arrow arrow, double[] route) {
        out.append("<path class=\"arrow")
                .append(arrow.faint() ? " faint" : "")
                .append("\" d=\"")
                .append(path(route))
                .append("\"/>\n");
    }

    /** A curve that leaves and enters layers at right angles to them. */
    private String path(double[] route) {
        boolean right = placement.direction() == Direction.RIGHT;
        StringBuilder d =
                new StringBuilder("M").append(format(route[0])).append(',').append(format(route[1]));
        for (int i = 2; i < route.length; i += 2) {
            double x0 = route[i - 2];
            double y0 = route[i - 1];
            double x = route[i];
            double y = route[i + 1];
            boolean straight = right ? y0 == y : x0 == x;
            if (straight) {
                d.append(" L").append(format(x)).append(',').append(format(y));
            } else {
                double mx = (x0 + x) / 2;
                double my = (y0 + y) / 2;
                d.append(" C")
                        .append(format(right ? mx : x0))
                        .append(',')
                        .append(format(right ? y0 : my))
                        .append(' ')
                        .append(format(right ? mx : x))
                        .append(',')
                        .append(format(right ? y : my))
                        .append(' ')
                        .append(format(x))
                        .append(',')
                        .append(format(y));
            }
        }
        return d.toString();
    }

    private void label(Arrow arrow, ArrowLabels.Place place) {
        if (arrow.label().isEmpty()) {
            return;
        }
        out.append("<g class=\"flow\"><rect x=\"")
                .append(format(place.x() - place.width() / 2))
                .append("\" y=\"")
                .append(format(place.y() - ArrowLabels.HEIGHT / 2))
                .append("\" width=\"")
                .append(format(place.width()))
                .append("\" height=\"")
                .append(format(ArrowLabels.HEIGHT))
                .append("\" rx=\"5\"/><text x=\"")
                .append(format(place.x()))
                .append("\" y=\"")
                .append(format(place.y() + 4))
                .append("\">")
                .append(escape(arrow.label()))
                .append("</text></g>\n");
    }

    private void box(Box box, double x, double y) {
        out.append("<g class=\"box ")
                .append(box.look().name().toLowerCase(Locale.ROOT))
                .append("\" transform=\"translate(")
                .append(format(x))
                .append(' ')
                .append(format(y))
                .append(")\"><title>")
                .append(escape(box.hint()))
                .append("</title><rect rx=\"8\" width=\"")
                .append(box.width())
                .append("\" height=\"")
                .append(box.height())
                .append("\"/><text class=\"name\" x=\"12\" y=\"21\">")
                .append(escape(box.title()));
        if (!box.detail().isEmpty()) {
            out.append("<tspan class=\"detail\" dx=\"10\">")
                    .append(escape(box.detail()))
                    .append("</tspan>");
        }
        out.append("</text>");
        int line = 40;
        if (!box.value().isEmpty()) {
            out.append("<text class=\"value\" x=\"12\" y=\"")
                    .append(line)
                    .append("\">")
                    .append(escape(box.value()))
                    .append("</text>");
            line += 18;
        }
        if (!box.gradient().isEmpty()) {
            out.append("<text class=\"gradient\" x=\"12\" y=\"")
                    .append(line)
                    .append("\">")
                    .append(escape(box.gradient()))
                    .append("</text>");
        }
        out.append("</g>\n");
    }

    private static String format(double number) {
        long tenths = Math.round(number * 10);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10.0 + "";
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> {
                    if (c >= ' ' || c == '\n' || c == '\t') {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }
}
