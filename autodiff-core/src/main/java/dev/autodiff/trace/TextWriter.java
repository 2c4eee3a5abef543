package dev.autodiff.trace;

import dev.autodiff.text.PlainText;
import dev.autodiff.trace.StepText.Line;
import dev.autodiff.trace.StepText.Paragraph;
import dev.autodiff.trace.Trace.Frame;
import dev.autodiff.trace.Trace.Phase;
import java.util.List;
import java.util.function.Function;

/** A writer of traces as text in aligned columns, which are narrow enough for a terminal of 80. */
final class TextWriter {
    /** The limit of columns above which a line is broken before each sign of equality. */
    private static final int LINE = 80;

    /** The limit of columns above which a text does not push those beside it to the right on all lines. */
    private static final int WIDEST = 26;

    private final Trace trace;
    private final TerminalStyle style;
    private final List<Paragraph> paragraphs;

    /** The widths of the first three columns of lines that are aligned with each other. */
    private record Columns(int left, int formula, int numbers) {
        static Columns of(List<Paragraph> paragraphs) {
            List<Line> lines = paragraphs.stream()
                    .flatMap(paragraph -> paragraph.lines().stream())
                    .toList();
            List<Line> computed = lines.stream().filter(line -> !isPlain(line)).toList();
            return new Columns(
                    width(lines, Line::left), width(computed, Line::formula), width(computed, TextWriter::numbers));
        }
    }

    TextWriter(Trace trace, TerminalStyle style) {
        this.trace = trace;
        this.style = style;
        StepText stepText = new StepText(trace);
        this.paragraphs =
                trace.frames().stream().map(frame -> plain(stepText.of(frame))).toList();
    }

    /** Returns a paragraph without what a terminal would obey: names in it are the user's. */
    private static Paragraph plain(Paragraph paragraph) {
        List<Line> lines = paragraph.lines().stream()
                .map(line -> new Line(
                        PlainText.of(line.left()),
                        PlainText.of(line.formula()),
                        PlainText.of(line.numbers()),
                        PlainText.of(line.result()),
                        PlainText.of(line.note())))
                .toList();
        return new Paragraph(PlainText.of(paragraph.title()), lines);
    }

    /** Returns all frames as text. */
    static String of(Trace trace, TerminalStyle style) {
        TextWriter writer = new TextWriter(trace, style);
        StringBuilder text = new StringBuilder(writer.title()).append("\n");
        List<Frame> frames = trace.frames();
        for (int from = 0, to; from < frames.size(); from = to) {
            String section = writer.section(frames.get(from));
            to = from + 1;
            while (to < frames.size() && writer.section(frames.get(to)).equals(section)) {
                to++;
            }
            text.append('\n').append(style.heading(section)).append('\n');
            writer.append(text, from, to);
        }
        writer.appendWithoutGradient(text);
        return text.toString();
    }

    private static int width(List<Line> lines, Function<Line, String> column) {
        return lines.stream()
                .mapToInt(line -> length(column.apply(line)))
                .filter(length -> length <= WIDEST)
                .max()
                .orElse(0);
    }

    /** Returns the number of columns that a text takes: a mark above a letter takes none. */
    private static int length(String text) {
        return (int) text.codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .count();
    }

    /** Returns the formula with numbers, or nothing if that is the same as the result. */
    private static String numbers(Line line) {
        return line.numbers().equals(line.result()) ? "" : line.numbers();
    }

    /** Tells whether a line shows a value that is given and not computed. */
    private static boolean isPlain(Line line) {
        return line.formula().isEmpty() && numbers(line).isEmpty();
    }

    /** Returns the heading of the whole text. */
    String title() {
        int passes = trace.passes().size();
        return style.heading("Trace of " + PlainText.of(trace.result().label()))
                + style.faint(" (" + trace.nodes().size() + (trace.nodes().size() == 1 ? " node" : " nodes")
                        + (passes > 1 ? ", " + passes + " passes)" : ")"));
    }

    /** Returns the heading of the section that a frame is in. */
    String section(Frame frame) {
        String name =
                switch (frame.phase()) {
                    case GIVEN, FORWARD -> "Forward";
                    case SEED, BACKWARD -> "Backward";
                    case UPDATE -> "Update";
                };
        return trace.passes().size() > 1 ? name + ", pass " + frame.pass() : name;
    }

    /** Appends the frames of a section, aligned with each other. */
    private void append(StringBuilder text, int from, int to) {
        Columns columns = Columns.of(paragraphs.subList(from, to));
        for (int k = from; k < to; k++) {
            Phase phase = trace.frames().get(k).phase();
            boolean titled = phase == Phase.BACKWARD || phase == Phase.UPDATE;
            if (titled) {
                text.append("  ").append(folded(paragraphs.get(k).title(), 2)).append('\n');
            }
            for (Line line : paragraphs.get(k).lines()) {
                append(text, line, phase, columns, titled ? 4 : 2);
            }
        }
    }

    /**
     * Appends one frame: its title and its lines.
     *
     * @param k the number of the frame, from 0
     * @param before the text before the title
     */
    void appendFrame(StringBuilder text, int k, String before) {
        Paragraph paragraph = paragraphs.get(k);
        text.append(style.faint(before))
                .append(style.heading(paragraph.title()))
                .append('\n');
        Columns columns = Columns.of(List.of(paragraph));
        paragraph
                .lines()
                .forEach(line -> append(text, line, trace.frames().get(k).phase(), columns, 4));
    }

    private void append(StringBuilder text, Line line, Phase phase, Columns columns, int indent) {
        String margin = "\n" + " ".repeat(indent + columns.left + 2);
        text.append(" ".repeat(indent)).append(padded(line.left(), columns.left));
        String numbers = numbers(line);
        boolean plain = isPlain(line);
        int width = Math.max(columns.numbers, length(numbers));
        int length = indent + Math.max(length(line.left()), columns.left) + 6 + length(line.result());
        if (!plain) {
            length += Math.max(length(line.formula()), columns.formula) + (width == 0 ? 0 : 4 + width);
        }
        boolean broken = length > LINE && !plain;
        int column = indent + columns.left + 2;
        if (broken) {
            int place = indent + Math.max(length(line.left()), columns.left) + 2;
            text.append("  ").append(style.faint(folded(line.formula(), place)));
            text.append(numbers.isEmpty() ? "" : margin + "= " + folded(numbers, column + 2));
        } else if (!plain) {
            text.append("  ").append(style.faint(padded(line.formula(), columns.formula)));
            text.append(width == 0 ? "" : (numbers.isEmpty() ? "    " : "  = ") + padded(numbers, width));
        }
        if (!line.result().isEmpty()) {
            text.append(broken ? margin + "= " : "  = ");
            text.append(style.result(phase, folded(line.result(), broken ? column + 2 : width(text))));
        }
        appendNote(text, line.note(), column);
        text.append('\n');
    }

    private void appendNote(StringBuilder text, String note, int column) {
        String margin = "\n" + " ".repeat(column);
        if (note.startsWith("first")) {
            text.append(margin).append(style.faint(folded(note, column)));
        } else if (!note.isEmpty()) {
            boolean fits = width(text) + length(note) + 4 <= LINE;
            text.append(fits ? "  " : margin);
            text.append(style.faint(folded("(" + note + ")", fits ? width(text) : column)));
        }
    }

    /** Returns the number of columns that the last line takes. */
    private static int width(StringBuilder text) {
        String last = text.substring(text.lastIndexOf("\n") + 1);
        return length(last.replaceAll("\u001b\\[[0-9;]*m", ""));
    }

    /**
     * Breaks a text at spaces where a terminal ends; further lines are indented a little more.
     *
     * @param column the column at which the text begins
     */
    private static String folded(String text, int column) {
        if (column + length(text) <= LINE) {
            return text;
        }
        StringBuilder folded = new StringBuilder();
        int at = column;
        for (String word : text.split(" ", -1)) {
            int width = length(word);
            if (!folded.isEmpty() && at + 1 + width > LINE) {
                folded.append('\n').append(" ".repeat(column + 2));
                at = column + 2;
            } else if (!folded.isEmpty()) {
                folded.append(' ');
                at++;
            }
            folded.append(word);
            at += width;
        }
        return folded.toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    /** Appends the nodes that have no gradient, with the reason. */
    private void appendWithoutGradient(StringBuilder text) {
        List<Trace.Backward> without = trace.last().backward().stream()
                .filter(backward -> backward.gradient().isEmpty())
                .toList();
        if (!without.isEmpty()) {
            int width = without.stream()
                    .mapToInt(backward -> length(PlainText.of(backward.node().label())))
                    .filter(length -> length <= WIDEST)
                    .max()
                    .orElse(0);
            text.append('\n').append(style.heading("No gradient")).append('\n');
            for (Trace.Backward backward : without) {
                text.append("  ")
                        .append(padded(PlainText.of(backward.node().label()), width))
                        .append("  ");
                String reason = PlainText.of(backward.reason());
                text.append(style.faint(folded(reason, width(text)))).append('\n');
            }
        }
    }
}
