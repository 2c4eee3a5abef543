package dev.autodiff.nn.data.csv;

import dev.autodiff.array.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options for reading a CSV file. {@link #standard} means commas, a header line and FLOAT32; each of the other
 * methods returns options that differ in one point.
 *
 * <pre>{@code
 * CsvOptions options = CsvOptions.standard().separator(';').dtype(DType.FLOAT64);
 * options.separator(); // ;
 * }</pre>
 *
 * @param dtype the type of the numbers, FLOAT32 or FLOAT64
 * @param separator the character between fields
 * @param names the names of the columns if the file has no header line, else null
 * @param missingAllowed true to read empty cells, {@code ?}, {@code NA} and {@code NaN} as NaN, false to refuse them
 */
public record CsvOptions(
        DType dtype, char separator, @Nullable List<String> names, boolean missingAllowed) {

    /**
     * Checks the type.
     *
     * @throws IllegalArgumentException if it is INT32
     */
    public CsvOptions {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("CSV columns are read as FLOAT32 or FLOAT64, not " + dtype
                    + "; CsvTable.classes gives a column as INT32");
        }
        names = names == null ? null : List.copyOf(names);
    }

    /** Returns the standard options: commas, a header line, FLOAT32, no missing values. */
    public static CsvOptions standard() {
        return new CsvOptions(DType.FLOAT32, ',', null, false);
    }

    /**
     * Returns options with another type of the numbers.
     *
     * @param changed FLOAT32 or FLOAT64
     * @throws IllegalArgumentException if it is INT32
     */
    public CsvOptions dtype(DType changed) {
        return new CsvOptions(changed, separator, names, missingAllowed);
    }

    /**
     * Returns options with another separator.
     *
     * @param changed the character between fields, such as {@code ';'} or {@code '\t'}
     */
    public CsvOptions separator(char changed) {
        return new CsvOptions(dtype, changed, names, missingAllowed);
    }

    /**
     * Returns options for a file without a header line.
     *
     * @param columnNames the names of all columns, from left to right
     */
    public CsvOptions withoutHeader(String... columnNames) {
        return new CsvOptions(dtype, separator, List.of(columnNames), missingAllowed);
    }

    /** Returns options that read empty cells, {@code ?}, {@code NA} and {@code NaN} as NaN instead of refusing them. */
    public CsvOptions allowMissing() {
        return new CsvOptions(dtype, separator, names, true);
    }
}
