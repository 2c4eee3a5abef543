package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;

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

    /** Returns the number of numbers in a row. */
    int width(Row row, long number) {
        int width = 0;
        for (int i = 0; i < places.length; i++) {
            Object value = value(row, i, number);
            width += value instanceof Vector vector
                    ? vector.size()
                    : value instanceof scala.collection.Seq<?> numbers ? numbers.size() : 1;
        }
        return width;
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
    void read(Row row, long number, float[] to, int at, int width) {
        int have = width(row, number);
        if (have != width) {
            throw new DataException(described() + " of row " + number + " of its partition " + has() + " " + have
                    + " numbers, but the first row " + width + ": pad or cut them to one length, or filter"
                    + " the row out");
        }
        int next = at;
        for (int i = 0; i < places.length; i++) {
            Object value = value(row, i, number);
            if (value instanceof Vector vector) {
                for (double element : vector.toArray()) {
                    to[next++] = (float) element;
                }
            } else if (value instanceof scala.collection.Seq<?> numbers) {
                Iterator<?> elements = numbers.iterator();
                while (elements.hasNext()) {
                    Object element = elements.next();
                    if (element == null) {
                        throw isNull(i, number);
                    }
                    to[next++] = ((Number) element).floatValue();
                }
            } else {
                to[next++] = ((Number) value).floatValue();
            }
        }
    }

    /**
     * Reads the class number of a row.
     *
     * @throws DataException if it is null or no whole number from 0 on
     */
    int readClass(Row row, long number) {
        double value = value(row, 0, number) instanceof Number one ? one.doubleValue() : Double.NaN;
        if (!(value >= 0) || value != Math.rint(value) || value > Integer.MAX_VALUE) {
            throw new DataException("Column \"" + names.get(0) + "\" has " + value + " in row " + number
                    + " of its partition, but classes are whole numbers from 0 on: number them with StringIndexer, or"
                    + " use label(...) for numbers that are not classes");
        }
        return (int) value;
    }

    private Object value(Row row, int i, long number) {
        if (row.isNullAt(places[i])) {
            throw isNull(i, number);
        }
        return row.get(places[i]);
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

    /** Returns a matrix of rows. */
    NDArray matrix(List<Row> rows, int width) {
        float[] values = new float[Math.multiplyExact(rows.size(), width)];
        for (int i = 0; i < rows.size(); i++) {
            read(rows.get(i), i, values, i * width, width);
        }
        return NDArray.wrap(values, rows.size(), width);
    }
}
