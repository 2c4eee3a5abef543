package dev.autodiff.spark;

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
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The program behind the numbers of scoring in docs/scaling.md: rows a second of one core that scores a cached data
 * frame, in batches and row by row, beside the model alone. All are measured in turns, in this process, which is
 * started with {@code -Dautodiff.threads=1}. No test, as it measures time.
 */
final class MeasureScoring {
    private static final int FEATURES = 784;
    private static final int ROWS = 32768;
    private static final int BATCH = 256;
    private static final int ROUNDS = 5;

    /** The rows that are scored one by one, which takes longer. */
    private static final int SINGLE_ROWS = 2048;

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
        NDArray rows = NDArray.wrap(new float[BATCH * FEATURES], BATCH, FEATURES);
        Scoring scoring = Scoring.of(spark, file);
        Column byRow = scoring.udf().apply(data.col("array"));
        int[] counts = {ROWS, ROWS, ROWS, SINGLE_ROWS};
        List<Runnable> ways = List.of(
                () -> {
                    for (int i = 0; i < ROWS; i += BATCH) {
                        model.predict(rows);
                    }
                },
                () -> drop(scoring.transform(data.select("id", "array"), "p", "array")),
                () -> drop(scoring.transform(data.select("id", "vector"), "p", "vector")),
                () -> drop(data.filter("id < " + SINGLE_ROWS).select(data.col("id"), byRow)));
        double[][] times = new double[ways.size()][ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            for (int way = 0; way < ways.size(); way++) {
                long start = System.nanoTime();
                ways.get(way).run();
                times[way][Math.max(0, round)] = (System.nanoTime() - start) * 1e-9 / counts[way]; // a row
            }
        }
        StringBuilder line = new StringBuilder("| 784" + Arrays.toString(hidden).replaceAll("[^0-9]+", "-") + "10 |");
        for (double[] time : times) {
            double[] shares = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                shares[round] = times[0][round] / time[round];
            }
            line.append(String.format(Locale.ROOT, " %.0f rows/s, %.0f %% |", 1 / median(time), 100 * median(shares)));
        }
        System.out.println(line);
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
