package dev.autodiff.nn.data.csv;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.file.DataFile;
import dev.autodiff.nn.data.file.Nearest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
 * <p>A table may have columns of text: {@link #classDataset} numbers those that are labels, {@link #oneHot(String...)}
 * makes features of others. Only asking for the numbers of such a column is an error, which names the first cell that
 * is not a number.
 *
 * <pre>{@code
 * Path file = Files.createTempFile("flowers", ".csv");
 * Files.writeString(file, "petal,color,species\n1.4,white,setosa\n4.7,blue,versicolor\n");
 * Dataset flowers = CsvTable.read(file).oneHot("color").classDataset("species");
 * flowers.features(); // [[1.4 0. 1. ] [4.7 1. 0. ]]
 * flowers.labels(); // [0 1]
 * }</pre>
 */
public final class CsvTable {
    private final DataFile file;
    private static final int MOST_LISTED = 40;

    private final List<String> names;
    private final Map<String, Integer> places = new HashMap<>();
    private final List<CsvColumn> columns;
    private final DType dtype;
    private final int rows;

    /** The line of the file on which each row starts, counted from 1. */
    private final long[] lines;

    /** The column of the file that each column is made of, from 0. */
    private final int[] sources;

    CsvTable(DataFile file, List<String> names, List<CsvColumn> columns, DType dtype, long[] lines) {
        this(
                file,
                names,
                columns,
                dtype,
                lines,
                IntStream.range(0, names.size()).toArray());
    }

    private CsvTable(
            DataFile file, List<String> names, List<CsvColumn> columns, DType dtype, long[] lines, int... sources) {
        this.file = file;
        this.names = names;
        this.columns = columns;
        this.dtype = dtype;
        this.rows = lines.length;
        this.lines = lines;
        this.sources = sources;
        for (int i = 0; i < names.size(); i++) {
            places.put(names.get(i), i);
        }
    }

    /**
     * Reads a CSV file with {@linkplain CsvOptions#standard commas and a header line}, as {@link
     * #read(Path, CsvOptions)}.
     *
     * @param path the file
     * @throws DataException as {@link #read(Path, CsvOptions)}
     */
    public static CsvTable read(Path path) {
        return read(path, CsvOptions.standard());
    }

    /**
     * Reads a CSV file (RFC 4180, UTF-8 with or without byte order mark, packed with gzip or not). Empty lines
     * are skipped.
     *
     * @param path the file
     * @param options the separator, the type of the numbers, and the names of the columns if there is no header line
     * @throws DataException if the file is missing, a directory, empty, damaged, not UTF-8, has no header line or rows
     *     with a different number of fields
     */
    public static CsvTable read(Path path, CsvOptions options) {
        return loader(path, options).load();
    }

    private static CsvLoader loader(Path path, CsvOptions options) {
        try {
            return new CsvLoader(new DataFile(path), options);
        } catch (NoClassDefFoundError e) {
            throw new DataException(
                    "CSV files are read with the library FastCSV, de.siegmar:fastcsv, which is not there: put its jar"
                            + " on the class path, or have Maven or Gradle do it, which know that autodiff-nn needs it",
                    e);
        }
    }

    /**
     * Reads a CSV file that is larger than memory, as tables of some rows at a time, which are read when they are
     * taken. Labels are numbered alike in all parts if {@link #classes(String, List)} is given their names.
     *
     * <pre>{@code
     * Path file = Files.createTempFile("long", ".csv");
     * Files.writeString(file, "x,y\n1,2\n3,4\n5,6\n");
     * double sum = 0;
     * try (var parts = CsvTable.parts(file, CsvOptions.standard(), 2)) {
     *     for (CsvTable part : (Iterable<CsvTable>) parts::iterator) {
     *         sum += part.column("y").sum();
     *     }
     * }
     * sum; // 12.0
     * }</pre>
     *
     * @param path the file
     * @param options as in {@link #read(Path, CsvOptions)}
     * @param rows the most rows of a table, at least 1; the last one has those that remain
     * @return the parts, to be closed
     * @throws DataException as {@link #read(Path, CsvOptions)}, here or when the damaged part is taken
     */
    public static Stream<CsvTable> parts(Path path, CsvOptions options, int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("A part has at least one row, not " + rows);
        }
        return loader(path, options).parts(rows);
    }

    /**
     * Returns examples for a regression.
     *
     * @param target the name of the column that is to be predicted; the labels are {@code [rows, 1]}
     * @param features the names of the columns that it is predicted from; all others if none are given
     * @throws DataException if there is no such column or a cell of one is not a number
     */
    public Dataset dataset(String target, String... features) {
        CsvColumn column = columns.get(place(target));
        if (column.problem() != null && column.labels() != null) {
            throw new DataException(column.problem() + "\nFor a column of classes there is classDataset(\"" + target
                    + "\"), which numbers them");
        }
        return new Dataset(features(target, features), columns(target));
    }

    /**
     * Returns examples for a classification, with classes as {@link #classes(String)} numbers them.
     *
     * @param label the name of the column of classes; the labels are INT32 {@code [rows]}
     * @param features the names of the columns that they are predicted from; all others if none are given
     * @throws DataException if there is no such column, a cell of a feature is not a number, or one of a label no class
     */
    public Dataset classDataset(String label, String... features) {
        return new Dataset(features(label, features), classes(label));
    }

    private NDArray features(String target, String... features) {
        return features.length == 0 ? allExcept(target) : columns(features);
    }

    /** Returns the names of the columns, from left to right. */
    public List<String> names() {
        return names;
    }

    /** Returns the number of rows, without the header. */
    public int rows() {
        return rows;
    }

    /**
     * Returns one column as a vector.
     *
     * @param name the name of the column
     * @return {@code [rows]}; {@link #columns} with one name gives {@code [rows, 1]}
     * @throws DataException if there is no such column or a cell of it is not a number
     */
    public NDArray column(String name) {
        return columns(name).reshape(rows);
    }

    /**
     * Returns several columns side by side, in the given order.
     *
     * @param wanted the names of the columns
     * @return {@code [rows, number of names]}
     * @throws DataException if there is no such column or a cell of one is not a number
     */
    public NDArray columns(String... wanted) {
        int[] places = Arrays.stream(wanted).mapToInt(this::place).toArray();
        NDArray result = NDArray.zeros(dtype, rows, places.length);
        for (int i = 0; i < places.length; i++) {
            readable(places[i]).copyTo(result.storage(), i, places.length);
        }
        return result;
    }

    private CsvColumn readable(int place) {
        CsvColumn column = columns.get(place);
        String problem = column.problem();
        if (problem != null) {
            throw new DataException(problem);
        }
        return column;
    }

    /**
     * Returns all columns.
     *
     * @return {@code [rows, columns]}
     * @throws DataException if a cell is not a number
     */
    public NDArray all() {
        return columns(names.toArray(String[]::new));
    }

    /**
     * Returns all columns except the given ones, as in {@code new Dataset(table.allExcept("y"), table.classes("y"))}.
     *
     * @param unwanted the names of the columns to leave out
     * @return {@code [rows, number of other columns]}
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
     * Returns a column of class numbers, exactly as they stand in the file, whatever the type of the table's numbers.
     * Labels that are text are numbered from 0 in alphabetical order, which {@link #classNames} gives; to number those
     * of a second file alike, use {@link #classes(String, List)}.
     *
     * <pre>{@code
     * Path file = Files.createTempFile("flowers", ".csv");
     * Files.writeString(file, "petal,species\n1.4,setosa\n4.7,versicolor\n1.3,setosa\n");
     * CsvTable table = CsvTable.read(file);
     * table.classes("species"); // [0 1 0]
     * table.classNames("species"); // [setosa, versicolor]
     * }</pre>
     *
     * @param name the name of the column
     * @return INT32 {@code [rows]}
     * @throws DataException if there is no such column, or its cells are neither whole numbers that INT32 has nor all
     *     labels
     */
    public NDArray classes(String name) {
        if (columns.get(place(name)).labels() != null) {
            return classes(name, classNames(name));
        }
        CsvColumn column = readable(place(name));
        int[] classes = new int[rows];
        for (int row = 0; row < rows; row++) {
            double value = column.at(row);
            if (value != Math.rint(value)) {
                throw file.errorAt(cell(row, name), "classes are whole numbers, but this is " + value);
            }
            if (value != (int) value) {
                throw file.errorAt(
                        cell(row, name), "class " + value + " is outside of the range of INT32, up to 2147483647");
            }
            classes[row] = (int) value;
        }
        return NDArray.wrap(classes, rows);
    }

    /**
     * Returns a column of labels as class numbers.
     *
     * @param name the name of the column
     * @param classNames the labels of classes 0, 1, 2 and so on
     * @return INT32 {@code [rows]}
     * @throws DataException if there is no such column, it is not one of text, or a cell is none of the labels
     */
    public NDArray classes(String name, List<String> classNames) {
        CsvLabels labels = labels(name);
        int row = labels.firstExcept(classNames);
        if (row >= 0) {
            throw file.errorAt(
                    cell(row, name),
                    "\"" + labels.at(row) + "\" is not one of the " + classNames.size() + " classes"
                            + Nearest.hint(labels.at(row), classNames) + " They are " + listed(classNames));
        }
        return labels.numbers(classNames);
    }

    /**
     * Returns the labels in a column of text, without repetitions, in alphabetical order.
     *
     * @param name the name of the column
     * @throws DataException if there is no such column, it is not one of text, or a cell is empty or stands for a
     *     missing value
     */
    public List<String> classNames(String name) {
        CsvLabels labels = labels(name);
        List<String> found = labels.sorted();
        List<String> present =
                found.stream().filter(label -> !CsvColumn.isMissing(label)).toList();
        if (present.size() < found.size()) {
            int row = labels.firstExcept(present);
            throw file.errorAt(
                    cell(row, name),
                    (labels.at(row).isEmpty()
                                    ? "the cell is empty, so that the row has no class"
                                    : "\"" + labels.at(row) + "\" stands for a missing value and is no class")
                            + "; with its text among the names, classes(\"" + name + "\", List.of(..., \""
                            + labels.at(row) + "\")), such cells are a class of their own");
        }
        return present;
    }

    private CsvLabels labels(String name) {
        CsvColumn column = columns.get(place(name));
        CsvLabels labels = column.labels();
        if (labels == null) {
            throw file.error("column \"" + name + "\" has no text labels: "
                    + (column.problem() == null
                            ? "its cells are numbers, which classes(\"" + name + "\") gives"
                            : "it begins with numbers, or has more than " + CsvLabels.MOST + " different texts"));
        }
        return labels;
    }

    /**
     * Returns a column of class numbers from 0 to {@code count - 1}.
     *
     * @param name the name of the column
     * @param count the number of classes
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

    /**
     * Returns this table with columns of text as numbers, for features, as pandas' {@code get_dummies}: in the place of
     * each stands a column for each of its labels, in alphabetical order, with a 1 in the rows that have the label and
     * a 0 in the others. For categories that are numbers there is {@link dev.autodiff.nn.data.OneHotEncoder}.
     *
     * <pre>{@code
     * Path file = Files.createTempFile("houses", ".csv");
     * Files.writeString(file, "area,city,price\n70,Rome,210\n95,Oslo,300\n80,Rome,250\n");
     * CsvTable table = CsvTable.read(file).oneHot("city");
     * table.names(); // [area, city_Oslo, city_Rome, price]
     * table.dataset("price").features(); // [[70. 0. 1.] [95. 1. 0.] [80. 0. 1.]]
     * }</pre>
     *
     * @param encoded the names of the columns
     * @throws DataException if there is no such column, it is not one of text, a cell is empty or stands for a missing
     *     value, or a new column has the name of another one
     */
    public CsvTable oneHot(String... encoded) {
        CsvTable result = this;
        for (String name : encoded) {
            result = result.oneHot(name, classNames(name));
        }
        return result;
    }

    /**
     * Returns this table with a column of text as numbers, as {@link #oneHot(String...)}, for a second file: with the
     * labels of the first, {@code test.oneHot("city", train.classNames("city"))}, both have the same columns.
     *
     * @param name the name of the column
     * @param classNames the labels, of each of which there will be a column
     * @throws DataException if there is no such column, it is not one of text, a cell is none of the labels, or a new
     *     column has the name of another one
     */
    public CsvTable oneHot(String name, List<String> classNames) {
        int place = place(name);
        NDArray classes = classes(name, classNames);
        List<String> newNames = new ArrayList<>(names);
        List<CsvColumn> newColumns = new ArrayList<>(columns);
        newNames.remove(place);
        newColumns.remove(place);
        for (int i = 0; i < classNames.size(); i++) {
            String newName = name + "_" + classNames.get(i);
            if (newNames.contains(newName)) {
                throw file.error("there is a column \"" + newName + "\", as oneHot(\"" + name + "\") would name one of"
                        + " its own");
            }
            newNames.add(place + i, newName);
            newColumns.add(place + i, columns.get(place).indicator(classes, i));
        }
        int[] newSources = IntStream.range(0, newNames.size())
                .map(i -> sources[i < place ? i : Math.max(place, i - classNames.size() + 1)])
                .toArray();
        return new CsvTable(file, List.copyOf(newNames), newColumns, dtype, lines, newSources);
    }

    private String cell(int row, String name) {
        return CsvLoader.cell(lines[row], sources[place(name)], name);
    }

    private int place(String name) {
        Integer place = places.get(name);
        if (place == null) {
            throw file.error("there is no column \"" + name + "\"" + Nearest.hint(name, names) + " The columns are "
                    + listed(names));
        }
        return place;
    }

    private static String listed(List<String> names) {
        return names.size() <= MOST_LISTED
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_LISTED)) + ", ... (" + names.size() + " in all)";
    }

    /** Returns a description such as {@code CsvTable[1000 rows of x1, x2, y]}. */
    @Override
    public String toString() {
        return "CsvTable[" + rows + " rows of " + listed(names) + "]";
    }
}
