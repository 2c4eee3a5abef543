package dev.autodiff.examples.spark;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.idx.Mnist;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import dev.autodiff.spark.Scoring;
import dev.autodiff.spark.SparkTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A multilayer perceptron for handwritten digits, trained on Spark in this process: {@code ./autodiff spark}. The
 * images are rows of a data frame; a cluster would read them from its own files.
 */
public final class SparkMnist {
    private static final StructType SCHEMA = new StructType()
            .add("pixels", DataTypes.createArrayType(DataTypes.FloatType))
            .add("digit", DataTypes.IntegerType);

    private SparkMnist() {}

    /**
     * Runs the example.
     *
     * @param args the number of epochs, 3 if it is not given
     */
    public static void main(String[] args) throws IOException {
        int epochs = args.length > 0 ? epochs(args[0]) : 3;
        Mnist mnist = Mnist.load(Path.of(System.getProperty("autodiff.data", "examples/data"), "mnist"));
        int cores = Runtime.getRuntime().availableProcessors();
        try (SparkSession spark = SparkSession.builder()
                .master("local[" + cores + "]")
                .appName("autodiff")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate()) {
            org.apache.spark.sql.Dataset<Row> train = frame(spark, mnist.train(), cores);
            org.apache.spark.sql.Dataset<Row> test = frame(spark, mnist.test(), cores);
            SparkTrainer.Result result = SparkTrainer.of(
                            () -> Model.sequential(new Dense(128, Activation.RELU), new Dense(10, Activation.SOFTMAX))
                                    .seed(1)
                                    .compile(new Adam(0.002), Loss.softmaxCrossEntropy()))
                    .features("pixels")
                    .classes("digit")
                    .batch(512)
                    .epochs(epochs)
                    .listener((step, loss) -> {
                        if (step % 50 == 0) {
                            System.out.printf("step %4d   loss %.3f%n", step, loss);
                        }
                    })
                    .fit(train);
            System.out.printf(
                    "%d examples in %d partitions, %d steps; loss of the last epoch %.3f%n",
                    result.examples(),
                    result.partitions(),
                    result.steps(),
                    result.losses().get(result.losses().size() - 1));
            Path file = Files.createTempDirectory("autodiff").resolve("digits.safetensors");
            result.model().save(file);
            result.model().close();
            long right = Scoring.of(spark, file)
                    .transform(test, "probabilities", "pixels")
                    .filter("array_position(probabilities, array_max(probabilities)) - 1 = digit")
                    .count();
            System.out.printf("Of the test images, %.1f %% are read right.%n", 100.0 * right / test.count());
            System.out.println("The model: " + file);
        }
    }

    private static int epochs(String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            System.err.println("autodiff spark: the argument is a number of epochs from 1 to 9999, not " + text + ".");
            System.exit(2);
        }
        return Integer.parseInt(text);
    }

    private static org.apache.spark.sql.Dataset<Row> frame(SparkSession spark, Dataset data, int partitions) {
        float[] pixels = data.features().toFloats();
        NDArray digits = data.labels();
        int width = pixels.length / data.rows();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < data.rows(); i++) {
            List<Float> image = new ArrayList<>(width);
            for (int k = 0; k < width; k++) {
                image.add(pixels[i * width + k]);
            }
            rows.add(RowFactory.create(image, (int) digits.at(i)));
        }
        return spark.createDataFrame(rows, SCHEMA).repartition(partitions);
    }
}
