package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The contents of a CSV file: named columns of numbers.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("houses", ".csv");
 * Files.writeString(file, "area,rooms,price\n70,3,210\n95,4,300\n");
 * CsvTable table = CsvTable.read(file);
 * Dataset data = new Dataset(table.columns("area", "rooms"), table.columns("price"));
 * data.features(); // [[70. 3.] [95. 4.]]
 * }</pre>
 *
 * <p>A column with text in it does no harm until its numbers are asked for; then the error names the first such cell.
 */
public final class CsvTable {
    private final DataFile file;
    private final List<String> names;
    private final List<CsvColumn> columns;
    private final DType dtype;
    private final int rows;

    /** The line of the file on which each row starts, counted from 1. */
    private final long[] lines;

    CsvTable(DataFile file, List<String> names, List<CsvColumn> columns, DType dtype, long[] lines) {
        this.file = file;
        this.names = names;
        this.columns = columns;
        this.dtype = dtype;
        this.rows = lines.length;
        this.lines = lines;
    }

    /** As {@link #read(Path, CsvOptions)} with {@link CsvOptions#standard}. */
    public static CsvTable read(Path path) {
        return read(path, CsvOptions.standard());
    }

    /**
     * Reads a CSV file (RFC 4180, UTF-8 with or without byte order mark, packed with gzip or not). Empty lines are skipped.
     *
     * @throws DataException if the file is missing, a directory, empty, damaged, not UTF-8, has no header line or rows with a
     *     different number of fields
     */
    public static CsvTable read(Path path, CsvOptions options) {
        return new CsvLoader(new DataFile(path), options).load();
    }

    /** Names of the columns, from the header line. */
    public List<String> names() {
        return names;
    }

    /** Number of rows, without the header. */
    public int rows() {
        return rows;
    }

    /**
     * One column as a vector.
     *
     * @return {@code [rows]}; {@link #columns} with one name gives {@code [rows, 1]}
     * @throws DataException if there is no such column or a cell of it is not a number
     */
    public NDArray column(String name) {
        return columns(name).reshape(rows);
    }

    /**
     * Some columns side by side, in the given order.
     *
     * @return {@code [rows, number of names]}
     * @throws DataException if there is no such column or a cell of one is not a number
     */
    public NDArray columns(String... wanted) {
        int[] places = Arrays.stream(wanted).mapToInt(this::place).toArray();
        NDArray result = NDArray.zeros(dtype, rows, places.length);
        for (int i = 0; i < places.length; i++) {
            CsvColumn column = columns.get(places[i]);
            String problem = column.problem();
            if (problem != null) {
                throw new DataException(problem);
            }
            column.copyTo(result.storage(), i, places.length);
        }
        return result;
    }

    /**
     * All columns.
     *
     * @return {@code [rows, columns]}
     * @throws DataException if a cell is not a number
     */
    public NDArray all() {
        return columns(names.toArray(String[]::new));
    }

    /**
     * All columns but the given ones, as in {@code new Dataset(table.allExcept("target"), table.classes("target"))}.
     *
     * @throws DataException if there is no such column or a cell of one is not a number
     */
    public NDArray allExcept(String... unwanted) {
        Set<String> rest = new LinkedHashSet<>(names);
        for (String name : unwanted) {
            place(name);
            rest.remove(name);
        }
        return columns(rest.toArray(String[]::new));
    }

    /**
     * A column of class numbers.
     *
     * @return INT32 {@code [rows]}
     * @throws DataException if there is no such column or a cell of it is not a whole number
     */
    public NDArray classes(String name) {
        NDArray numbers = column(name);
        for (int row = 0; row < rows; row++) {
            double value = numbers.at(row);
            if (value != (int) value) {
                throw file.errorAt(cell(row, name), "classes are whole numbers, but this is " + value);
            }
        }
        return numbers.cast(DType.INT32);
    }

    /**
     * A column of class numbers from 0 to {@code count - 1}.
     *
     * @return INT32 {@code [rows]}
     * @throws DataException if there is no such column or a cell of it is not one of the classes
     */
    public NDArray classes(String name, int count) {
        NDArray numbers = classes(name);
        for (int row = 0; row < rows; row++) {
            int value = (int) numbers.at(row);
            if (value < 0 || value >= count) {
                throw file.errorAt(
                        cell(row, name), "class " + value + " is not one of the " + count + ", 0 to " + (count - 1));
            }
        }
        return numbers;
    }

    private String cell(int row, String name) {
        return CsvLoader.cell(lines[row], place(name), name);
    }

    private int place(String name) {
        int place = names.indexOf(name);
        if (place < 0) {
            throw file.error("there is no column \"" + name + "\"" + Nearest.hint(name, names) + " The columns are "
                    + String.join(", ", names));
        }
        return place;
    }

    /** As {@code CsvTable[1000 rows of x1, x2, y]}. */
    @Override
    public String toString() {
        return "CsvTable[" + rows + " rows of " + String.join(", ", names) + "]";
    }
}
