package dev.autodiff.examples.context;

import dev.autodiff.nn.metric.ConfusionMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A table of text, whose first column is aligned to the left and all others to the right. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();

    /** Creates a table with the given headings. */
    public Table(String... headings) {
        rows.add(headings);
    }

    /**
     * Returns the counts of a confusion matrix, with recall: a row for each class, a column for each predicted one.
     *
     * @param names the names of the classes
     */
    public static Table of(ConfusionMatrix matrix, List<String> names) {
        Table table = new Table(Stream.of(Stream.of("actual \\ predicted"), names.stream(), Stream.of("recall %"))
                .flatMap(cells -> cells)
                .toArray(String[]::new));
        for (int actual = 0; actual < names.size(); actual++) {
            int row = actual;
            table.row(Stream.of(
                            Stream.of(names.get(row)),
                            IntStream.range(0, names.size()).mapToObj(place -> "" + matrix.count(row, place)),
                            Stream.of(Numbers.percent(matrix.recall(row), 1)))
                    .flatMap(cells -> cells)
                    .toArray(String[]::new));
        }
        return table;
    }

    /** Adds a row, one cell per column. */
    public Table row(String... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(
                    "A row of this table has " + rows.get(0).length + " cells, not " + cells.length);
        }
        rows.add(cells);
        return this;
    }

    /** Returns the rows, the headings first. */
    public List<String[]> rows() {
        return List.copyOf(rows);
    }

    /** Returns the lines, with a rule below the headings. */
    @Override
    public String toString() {
        return text(rows.subList(0, 1), rows.subList(1, rows.size()));
    }

    /** Returns the lines as {@link #toString()} does; if they are wider than {@code columns}, headings are wrapped. */
    public String within(int columns) {
        String wide = toString();
        if (wide.lines().mapToInt(String::length).max().orElse(0) <= columns) {
            return wide;
        }
        List<String[]> cells = rows.subList(1, rows.size());
        String[] headings = rows.get(0);
        List<List<String>> broken = new ArrayList<>();
        for (int i = 0; i < headings.length; i++) {
            int column = i;
            int width =
                    cells.stream().mapToInt(row -> row[column].length()).max().orElse(0);
            broken.add(broken(headings[i], width));
        }
        int lines = broken.stream().mapToInt(List::size).max().orElse(1);
        List<String[]> head = new ArrayList<>();
        for (int k = 0; k < lines; k++) {
            String[] row = new String[headings.length];
            for (int i = 0; i < row.length; i++) {
                int line = k - lines + broken.get(i).size();
                row[i] = line < 0 ? "" : broken.get(i).get(line);
            }
            head.add(row);
        }
        return text(head, cells);
    }

    /** Wraps a heading to lines of the given width, or of its longest word. */
    private static List<String> broken(String heading, int width) {
        List<String> words = List.of(heading.split(" ", -1));
        int most = Math.max(width, words.stream().mapToInt(String::length).max().orElse(0));
        List<String> lines = new ArrayList<>();
        String line = words.get(0);
        for (String word : words.subList(1, words.size())) {
            if (line.length() + 1 + word.length() > most) {
                lines.add(line);
                line = word;
            } else {
                line += " " + word;
            }
        }
        lines.add(line);
        return lines;
    }

    private static String text(List<String[]> head, List<String[]> cells) {
        int[] widths = new int[head.get(0).length];
        Stream.concat(head.stream(), cells.stream()).forEach(row -> {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        });
        StringBuilder text = new StringBuilder();
        head.forEach(row -> text.append(line(row, widths)).append('\n'));
        text.append("-".repeat(Arrays.stream(widths).sum() + 3 * (widths.length - 1)))
                .append('\n');
        cells.forEach(row -> text.append(line(row, widths)).append('\n'));
        return text.toString().stripTrailing();
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            String space = " ".repeat(widths[i] - row[i].length());
            line.append(i == 0 ? row[i] + space : "   " + space + row[i]);
        }
        return line.toString().stripTrailing();
    }
}
