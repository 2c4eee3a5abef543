package dev.autodiff.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A session of Spark in this process, and data for it. */
final class Clusters {
    static final int WIDTH = 4;

    private Clusters() {}

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[3]")
                .appName("autodiff")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 3)
                .getOrCreate();
    }

    static StructType schema() {
        return new StructType()
                .add("features", SQLDataTypes.VectorType())
                .add("class", DataTypes.IntegerType)
                .add("target", DataTypes.DoubleType);
    }

    /** Returns rows of two classes that a line separates. */
    static List<Row> rows(int count) {
        Random random = new Random(5);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double[] x = random.doubles(WIDTH, -1, 1).toArray();
            double sum = Arrays.stream(x).sum();
            rows.add(RowFactory.create(Vectors.dense(x), sum > 0 ? 1 : 0, sum * 2));
        }
        return rows;
    }

    /** Returns a data frame whose partitions have the given numbers of rows, in the order of the rows. */
    static Dataset<Row> frame(SparkSession spark, List<Row> rows, int... sizes) {
        List<ArrayList<Row>> parts = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            parts.add(new ArrayList<>(rows.subList(from, from + size)));
            from += size;
        }
        return spark.createDataFrame(
                JavaSparkContext.fromSparkContext(spark.sparkContext())
                        .parallelize(parts, parts.size())
                        .flatMap(List::iterator),
                schema());
    }

    static NDArray features(List<Row> rows) {
        float[] values = new float[rows.size() * WIDTH];
        Columns columns = Columns.of(schema(), "features", List.of("features"));
        for (int i = 0; i < rows.size(); i++) {
            columns.read(rows.get(i)::get, i, values, i * WIDTH, WIDTH);
        }
        return NDArray.wrap(values, rows.size(), WIDTH);
    }

    static NDArray classes(List<Row> rows) {
        return NDArray.of(rows.stream().mapToInt(row -> row.getInt(1)).toArray());
    }

    static Model model() {
        return Model.sequential(new Dense(8, Activation.TANH), new Dense(2, Activation.SOFTMAX))
                .seed(7)
                .compile(new Adam(0.02), Loss.softmaxCrossEntropy());
    }

    static Model modelWithDropout() {
        return Model.sequential(new Dense(8, Activation.TANH), Dropout.rate(0.3), new Dense(2, Activation.SOFTMAX))
                .seed(7)
                .compile(new Adam(0.02), Loss.softmaxCrossEntropy());
    }

    /** Returns a hash of the bits of all variables. */
    static long bits(Model model) {
        long hash = 1;
        for (String name : model.variables().keySet()) {
            hash = 31 * hash
                    + Arrays.hashCode(Objects.requireNonNull(model.variables().get(name))
                            .value()
                            .toFloats());
        }
        return hash;
    }
}
