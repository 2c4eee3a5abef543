package dev.autodiff.trace;

import dev.autodiff.trace.Narration.Line;
import dev.autodiff.trace.Narration.Paragraph;
import dev.autodiff.trace.Trace.Phase;
import dev.autodiff.trace.Trace.Step;
import java.util.List;
import java.util.function.Function;

/** A trace as text in aligned columns. */
final class TextWriter {
    /** Texts that are longer do not push the columns of all others to the right. */
    private static final int WIDEST = 36;

    private final Trace trace;
    private final TerminalStyle style;
    private final List<Paragraph> paragraphs;
    private final int[] widths;

    TextWriter(Trace trace, TerminalStyle style) {
        this.trace = trace;
        this.style = style;
        Narration narration = new Narration(trace);
        this.paragraphs = trace.steps().stream().map(narration::tell).toList();
        List<Line> lines = paragraphs.stream()
                .flatMap(paragraph -> paragraph.lines().stream())
                .toList();
        this.widths = new int[] {width(lines, Line::what), width(lines, Line::formula), width(lines, Line::numbers)};
    }

    static String of(Trace trace, TerminalStyle style) {
        TextWriter writer = new TextWriter(trace, style);
        StringBuilder text = new StringBuilder(writer.title()).append("\n");
        String section = "";
        for (int k = 0; k < trace.steps().size(); k++) {
            Step step = trace.steps().get(k);
            String next = writer.section(step);
            if (!next.equals(section)) {
                text.append('\n').append(style.heading(next)).append('\n');
                section = next;
            }
            writer.append(text, k);
        }
        writer.appendUntouched(text);
        return text.toString();
    }

    private static int width(List<Line> lines, Function<Line, String> column) {
        return lines.stream()
                .mapToInt(line -> length(column.apply(line)))
                .filter(length -> length <= WIDEST)
                .max()
                .orElse(0);
    }

    /** How many columns a text takes: a mark above a letter takes none. */
    private static int length(String text) {
        return (int) text.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .count();
    }

    Paragraph paragraph(int k) {
        return paragraphs.get(k);
    }

    String title() {
        int passes = trace.passes().size();
        return style.heading("Trace of " + trace.result().label())
                + style.faint(" (" + trace.nodes().size() + (trace.nodes().size() == 1 ? " node" : " nodes")
                        + (passes > 1 ? ", " + passes + " passes)" : ")"));
    }

    String section(Step step) {
        String name =
                switch (step.phase()) {
                    case GIVEN, FORWARD -> "Forward";
                    case SEED, BACKWARD -> "Backward";
                    case UPDATE -> "Update";
                };
        return trace.passes().size() > 1 ? name + ", pass " + step.pass() : name;
    }

    private void append(StringBuilder text, int k) {
        Step step = trace.steps().get(k);
        Paragraph paragraph = paragraphs.get(k);
        boolean titled = step.phase() == Phase.BACKWARD || step.phase() == Phase.UPDATE;
        if (titled) {
            text.append("  ").append(paragraph.title()).append('\n');
        }
        for (Line line : paragraph.lines()) {
            text.append(titled ? "    " : "  ");
            append(text, line, step.phase());
        }
    }

    void append(StringBuilder text, Line line, Phase phase) {
        StringBuilder row = new StringBuilder();
        row.append(padded(line.what(), widths[0]));
        row.append("  ").append(style.faint(padded(line.formula(), widths[1])));
        String numbers = line.numbers().equals(line.result()) ? "" : line.numbers();
        row.append(numbers.isEmpty() ? "    " : "  = ").append(padded(numbers, widths[2]));
        row.append(line.result().isEmpty() ? "" : "  = " + style.result(phase, line.result()));
        text.append(row.toString().stripTrailing());
        if (!line.note().isEmpty()) {
            text.append(
                    line.note().startsWith("first")
                            ? "\n" + " ".repeat(widths[0] + 8) + style.faint(line.note())
                            : "  " + style.faint("(" + line.note() + ")"));
        }
        text.append('\n');
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    /** The nodes that have no gradient, and why. */
    private void appendUntouched(StringBuilder text) {
        List<Trace.Backward> without = trace.last().backward().stream()
                .filter(backward -> backward.gradient().isEmpty())
                .toList();
        if (!without.isEmpty()) {
            text.append('\n').append(style.heading("No gradient")).append('\n');
            without.forEach(backward -> text.append("  ")
                    .append(padded(backward.node().label(), widths[0]))
                    .append("  ")
                    .append(style.faint(backward.reason()))
                    .append('\n'));
        }
    }
}
