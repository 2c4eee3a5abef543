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
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
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
 * <p>{@link #transform} computes 256 rows at a time, about as fast as the model does on one machine. A UDF is given one
 * row at a time, at a fraction of the speed, and is for expressions of SQL.
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
        return data.mapPartitions(new Batches(model, columns, shape), Encoders.row(with));
    }

    /** Returns a function for one column of vectors or arrays, which gives an array of floats. */
    public UserDefinedFunction udf() {
        return functions.udf(new OneRow(model, shape), DataTypes.createArrayType(DataTypes.FloatType, false));
    }

    /** Computes the rows of a partition in batches. */
    private record Batches(Broadcast<SentModel> model, Columns columns, int @Nullable [] shape)
            implements MapPartitionsFunction<Row, Row> {
        private static final int ROWS = 256;

        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            return new Iterator<>() {
                private Iterator<Row> done = List.<Row>of().iterator();
                private int width = -1;

                @Override
                public boolean hasNext() {
                    return done.hasNext() || rows.hasNext();
                }

                @Override
                public Row next() {
                    if (!done.hasNext()) {
                        done = batch().iterator();
                    }
                    return done.next();
                }

                private List<Row> batch() {
                    List<Row> batch = new ArrayList<>(ROWS);
                    while (batch.size() < ROWS && rows.hasNext()) {
                        batch.add(rows.next());
                    }
                    if (width < 0 && !batch.isEmpty()) {
                        width = columns.width(batch.get(0), 0);
                    }
                    return scored(batch, width);
                }
            };
        }

        private List<Row> scored(List<Row> batch, int width) {
            float[] outputs = model.value().predict(columns.matrix(batch, width), columns.described(), shape);
            int size = outputs.length / Math.max(1, batch.size());
            List<Row> scored = new ArrayList<>(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                Row row = batch.get(i);
                Object[] values = new Object[row.size() + 1];
                for (int k = 0; k < row.size(); k++) {
                    values[k] = row.get(k);
                }
                values[row.size()] = Arrays.copyOfRange(outputs, i * size, (i + 1) * size);
                scored.add(RowFactory.create(values));
            }
            return scored;
        }
    }

    /** Computes one row. */
    private record OneRow(Broadcast<SentModel> model, int @Nullable [] shape) implements UDF1<Object, float[]> {
        private static final Columns ONE = new Columns(List.of("the argument of the model"), new int[] {0});

        @Override
        public float[] call(Object features) {
            Row row = RowFactory.create(features);
            NDArray x = ONE.matrix(List.of(row), ONE.width(row, 0));
            return model.value().predict(x, "The argument of the model", shape);
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
