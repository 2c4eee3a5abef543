package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A trained model for the rows of data frames. The model is sent once to each executor.
 *
 * <pre>{@code
 * Scoring scoring = Scoring.of(spark, Path.of("digits.safetensors"));
 * Dataset<Row> scored = scoring.transform(images, "probabilities", "pixels"); // in batches ...
 * Column probabilities = scoring.udf().apply(images.col("pixels"));           // row by row
 * }</pre>
 *
 * <p>{@link #transform} computes 256 rows at a time. A model of a million parameters or more reaches about nine tenths
 * of its speed on one machine; for one of a tenth of that, Spark's own copies of each row count as much as half of the
 * model, and it reaches half to two thirds. A UDF is given one row at a time, at a fraction of the speed of batches,
 * and is for expressions of SQL. It is faster with vectors than with arrays, of which Spark makes an object for each
 * number.
 */
public final class Scoring {
    private final Broadcast<SentModel> model;
    private int @Nullable [] shape;

    private Scoring(Broadcast<SentModel> model) {
        this.model = model;
    }

    /**
     * Makes scoring by a saved model.
     *
     * @param file the file, on the driver, as {@link Model#save} or a checkpoint writes it
     * @throws DataException if it is damaged or holds no model
     */
    public static Scoring of(SparkSession spark, Path file) {
        Model.load(file).close(); // its message is of this file, here
        try {
            return of(spark, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    static Scoring of(SparkSession spark, byte[] file) {
        return new Scoring(
                JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(new SentModel(file)));
    }

    /** Sets the shape of the features of an example, such as 28, 28, 1; a vector if nothing is said. */
    public Scoring shape(int... dims) {
        shape = dims.clone();
        return this;
    }

    /**
     * Adds a column with the outputs of the model, an array of floats for each row.
     *
     * @param data the rows
     * @param output the name of the new column
     * @param features the columns of the features: numbers, arrays of numbers, vectors
     * @throws DataException if columns are missing or of the wrong type, or there is one of the new name; while the
     *     rows are computed, if there are nulls or a wrong number of features
     */
    public Dataset<Row> transform(Dataset<Row> data, String output, String... features) {
        StructType schema = data.schema();
        if (Arrays.asList(schema.fieldNames()).contains(output)) {
            throw new DataException("There is a column \"" + output + "\" already: give the outputs another name");
        }
        Columns columns = Columns.of(schema, "features", List.of(features));
        StructType with = schema.add(output, DataTypes.createArrayType(DataTypes.FloatType, false), false);
        DataType[] types =
                Arrays.stream(schema.fields()).map(StructField::dataType).toArray(DataType[]::new);
        return data.as(InternalRows.encoder(schema))
                .mapPartitions(new Batches(model, columns, types, shape), InternalRows.encoder(with))
                .toDF();
    }

    /** Returns a function for one column of vectors or arrays, which gives an array of floats. */
    public UserDefinedFunction udf() {
        return functions.udf(new OneRow(model, shape), DataTypes.createArrayType(DataTypes.FloatType, false));
    }

    /**
     * Computes the rows of a partition in batches.
     *
     * @param types the types of all columns of the data
     */
    private record Batches(Broadcast<SentModel> model, Columns columns, DataType[] types, int @Nullable [] shape)
            implements MapPartitionsFunction<InternalRow, InternalRow> {
        @Override
        public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
            return new Scored(this, rows);
        }
    }

    /** The rows of a partition with their outputs. */
    private static final class Scored implements Iterator<InternalRow> {
        private static final int ROWS = 256;

        private final Batches task;
        private final Iterator<InternalRow> rows;
        private final List<InternalRow> batch = new ArrayList<>(ROWS);
        /** The features of a batch: one array for all batches, which is too large to be made often. */
        private float[] features = {};

        private float[] outputs = {};
        private int width = -1;
        private int next;
        /** The number of rows in the batches before this one. */
        private long before;

        Scored(Batches task, Iterator<InternalRow> rows) {
            this.task = task;
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return next < batch.size() || rows.hasNext();
        }

        @Override
        public InternalRow next() {
            if (next == batch.size()) {
                if (!rows.hasNext()) {
                    throw new NoSuchElementException();
                }
                read();
                score();
            }
            int size = outputs.length / batch.size();
            Object[] output = {
                UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(outputs, next * size, (next + 1) * size))
            };
            return new JoinedRow(batch.get(next++), new GenericInternalRow(output));
        }

        private void read() {
            before += batch.size();
            batch.clear();
            next = 0;
            while (batch.size() < ROWS && rows.hasNext()) {
                InternalRow row = rows.next();
                Columns.Values values = place -> InternalRows.value(row, place, task.types[place]);
                if (width < 0) {
                    width = task.columns.width(values, 0);
                    features = new float[Math.multiplyExact(ROWS, width)];
                }
                task.columns.read(values, before + batch.size(), features, batch.size() * width, width);
                batch.add(row);
            }
        }

        private void score() {
            int size = batch.size();
            float[] all = size == ROWS ? features : Arrays.copyOf(features, size * width);
            outputs = task.model.value().predict(NDArray.wrap(all, size, width), task.columns.described(), task.shape);
        }
    }

    /** Computes one row. */
    private record OneRow(Broadcast<SentModel> model, int @Nullable [] shape) implements UDF1<Object, float[]> {
        private static final Columns ONE = new Columns(List.of("the argument of the model"), new int[] {0});

        @Override
        public float[] call(@Nullable Object features) {
            Columns.Values row = place -> features;
            float[] x = new float[ONE.width(row, 0)];
            ONE.read(row, 0, x, 0, x.length);
            return model.value().predict(NDArray.wrap(x, 1, x.length), "The argument of the model", shape);
        }
    }

    /** Returns features in a shape. */
    static NDArray shaped(NDArray features, String columns, int @Nullable [] shape) {
        if (shape == null) {
            return features;
        }
        int[] dims = new int[shape.length + 1];
        dims[0] = features.dim(0);
        System.arraycopy(shape, 0, dims, 1, shape.length);
        try {
            return features.reshape(dims);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    "An example of shape " + Arrays.toString(shape) + " does not have the " + features.dim(1)
                            + " numbers of " + columns,
                    e);
        }
    }
}
