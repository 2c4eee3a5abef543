package dev.autodiff.examples.page;

import dev.autodiff.examples.context.Table;
import dev.autodiff.trace.Trace;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output of a lesson: text goes to the terminal and to a web page at once, figures to the page. Text between
 * backticks is shown as code, and {@code [text](page.html)} is a link on the page.
 */
public final class LessonPage {
    /** The width of a terminal. */
    private static final int COLUMNS = 80;

    /** In pixels; wider drawings extend beyond the text on both sides if there is room. */
    private static final int TEXT_WIDTH = 900;

    private final PrintWriter terminal;
    private final StringBuilder body = new StringBuilder();
    private final List<String> sections = new ArrayList<>();
    private final Map<String, Trace> traces = new LinkedHashMap<>();
    private int figures;

    /** One picture of an animation, with a label. */
    public record Frame(String label, List<Chart> charts) {
        /** Creates a frame of charts side by side. */
        public Frame(String label, Chart... charts) {
            this(label, List.of(charts));
        }

        /** Copies the list. */
        public Frame {
            charts = List.copyOf(charts);
        }
    }

    /** A page whose text is printed as it is written. */
    public LessonPage(PrintWriter terminal) {
        this.terminal = terminal;
    }

    // ---- text ----

    /** Begins a section. */
    public void section(String heading) {
        sections.add(heading);
        print("");
        print(heading);
        print("-".repeat(heading.length()));
        body.append("<h2 id=\"s")
                .append(sections.size())
                .append("\">")
                .append(Html.text(heading))
                .append("</h2>\n");
    }

    /** Adds the question that the page answers, above everything else. */
    public void question(String text) {
        print("");
        wrap(text, "").forEach(this::print);
        body.append("<p class=\"question\">").append(Html.prose(text)).append("</p>\n");
    }

    /** Adds a paragraph, formatted as by {@link String#format}. */
    public void paragraph(String format, Object... values) {
        String text = fill(format, values);
        print("");
        wrap(Html.withoutLinks(text), "").forEach(this::print);
        body.append("<p>").append(Html.prose(text)).append("</p>\n");
    }

    /** Adds a highlighted sentence to remember, formatted as by {@link String#format}. */
    public void keyPoint(String format, Object... values) {
        String text = fill(format, values);
        print("");
        wrap(text, "  ", COLUMNS - 1).forEach(line -> print(">>" + line.substring(1)));
        body.append("<p class=\"key-point\">").append(Html.prose(text)).append("</p>\n");
    }

    /** Adds a list. */
    public void list(List<String> items) {
        print("");
        body.append("<ul>\n");
        for (String item : items) {
            List<String> lines = wrap(Html.withoutLinks(item), "  ");
            print("- " + lines.get(0).substring(2));
            lines.subList(1, lines.size()).forEach(this::print);
            body.append("<li>").append(Html.prose(item)).append("</li>\n");
        }
        body.append("</ul>\n");
    }

    /** Adds an exercise: in a terminal its title and its command, on the page a form in which it is done as well. */
    public void exercise(String name, int number, String title) {
        String command = "`./autodiff exercise " + number + "`";
        print("");
        print("- " + title + ": " + command);
        body.append("<h3><a href=\"exercises.html#e")
                .append(number)
                .append("\">")
                .append(Html.text(title))
                .append("</a></h3>\n")
                .append(PageWriter.form(name))
                .append("<p class=\"command\">In Java: ")
                .append(Html.prose(command))
                .append("</p>\n");
    }

    /** Adds preformatted text: code, a message, a derivation. */
    public void show(Object text) {
        String lines = text.toString().stripTrailing();
        print("");
        lines.lines().flatMap(line -> hang(line).stream()).forEach(line -> print(("    " + line).stripTrailing()));
        body.append("<pre tabindex=\"0\">").append(Html.text(lines)).append("</pre>\n");
    }

    /** Adds a table. */
    public void show(Table table) {
        print("");
        table.within(COLUMNS - 4).lines().forEach(line -> print("    " + line));
        body.append(Html.table(table.rows()));
    }

    // ---- figures ----

    /** Adds charts side by side, or one below the other on a narrow screen. */
    public void figure(String caption, Chart... charts) {
        figures++;
        body.append("<figure>")
                .append(row(List.of(charts)))
                .append(caption(caption))
                .append(transcript(List.of(charts)))
                .append("</figure>\n");
        announce(caption);
    }

    /** Adds an animation, which a reader can play or move through with a slider. */
    public void animation(String caption, List<Frame> frames) {
        figures++;
        body.append("<figure class=\"animation\">");
        for (int i = 0; i < frames.size(); i++) {
            Frame frame = frames.get(i);
            boolean last = i == frames.size() - 1;
            body.append("<div class=\"frame").append(last ? " on" : "").append("\"><p class=\"label\">");
            body.append(Html.text(frame.label()))
                    .append("</p>")
                    .append(row(frame.charts()))
                    .append("</div>\n");
        }
        body.append("<div class=\"controls\"><button type=\"button\" class=\"play\">Play</button>")
                .append("<input type=\"range\" min=\"0\" max=\"")
                .append(frames.size() - 1)
                .append("\" value=\"")
                .append(frames.size() - 1)
                .append("\" aria-label=\"")
                .append(Html.text(caption))
                .append("\"></div>")
                .append(caption(caption))
                .append("</figure>\n");
        announce(caption);
    }

    /**
     * Adds the graph of a trace with its numbers, and a link to a page that steps through it.
     *
     * @param name the name of that page, such as {@code neuron}
     * @param caption the text below the graph
     * @param trace the trace
     */
    public void trace(String name, String caption, Trace trace) {
        figures++;
        traces.put(name, trace);
        String svg = trace.toSvg();
        int natural = naturalWidth(svg);
        body.append("<figure class=\"graph\"><div class=\"wide")
                .append(natural > TEXT_WIDTH ? " large" : "")
                .append("\" style=\"--natural: ")
                .append(natural)
                .append("px\"><img alt=\"")
                .append(Html.text(caption))
                .append("\" src=\"{page}-")
                .append(Html.text(name))
                .append(".svg\"></div>")
                .append("<p class=\"step\"><a href=\"{page}-")
                .append(Html.text(name))
                .append(".html\">Step through it</a></p>")
                .append(caption(caption))
                .append("</figure>\n");
        announce(caption);
    }

    /** Returns the width at which the drawing's letters have the size of the text, in pixels. */
    private static int naturalWidth(String svg) {
        Matcher width = Pattern.compile("<svg[^>]* width=\"(\\d+)").matcher(svg);
        return width.find() ? Integer.parseInt(width.group(1)) : 800;
    }

    private static String row(List<Chart> charts) {
        StringBuilder row = new StringBuilder("<div class=\"row\">");
        charts.forEach(chart -> row.append(chart.toSvg(charts.size())));
        return row.append("</div>").toString();
    }

    private static String transcript(List<Chart> charts) {
        StringBuilder text = new StringBuilder("<details class=\"transcript\"><summary>In words</summary>");
        charts.forEach(chart ->
                text.append("<p>").append(Html.text(chart.transcript())).append("</p>"));
        return text.append("</details>").toString();
    }

    private String caption(String caption) {
        return "<figcaption>Figure " + figures + ". " + Html.prose(caption) + "</figcaption>";
    }

    private void announce(String caption) {
        print("");
        wrap("[figure " + figures + " on the page: " + caption.replace("`", "") + "]", "")
                .forEach(this::print);
    }

    // ---- content ----

    /** Returns the headings of the sections. */
    public List<String> sections() {
        return List.copyOf(sections);
    }

    /** Returns the traces that have pages of their own, by name. */
    public Map<String, Trace> traces() {
        return Map.copyOf(traces);
    }

    /** Returns the content of the page, in which {@code {page}} stands for its name. */
    String body() {
        return body.toString();
    }

    private void print(String line) {
        terminal.println(line);
        terminal.flush();
    }

    private static String fill(String format, Object... values) {
        return values.length == 0 ? format : String.format(Locale.ROOT, format, values);
    }

    /** Wraps a line that is too long for the terminal; continuation lines are indented. */
    private static List<String> hang(String line) {
        if (line.length() <= COLUMNS - 4) {
            return List.of(line);
        }
        String indent = " ".repeat(line.length() - line.stripLeading().length());
        List<String> lines = wrap(line.strip(), indent + "  ", COLUMNS - 4);
        lines.set(0, lines.get(0).substring(2));
        return lines;
    }

    private static List<String> wrap(String text, String indent) {
        return wrap(text, indent, COLUMNS);
    }

    private static List<String> wrap(String text, String indent, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() > indent.length() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line = new StringBuilder(indent);
            }
            line.append(line.length() > indent.length() ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
