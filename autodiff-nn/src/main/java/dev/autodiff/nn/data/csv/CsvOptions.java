package dev.autodiff.nn.data.csv;

import dev.autodiff.array.DType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * @param dtype the type of the numbers, FLOAT32 or FLOAT64. FLOAT32 has all whole numbers up to 2^24 = 16777216 and
 *     rounds larger ones, so that columns of identifiers need FLOAT64; classes are exact with either
 * @param separator the character between fields
 * @param header the first line: names, or already data
 * @param names the names of the columns if the file has no header line; none for {@code column1}, {@code column2} and
 *     so on
 * @param comment the character that starts a line to be skipped, or null if there are no such lines
 * @param missingAllowed true to read empty cells, {@code ?}, {@code NA} and {@code NaN} as NaN, false to refuse them
 * @param thousands the character that may divide thousands in numbers, or null if there is none
 * @param decimal the decimal point, or the comma that stands for it
 * @param dates the patterns of columns of dates by their names; an empty one stands for ISO 8601
 */
public record CsvOptions(
        DType dtype,
        char separator,
        Header header,
        List<String> names,
        @Nullable Character comment,
        boolean missingAllowed,
        @Nullable Character thousands,
        char decimal,
        Map<String, String> dates) {

    /** The kinds of first lines. */
    public enum Header {
        /** Names, not all of which are numbers: such a line is probably data, and is refused. */
        NAMES,
        /** Names, which may be numbers, such as years or wavelengths. */
        ANY_NAMES,
        /** No header: the first line is data. */
        NONE
    }

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
        names = List.copyOf(names);
        dates = Map.copyOf(dates);
        if (decimal != '.' && decimal != ',') {
            throw new IllegalArgumentException("Decimals come after a point or a comma, not after '" + decimal + "'");
        }
        if (thousands != null && (Character.isDigit(thousands) || thousands == decimal)) {
            throw new IllegalArgumentException("Thousands are not divided by '" + thousands
                    + "', which is a digit or the decimal point"
                    + (thousands == '.' ? "; set decimal(',') before" : ""));
        }
        dates.values().forEach(pattern -> CsvDates.of(pattern)); // checks it
    }

    /** Returns the standard options: commas, a header line, FLOAT32, no missing values. */
    public static CsvOptions standard() {
        return new CsvOptions(DType.FLOAT32, ',', Header.NAMES, List.of(), null, false, null, '.', Map.of());
    }

    /**
     * Returns options with another type of the numbers.
     *
     * @param changed FLOAT32 or FLOAT64
     * @throws IllegalArgumentException if it is INT32
     */
    public CsvOptions dtype(DType changed) {
        return new CsvOptions(changed, separator, header, names, comment, missingAllowed, thousands, decimal, dates);
    }

    /**
     * Returns options with another separator.
     *
     * @param changed the character between fields, such as {@code ';'} or {@code '\t'}
     */
    public CsvOptions separator(char changed) {
        return new CsvOptions(dtype, changed, header, names, comment, missingAllowed, thousands, decimal, dates);
    }

    /**
     * Returns options for a file without a header line.
     *
     * @param columnNames the names of all columns, from left to right; none for {@code column1}, {@code column2} and so
     *     on
     */
    public CsvOptions withoutHeader(String... columnNames) {
        return new CsvOptions(
                dtype,
                separator,
                Header.NONE,
                List.of(columnNames),
                comment,
                missingAllowed,
                thousands,
                decimal,
                dates);
    }

    /** Returns options for a file whose first line has names that may all be numbers, such as years or wavelengths. */
    public CsvOptions numbersAsNames() {
        return new CsvOptions(
                dtype, separator, Header.ANY_NAMES, List.of(), comment, missingAllowed, thousands, decimal, dates);
    }

    /**
     * Returns options that skip lines of comments.
     *
     * @param start the first character of such lines, often {@code '#'}
     */
    public CsvOptions comment(char start) {
        return new CsvOptions(dtype, separator, header, names, start, missingAllowed, thousands, decimal, dates);
    }

    /** Returns options that read empty cells, {@code ?}, {@code NA} and {@code NaN} as NaN instead of refusing them. */
    public CsvOptions allowMissing() {
        return new CsvOptions(dtype, separator, header, names, comment, true, thousands, decimal, dates);
    }

    /**
     * Returns options that read numbers whose thousands are divided, as {@code "1,234.5"} in quotation marks.
     *
     * @param divider the character that divides them, such as {@code ','}, {@code ' '} or {@code '\''}
     * @throws IllegalArgumentException if it is a digit or the decimal point
     * @see #decimal
     */
    public CsvOptions thousands(char divider) {
        return new CsvOptions(dtype, separator, header, names, comment, missingAllowed, divider, decimal, dates);
    }

    /**
     * Returns options that read numbers with a decimal comma, {@code 1,5}, as spreadsheets write them in many
     * countries: {@code CsvOptions.standard().separator(';').decimal(',').thousands('.')} reads {@code 1.234,5}.
     * If commas separate the fields too, such numbers stand in quotation marks. Numbers of JSON lines have points in
     * any case.
     *
     * @param sign {@code ','}, or {@code '.'}
     * @throws IllegalArgumentException if it is another one, or what divides thousands
     */
    public CsvOptions decimal(char sign) {
        return new CsvOptions(dtype, separator, header, names, comment, missingAllowed, thousands, sign, dates);
    }

    /**
     * Returns options that read a column of dates, or of dates with times, as days since 1970-01-01:
     * {@code 2024-02-29}, {@code 2024-02-29T18:00}, {@code 2024-02-29 18:00:00Z} (ISO 8601). Times are parts of days,
     * in UTC if they have an offset.
     *
     * @param column the name of the column
     */
    public CsvOptions date(String column) {
        return date(column, "");
    }

    /**
     * Returns options that read a column of dates in a form of one's own as days since 1970-01-01.
     *
     * @param column the name of the column
     * @param pattern the form, in the letters of {@link java.time.format.DateTimeFormatter}, such as {@code d.M.uuuu}
     *     or {@code MM/dd/uuuu HH:mm}; names of months are English
     * @throws IllegalArgumentException if the pattern is none, or has no day, month or year
     */
    public CsvOptions date(String column, String pattern) {
        Map<String, String> more = new TreeMap<>(dates);
        more.put(column, pattern);
        return new CsvOptions(dtype, separator, header, names, comment, missingAllowed, thousands, decimal, more);
    }
}
