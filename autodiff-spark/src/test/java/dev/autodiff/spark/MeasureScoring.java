package dev.autodiff.spark;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The program behind the numbers of scoring in docs/scaling.md: times of one core that scores a cached data
 * frame, in batches and row by row, beside the model alone and beside Spark alone. All are measured in turns, in this
 * process, which is started with {@code -Dautodiff.threads=1}. No test, as it measures time.
 */
final class MeasureScoring {
    private static final int FEATURES = 784;
    private static final int ROWS = 32768;
    private static final int ROUNDS = 5;

    /** The sizes of the hidden layers of the models. */
    private static final int[][] HIDDEN = {{128}, {1024, 1024}};

    private MeasureScoring() {}

    /** Runs all. */
    public static void main(String[] args) throws IOException {
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .appName("autodiff")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate()) {
            Dataset<Row> data = data(spark).cache();
            data.count();
            for (int[] hidden : HIDDEN) {
                Path file = Files.createTempFile("autodiff", ".safetensors");
                try (Model model = model(hidden).build(FEATURES)) {
                    model.save(file);
                    measure(spark, data, model, file, hidden);
                } finally {
                    Files.delete(file);
                }
            }
        }
    }

    private static void measure(SparkSession spark, Dataset<Row> data, Model model, Path file, int[] hidden) {
        int copies = hidden.length == 1 ? 8 : 1; // so that the fixed time of a job hardly counts
        int singleRows = hidden.length == 1 ? ROWS : ROWS / 16;
        int singleCopies = hidden.length == 1 ? 3 : 1;
        Dataset<Row> many = repeated(data, copies);
        Dataset<Row> arrays = many.select("id", "array");
        Dataset<Row> vectors = many.select("id", "vector");
        Dataset<Row> single = repeated(data.filter("id < " + singleRows), singleCopies);
        NDArray all = NDArray.zeros(DType.FLOAT32, ROWS, FEATURES);
        NDArray[] rows = new NDArray[singleRows];
        Arrays.setAll(rows, i -> all.rows(i, i + 1));
        Scoring scoring = Scoring.of(spark, file);
        UserDefinedFunction nothing = functions.udf((UDF1<Object, Integer>) features -> 0, DataTypes.IntegerType);
        long scored = (long) ROWS * copies;
        Way batches = new Way("predict, batches", scored, () -> {
            for (int i = 0; i < copies; i++) {
                model.predict(all);
            }
        });
        long scoredSingly = (long) singleRows * singleCopies;
        Way one = new Way("predict, one row at a time", scoredSingly, () -> {
            for (int i = 0; i < singleCopies; i++) {
                for (NDArray row : rows) {
                    model.predict(row);
                }
            }
        });
        compare(
                hidden,
                batches,
                new Way("no model, arrays", scored, () -> drop(unchanged(arrays))),
                new Way("transform, arrays", scored, () -> drop(scoring.transform(arrays, "p", "array"))),
                new Way("no model, vectors", scored, () -> drop(unchanged(vectors))),
                new Way("transform, vectors", scored, () -> drop(scoring.transform(vectors, "p", "vector"))));
        compare(
                hidden,
                one,
                new Way("no model, UDF, arrays", scoredSingly, () -> drop(with(single, nothing, "array"))),
                new Way("UDF, arrays", scoredSingly, () -> drop(with(single, scoring.udf(), "array"))),
                new Way("no model, UDF, vectors", scoredSingly, () -> drop(with(single, nothing, "vector"))),
                new Way("UDF, vectors", scoredSingly, () -> drop(with(single, scoring.udf(), "vector"))));
    }

    private record Way(String name, long rows, Runnable run) {}

    /** Prints times of ways that take turns, and their speeds as a share of that of the first. */
    private static void compare(int[] hidden, Way... ways) {
        double[][] times = new double[ways.length][ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            for (int way = 0; way < ways.length; way++) {
                long start = System.nanoTime();
                ways[way].run.run();
                times[way][Math.max(0, round)] = (System.nanoTime() - start) * 1e-3 / ways[way].rows;
            }
        }
        for (int way = 0; way < ways.length; way++) {
            double[] shares = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                shares[round] = times[0][round] / times[way][round];
            }
            double fastest = Arrays.stream(times[way]).min().getAsDouble();
            double first = Arrays.stream(times[0]).min().getAsDouble();
            System.out.printf(
                    Locale.ROOT,
                    "%s %-26s fastest %.2f us a row, share of the fastest %.2f, median share %.2f%n",
                    Arrays.toString(hidden),
                    ways[way].name,
                    fastest,
                    first / fastest,
                    median(shares));
        }
    }

    /** Returns rows several times, of the same memory. */
    private static Dataset<Row> repeated(Dataset<Row> data, int times) {
        Dataset<Row> repeated = data;
        for (int i = 1; i < times; i++) {
            repeated = repeated.union(data);
        }
        return repeated;
    }

    /** Returns the rows, handed to a function that does nothing, as {@link Scoring#transform} hands them to a model. */
    private static Dataset<Row> unchanged(Dataset<Row> data) {
        return data.as(InternalRows.encoder(data.schema()))
                .mapPartitions(
                        (MapPartitionsFunction<InternalRow, InternalRow>) rows -> rows,
                        InternalRows.encoder(data.schema()))
                .toDF();
    }

    private static Dataset<Row> with(Dataset<Row> data, UserDefinedFunction function, String features) {
        return data.select(data.col("id"), function.apply(data.col(features)));
    }

    private static void drop(Dataset<Row> scored) {
        scored.write().format("noop").mode("overwrite").save();
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private static Model model(int... hidden) {
        Dense[] layers = new Dense[hidden.length + 1];
        for (int i = 0; i < hidden.length; i++) {
            layers[i] = new Dense(hidden[i], Activation.RELU);
        }
        layers[hidden.length] = new Dense(10, Activation.SOFTMAX);
        return Model.sequential(layers);
    }

    private static Dataset<Row> data(SparkSession spark) {
        return spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(List.of(1), 1)
                        .flatMap(seed -> {
                            Random random = new Random(seed);
                            List<Row> made = new ArrayList<>();
                            for (int i = 0; i < ROWS; i++) {
                                float[] x = new float[FEATURES];
                                double[] same = new double[FEATURES];
                                for (int k = 0; k < FEATURES; k++) {
                                    x[k] = random.nextFloat();
                                    same[k] = x[k];
                                }
                                made.add(RowFactory.create(i, x, Vectors.dense(same)));
                            }
                            return made.iterator();
                        }),
                new StructType()
                        .add("id", DataTypes.IntegerType)
                        .add("array", DataTypes.createArrayType(DataTypes.FloatType, false))
                        .add("vector", SQLDataTypes.VectorType()));
    }
}
