package dev.autodiff.nn.data.csv;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import java.time.DateTimeException;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One column of a CSV file while it is read: its numbers, or the message for the first cell that is not a number. */
final class CsvColumn {
    private static final String SIGNS = "+-.eE";

    private final DType dtype;
    private final boolean missingAllowed;
    private float[] floats = {};
    private double[] doubles = {};
    /** The choice of doubles to hold the numbers. */
    private boolean exact;

    private int size;
    private @Nullable String problem;
    /** The texts, if the column has no number before its first text. */
    private @Nullable CsvLabels labels;

    private boolean hasNumbers;
    private final @Nullable Character thousands;
    private final char decimal;
    private final @Nullable CsvDates dates;

    private CsvColumn(
            DType dtype,
            boolean missingAllowed,
            @Nullable Character thousands,
            char decimal,
            @Nullable CsvDates dates) {
        this.dtype = dtype;
        this.missingAllowed = missingAllowed;
        this.exact = dtype == DType.FLOAT64;
        this.thousands = thousands;
        this.decimal = decimal;
        this.dates = dates;
    }

    /** Makes the column of a name. */
    static CsvColumn of(CsvOptions options, String name) {
        String pattern = options.dates().get(name);
        return new CsvColumn(
                options.dtype(),
                options.missingAllowed(),
                options.thousands(),
                options.decimal(),
                pattern == null ? null : CsvDates.of(pattern));
    }

    /** Returns an empty column of the same kind. */
    CsvColumn anew() {
        return new CsvColumn(dtype, missingAllowed, thousands, decimal, dates);
    }

    /**
     * Returns the message for the first cell that is not a number, or null. It is thrown only when the column's numbers
     * are asked for, so that a table may have columns of text.
     */
    @Nullable String problem() {
        return problem;
    }

    /** Returns the texts of a column of text, or null if the column has numbers or too many different texts. */
    @Nullable CsvLabels labels() {
        return labels;
    }

    /** Adds a cell, and returns the error in it, or null if there is none or the column has an error already. */
    @Nullable String add(String cell) {
        String text = cell.strip();
        if (problem != null) {
            if (labels != null && !labels.add(text)) {
                labels = null;
            }
            return null;
        }
        String wrong = number(text);
        if (wrong != null && !hasNumbers && dates == null) {
            labels = new CsvLabels();
            for (int row = 0; row < size; row++) {
                labels.add("");
            }
            labels.add(text);
        }
        return wrong;
    }

    /** Adds a number, or returns the error in it. */
    private @Nullable String number(String text) {
        double value = Double.NaN;
        if (isMissing(text)) {
            if (!missingAllowed) {
                return (text.isEmpty() ? "the cell is empty" : "\"" + text + "\" stands for a missing value")
                        + "; CsvOptions.allowMissing() reads such cells as NaN";
            }
        } else if (dates != null) {
            try {
                value = dates.days(text);
            } catch (DateTimeException e) {
                return "\"" + shown(text) + "\" is no date of the form " + dates.description();
            }
        } else {
            String digits = digits(text);
            if (!isNumber(digits)) {
                return wrong(text);
            }
            value = Double.parseDouble(digits);
            boolean finite = dtype == DType.FLOAT32 ? Float.isFinite((float) value) : Double.isFinite(value);
            if (!finite) {
                return "\"" + text + "\" is too large for " + dtype;
            }
            hasNumbers = true;
        }
        append(value);
        return null;
    }

    /**
     * Returns a number with a decimal point and without what divides its thousands, or the text as it is if these stand
     * elsewhere.
     */
    private String digits(String text) {
        String digits = text;
        if (thousands != null && text.indexOf(thousands) >= 0) {
            String quoted = Pattern.quote(thousands.toString());
            if (!text.matches("[+-]?[0-9]{1,3}(" + quoted + "[0-9]{3})+(" + Pattern.quote(String.valueOf(decimal))
                    + "[0-9]*)?")) {
                return text;
            }
            digits = text.replace(thousands.toString(), "");
        }
        if (decimal == '.') {
            return digits;
        }
        return digits.indexOf('.') < 0 ? digits.replace(decimal, '.') : "";
    }

    /** Sets the message of the column's first error, and discards its numbers. */
    void problem(String message) {
        problem = message;
        floats = new float[0];
        doubles = new double[0];
    }

    /**
     * Returns the column that is 1 where a class has a number, and 0 elsewhere.
     *
     * @param classes the classes of all rows
     */
    CsvColumn indicator(NDArray classes, int number) {
        CsvColumn column = anew();
        for (int row = 0; row < classes.size(); row++) {
            column.append(classes.at(row) == number ? 1 : 0);
        }
        return column;
    }

    private void append(double value) {
        boolean whole = (float) value == Math.rint((float) value);
        if (dtype == DType.FLOAT32 && !exact && whole && (float) value != value) {
            keepExactly();
        }
        if (!exact) {
            if (size == floats.length) {
                floats = Arrays.copyOf(floats, Math.max(16, size + size / 2));
            }
            floats[size++] = (float) value;
        } else {
            if (size == doubles.length) {
                doubles = Arrays.copyOf(doubles, Math.max(16, size + size / 2));
            }
            doubles[size++] = value;
        }
    }

    /**
     * Changes to doubles, at the first number that FLOAT32 would turn into another that is whole: it may be a class.
     * Whole numbers before it are exact.
     */
    private void keepExactly() {
        doubles = new double[Math.max(16, floats.length)];
        for (int i = 0; i < size; i++) {
            doubles[i] = floats[i];
        }
        floats = new float[0];
        exact = true;
    }

    /** Returns a number; a whole one as it stands in the file. */
    double at(int row) {
        return exact ? doubles[row] : floats[row];
    }

    /** Copies the column into column {@code column} of a row-major array of its type. */
    void copyTo(Object target, int column, int columns) {
        if (target instanceof float[] values) {
            for (int row = 0; row < size; row++) {
                values[row * columns + column] = (float) at(row);
            }
        } else if (target instanceof double[] values) {
            for (int row = 0; row < size; row++) {
                values[row * columns + column] = doubles[row];
            }
        }
    }

    static boolean isMissing(String text) {
        return text.isEmpty() || text.equalsIgnoreCase("nan") || text.equalsIgnoreCase("na") || text.equals("?");
    }

    /**
     * Returns whether a text is a decimal number; stricter than Double.parseDouble, which takes "1f", "0x1p3"
     * and "NaN".
     */
    static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && SIGNS.indexOf(c) < 0) {
                return false;
            }
        }
        try {
            Double.parseDouble(text);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static String shown(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    private String wrong(String text) {
        String shown = shown(text);
        if (decimal == ',' && text.indexOf('.') >= 0 && text.matches("[-+0-9.,eE]+")) {
            return "\"" + shown + "\" is not a number: it has a point, and decimals come after a comma;"
                    + " CsvOptions.thousands('.') reads points that divide thousands";
        }
        if (text.matches("[+-]?(inf|Inf|INF|infinity|Infinity)")) {
            return "\"" + shown + "\" is not a finite number";
        }
        if (text.matches("[+-]?[0-9]{1,3}(,[0-9]{3})+(\\.[0-9]*)?")) {
            boolean sure = text.indexOf(',') != text.lastIndexOf(',') || text.indexOf('.') >= 0;
            return "\"" + shown + "\" is not a number: its commas "
                    + (sure ? "divide thousands, write " : "divide thousands or are a decimal comma, write ")
                    + text.replace(",", "") + (sure ? "" : " or " + text.replace(',', '.'))
                    + ", or read thousands with CsvOptions.thousands(',')";
        }
        if (isNumber(text.replace(',', '.'))) {
            return "\"" + shown + "\" is not a number: it has a decimal comma, a decimal point was expected;"
                    + " CsvOptions.separator(';').decimal(',') reads such files";
        }
        return "\"" + shown + "\" is not a number; oneHot(column) makes columns of 0 and 1 of the texts of a"
                + " column, for features, and classes(column) numbers them, for labels";
    }
}
