package dev.autodiff.examples.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table of text: the first column to the left, all others to the right. */
public final class Table {
    private final List<String[]> rows = new ArrayList<>();

    /** A table with the given headings. */
    public Table(String... headings) {
        rows.add(headings);
    }

    /** Adds a row, one cell a column. */
    public Table row(String... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(
                    "A row of this table has " + rows.get(0).length + " cells, not " + cells.length);
        }
        rows.add(cells);
        return this;
    }

    /** The rows, the headings first. */
    public List<String[]> rows() {
        return List.copyOf(rows);
    }

    /** The lines, with a rule below the headings. */
    @Override
    public String toString() {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String space = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? row[i] + space : "   " + space + row[i]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
            if (row == rows.get(0)) {
                text.append("-".repeat(Arrays.stream(widths).sum() + 3 * (widths.length - 1)))
                        .append('\n');
            }
        }
        return text.toString().stripTrailing();
    }
}
