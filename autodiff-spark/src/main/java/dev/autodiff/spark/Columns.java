package dev.autodiff.spark;

import dev.autodiff.nn.data.DataException;
import java.io.Serializable;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Columns of a data frame that are numbers side by side: numeric columns, arrays of numbers, and vectors of Spark ML.
 *
 * @param names the names of the columns
 * @param places their places in a row
 */
record Columns(List<String> names, int[] places) implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * Finds columns.
     *
     * @param purpose the name of their purpose, for messages
     * @throws DataException if a column is missing or is not numeric
     */
    static Columns of(StructType schema, String purpose, List<String> names) {
        int[] places = new int[names.size()];
        for (int i = 0; i < places.length; i++) {
            String name = names.get(i);
            places[i] = Arrays.asList(schema.fieldNames()).indexOf(name);
            if (places[i] < 0) {
                throw new DataException("There is no column \"" + name + "\" for the " + purpose + ". There are "
                        + String.join(", ", schema.fieldNames()));
            }
            DataType type = schema.apply(places[i]).dataType();
            if (!isNumeric(type) && !(type instanceof ArrayType array && array.elementType() instanceof NumericType)) {
                throw new DataException("Column \"" + name + "\" has the type " + type.simpleString() + ", but the "
                        + purpose + " are numbers, arrays of numbers or vectors: make it a number, for example with"
                        + " StringIndexer, or leave it out");
            }
        }
        return new Columns(names, places);
    }

    private static boolean isNumeric(DataType type) {
        return type instanceof NumericType || type.equals(SQLDataTypes.VectorType());
    }

    /** A row: its values by their places, which are numbers, {@link Numbers}, vectors, sequences or arrays. */
    @FunctionalInterface
    interface Values {
        @Nullable Object get(int place);
    }

    /** Numbers side by side, without an object for each. */
    interface Numbers {
        int size();

        /** Writes the numbers to a place of an array. */
        void write(float[] to, int at);
    }

    /** Returns the number of numbers in a row. */
    int width(Values row, long number) {
        int width = 0;
        for (int i = 0; i < places.length; i++) {
            width += width(value(row, i, number));
        }
        return width;
    }

    private static int width(Object value) {
        if (value instanceof Numbers numbers) {
            return numbers.size();
        }
        if (value instanceof Vector vector) {
            return vector.size();
        }
        if (value instanceof scala.collection.Seq<?> numbers) {
            return numbers.size();
        }
        return value.getClass().isArray() ? Array.getLength(value) : 1;
    }

    /**
     * Reads the numbers of a row.
     *
     * @param number the number of the row in its partition, from 0
     * @param to the array that they are written to
     * @param at the place of the first one
     * @param width the number of numbers that other rows have
     * @throws DataException if there is a null or another number of numbers
     */
    void read(Values row, long number, float[] to, int at, int width) {
        int next = at;
        int have = 0;
        for (int i = 0; i < places.length; i++) {
            Object value = value(row, i, number);
            int size = width(value);
            have += size;
            if (have <= width && write(value, to, next) < size) {
                throw isNull(i, number);
            }
            next += size;
        }
        if (have != width) {
            throw new DataException(described() + " of row " + number + " of its partition " + has() + " " + have
                    + " numbers, but the first row " + width + ": pad or cut them to one length, or filter"
                    + " the row out");
        }
    }

    /** Writes the numbers of a value, and returns how many there are before the first null. */
    private static int write(Object value, float[] to, int at) {
        if (value instanceof Numbers numbers) {
            numbers.write(to, at);
            return numbers.size();
        }
        if (value instanceof float[] floats) {
            System.arraycopy(floats, 0, to, at, floats.length);
            return floats.length;
        }
        if (value instanceof double[] doubles) {
            return write(doubles, to, at);
        }
        if (value instanceof Vector vector) {
            return write(vector.toArray(), to, at);
        }
        if (value instanceof scala.collection.Seq<?> numbers) {
            Object[] objects = new Object[numbers.size()];
            numbers.copyToArray(objects);
            return write(objects, to, at);
        }
        if (value instanceof Object[] numbers) {
            return write(numbers, to, at);
        }
        to[at] = ((Number) value).floatValue();
        return 1;
    }

    private static int write(double[] numbers, float[] to, int at) {
        for (int i = 0; i < numbers.length; i++) {
            to[at + i] = (float) numbers[i];
        }
        return numbers.length;
    }

    private static int write(@Nullable Object[] numbers, float[] to, int at) {
        for (int i = 0; i < numbers.length; i++) {
            if (!(numbers[i] instanceof Number number)) {
                return i;
            }
            to[at + i] = number.floatValue();
        }
        return numbers.length;
    }

    /**
     * Reads the class number of a row.
     *
     * @throws DataException if it is null or no whole number from 0 on
     */
    int readClass(Values row, long number) {
        double value = value(row, 0, number) instanceof Number one ? one.doubleValue() : Double.NaN;
        if (!(value >= 0) || value != Math.rint(value) || value > Integer.MAX_VALUE) {
            throw new DataException("Column \"" + names.get(0) + "\" has " + value + " in row " + number
                    + " of its partition, but classes are whole numbers from 0 on: number them with StringIndexer, or"
                    + " use label(...) for numbers that are not classes");
        }
        return (int) value;
    }

    private Object value(Values row, int i, long number) {
        Object value = row.get(places[i]);
        if (value == null) {
            throw isNull(i, number);
        }
        return value;
    }

    private DataException isNull(int i, long number) {
        String name = names.get(i);
        return new DataException("Column \"" + name + "\" has a null in row " + number
                + " of its partition: leave such rows out with data.na().drop(new String[] {\"" + name
                + "\"}), or fill them with data.na().fill(...)");
    }

    /** Returns the verb for the names. */
    String has() {
        return names.size() == 1 ? "has" : "have";
    }

    /** Returns the names in words. */
    String described() {
        return (names.size() == 1 ? "Column \"" : "Columns \"") + String.join("\", \"", names) + '"';
    }
}
