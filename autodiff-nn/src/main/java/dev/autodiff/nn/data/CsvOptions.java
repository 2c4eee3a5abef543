package dev.autodiff.nn.data;

import dev.autodiff.array.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a CSV file is to be read. {@code CsvOptions.standard()} is commas, a header line and FLOAT32; the other methods change
 * one thing each: {@code CsvOptions.standard().separator(';').dtype(DType.FLOAT64)}.
 *
 * @param dtype type of the numbers, FLOAT32 or FLOAT64
 * @param separator what stands between fields
 * @param names the columns' names where the file has no header line, else null
 * @param missingAllowed whether empty cells, {@code NA} and {@code NaN} are read as NaN
 */
public record CsvOptions(
        DType dtype, char separator, @Nullable List<String> names, boolean missingAllowed) {

    /** Checks the type. */
    public CsvOptions {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("CSV columns are read as FLOAT32 or FLOAT64, not " + dtype
                    + "; CsvTable.classes gives a column as INT32");
        }
        names = names == null ? null : List.copyOf(names);
    }

    /** Commas, a header line, FLOAT32, no missing values. */
    public static CsvOptions standard() {
        return new CsvOptions(DType.FLOAT32, ',', null, false);
    }

    /** Reads numbers as the given type. */
    public CsvOptions dtype(DType changed) {
        return new CsvOptions(changed, separator, names, missingAllowed);
    }

    /** Fields are divided by this character, such as {@code ';'} or {@code '\t'}. */
    public CsvOptions separator(char changed) {
        return new CsvOptions(dtype, changed, names, missingAllowed);
    }

    /** The file has no header line; its columns are called this. */
    public CsvOptions withoutHeader(String... columnNames) {
        return new CsvOptions(dtype, separator, List.of(columnNames), missingAllowed);
    }

    /** Reads empty cells, {@code NA} and {@code NaN} as NaN instead of refusing them. */
    public CsvOptions allowMissing() {
        return new CsvOptions(dtype, separator, names, true);
    }
}
