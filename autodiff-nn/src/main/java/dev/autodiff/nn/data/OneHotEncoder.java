package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A replacement of columns of categories, each by one column for each category with a single 1 in a row, at its place.
 * The categories are the numbers that occur in the data that it was fitted to, in ascending order. As scikit-learn's
 * {@code OneHotEncoder}, an unknown category is an error, or with {@link #ignoringUnknown} all zeros. For labels there
 * is {@link OneHot}. Immutable.
 *
 * <pre>{@code
 * NDArray train = NDArray.of(new double[][] {{7, 2}, {5, 1}, {6, 2}});
 * OneHotEncoder encoder = OneHotEncoder.fit(train, 1); // column 1 has categories 1 and 2
 * encoder.transform(NDArray.of(new double[][] {{9, 1}})); // [[9. 1. 0.]]
 * }</pre>
 */
public final class OneHotEncoder implements Preprocessing {
    private final int columns;

    /** The categories of the columns that are replaced, by their numbers. */
    private final Map<Integer, double[]> categories;

    private final int width;
    private final boolean ignoresUnknown;

    private OneHotEncoder(int columns, Map<Integer, double[]> categories, boolean ignoresUnknown) {
        this.columns = columns;
        this.categories = categories;
        this.ignoresUnknown = ignoresUnknown;
        this.width = columns
                - categories.size()
                + categories.values().stream().mapToInt(values -> values.length).sum();
    }

    /**
     * Returns an encoder with the categories of columns.
     *
     * @param x the data to fit to, {@code [rows, columns]} or {@code [rows, steps, columns]}
     * @param encoded the numbers of the columns to replace, from 0
     * @throws IllegalArgumentException if there is no such column, none is given, or a category is not finite
     */
    public static OneHotEncoder fit(NDArray x, int... encoded) {
        int columns = Columns.countToFit(x);
        Map<Integer, double[]> categories = new TreeMap<>();
        for (int column : encoded) {
            if (column < 0 || column >= columns) {
                throw new IllegalArgumentException(
                        "There is no column " + column + " to encode: they have numbers from 0 to " + (columns - 1));
            }
            Columns.forEach(x, (value, at, row) -> {
                if (at == column) {
                    Columns.finite(value, row, at);
                }
            });
            categories.put(
                    column, Arrays.stream(Columns.sorted(x, column)).distinct().toArray());
        }
        return new OneHotEncoder(columns, check(categories), false);
    }

    /**
     * Returns an encoder of the same categories, for which one that is not among them has zeros in all their columns:
     * scikit-learn's {@code handle_unknown="ignore"}.
     */
    public OneHotEncoder ignoringUnknown() {
        return new OneHotEncoder(columns, categories, true);
    }

    private static Map<Integer, double[]> check(Map<Integer, double[]> categories) {
        if (categories.isEmpty()) {
            throw new IllegalArgumentException("At least one column is encoded: name its number");
        }
        return categories;
    }

    @Override
    public NDArray transform(NDArray x) {
        Columns.checkFitted(x, columns);
        NDArray result = NDArray.zeros(
                x.dtype(),
                x.shape().rank() == 1 ? Shape.of(x.dim(0), width) : x.shape().with(-1, width));
        float[] floats = result.storage() instanceof float[] values ? values : null;
        int[] next = {0};
        Columns.forEach(x, (value, column, row) -> {
            double[] known = categories.get(column);
            int place = known == null ? 0 : place(known, value, row, column);
            int at = next[0] + Math.max(0, place);
            double written = known == null ? value : place < 0 ? 0 : 1;
            if (floats != null) {
                floats[at] = (float) written;
            } else {
                ((double[]) result.storage())[at] = written;
            }
            next[0] += known == null ? 1 : known.length;
        });
        return result;
    }

    /** Returns the place of a category; a negative number for an unknown one that is ignored. */
    private int place(double[] known, double value, int row, int column) {
        int place = Arrays.binarySearch(known, value);
        if (place < 0 && !ignoresUnknown) {
            throw new IllegalArgumentException("Column " + column + " of row " + row + " is " + value
                    + ", but the encoder was fitted to the categories " + Arrays.toString(known)
                    + "; ignoringUnknown() makes others all zeros");
        }
        return place;
    }

    /** Returns the number of columns after the change. */
    public int width() {
        return width;
    }

    @Override
    public Config config() {
        List<Categories> encoded = new ArrayList<>();
        categories.forEach((column, values) -> encoded.add(new Categories(column, values)));
        return Config.of("OneHotEncoder")
                .with("columns", columns)
                .with("encoded", encoded)
                .with("ignoresUnknown", ignoresUnknown);
    }

    static OneHotEncoder read(Config config) {
        int columns = config.integer("columns");
        Map<Integer, double[]> categories = new TreeMap<>();
        for (Categories one : config.objects("encoded", Categories.class)) {
            if (one.column < 0 || one.column >= columns) {
                throw new IllegalArgumentException(
                        "Column " + one.column + " is encoded, but there are only " + columns);
            }
            categories.put(one.column, one.values);
        }
        return new OneHotEncoder(columns, check(categories), config.flag("ignoresUnknown", false));
    }

    /** The categories of a column, in ascending order. */
    record Categories(int column, double[] values) implements Described {
        @Override
        public Config config() {
            return Config.of("Categories").with("column", column).with("values", values);
        }

        static Categories read(Config config) {
            double[] values = config.numbers("values");
            for (int i = 1; i < values.length; i++) {
                if (!(values[i] > values[i - 1])) {
                    throw new IllegalArgumentException(
                            "Categories are in ascending order, but these are " + Arrays.toString(values));
                }
            }
            return new Categories(config.integer("column"), values);
        }
    }

    /** Returns a description such as {@code OneHotEncoder[columns [1] of 2, 3 afterwards]}. */
    @Override
    public String toString() {
        return "OneHotEncoder[columns " + categories.keySet() + " of " + columns + ", " + width + " afterwards]";
    }
}
