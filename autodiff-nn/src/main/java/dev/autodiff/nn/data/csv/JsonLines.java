package dev.autodiff.nn.data.csv;

import dev.autodiff.json.JsonReader;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.file.DataFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Files with a JSON object on each line, which are tables like those of CSV files: members of one name are a column.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("flowers", ".jsonl");
 * Files.writeString(file, "{\"petal\": 1.4, \"species\": \"setosa\"}\n{\"petal\": 4.7, \"species\": \"virginica\"}\n");
 * CsvTable table = JsonLines.read(file);
 * table.classDataset("species").labels(); // [0 1]
 * }</pre>
 *
 * <p>Numbers are numbers, {@code true} and {@code false} are 1 and 0, texts are read as cells of a CSV file are, and
 * {@code null} is a missing value, as a member is that an object lacks.
 */
public final class JsonLines {
    /** The most members in all objects. */
    private static final int MOST_COLUMNS = 1 << 20;

    private final DataFile file;
    private final CsvOptions options;
    private final Map<String, CsvColumn> columns = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();
    private long[] lines = new long[16];
    private int rows;

    private JsonLines(DataFile file, CsvOptions options) {
        this.file = file;
        this.options = options;
    }

    /**
     * Reads a file as FLOAT32.
     *
     * @throws DataException as {@link #read(Path, CsvOptions)}
     */
    public static CsvTable read(Path path) {
        return read(path, CsvOptions.standard());
    }

    /**
     * Reads a file in UTF-8, packed with gzip or not. Empty lines are skipped.
     *
     * @param options the type of the numbers, missing values, and columns of dates
     * @throws DataException if the file is missing, empty, not UTF-8, or a line is no JSON object of numbers and texts
     */
    public static CsvTable read(Path path, CsvOptions options) {
        return new JsonLines(new DataFile(path), options).load();
    }

    private CsvTable load() {
        long line = 0;
        try (DataFile.Opened opened = file.open();
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(opened.in(), StandardCharsets.UTF_8.newDecoder()))) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                line++;
                if (!text.isBlank()) {
                    accept(text, line);
                }
            }
        } catch (CharacterCodingException e) {
            throw file.errorAt("behind line " + line, "is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw file.readError(e);
        } catch (OutOfMemoryError e) {
            columns.clear(); // memory for the message
            throw file.error(
                    "does not fit into memory: after " + line + " lines the "
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MB that Java may use are full",
                    e);
        }
        if (rows == 0) {
            throw file.error("is empty");
        }
        return new CsvTable(
                file, List.copyOf(names), List.copyOf(columns.values()), options.dtype(), Arrays.copyOf(lines, rows));
    }

    private void accept(String text, long line) {
        Object value;
        try {
            value = JsonReader.parse(text);
        } catch (IllegalArgumentException e) {
            throw file.errorAt("line " + line, "is not JSON: " + e.getMessage());
        }
        if (!(value instanceof Map<?, ?> members)) {
            throw file.errorAt("line " + line, "is no object, {...}: each line is one");
        }
        if (rows == lines.length) {
            lines = Arrays.copyOf(lines, rows + rows / 2);
        }
        lines[rows] = line;
        members.keySet().forEach(name -> column(String.valueOf(name)));
        int place = 0;
        for (Map.Entry<String, CsvColumn> column : columns.entrySet()) {
            add(column.getValue(), rows, line, place++, column.getKey(), members.get(column.getKey()));
        }
        rows++;
    }

    /** Returns the column of a name; in a new one, all rows before are without a value. */
    private void column(String name) {
        if (columns.containsKey(name)) {
            return;
        }
        if (columns.size() == MOST_COLUMNS) {
            throw file.error("has more than " + MOST_COLUMNS + " different names of members");
        }
        CsvColumn column = CsvColumn.of(options, name);
        columns.put(name, column);
        names.add(name);
        for (int row = 0; row < rows; row++) {
            add(column, row, lines[row], names.size() - 1, name, null);
        }
    }

    private void add(CsvColumn column, int row, long line, int place, String name, @Nullable Object value) {
        String cell = value == null ? "" : value instanceof Boolean truth ? (truth ? "1" : "0") : value.toString();
        if (value instanceof Number) {
            cell = cell.replace('.', options.decimal()); // JSON has points always
        }
        if (value instanceof Map || value instanceof List) {
            throw file.errorAt(
                    CsvLoader.cell(line, place, name), "is an object or an array; members are numbers and texts");
        }
        String wrong = column.add(cell);
        if (wrong != null) {
            column.problem(file.at(CsvLoader.cell(lines[row], place, name), wrong));
        }
    }
}
