package dev.autodiff.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeuralNetworkTest {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Clusters.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static NeuralNetwork network() {
        NeuralNetwork network =
                new NeuralNetwork().layers(new Dense(8, Activation.TANH), new Dense(2, Activation.SOFTMAX));
        return network.with(network.labelCol(), "class")
                .with(network.batchSize(), 25)
                .with(network.epochs(), 12)
                .with(network.stepSize(), 0.05)
                .with(network.seed(), 3L);
    }

    private static float[] floats(Row row, int column) {
        List<Float> list = row.getList(column);
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }

    @Test
    void aNetworkStandsInAPipelineAndIsSavedWithIt(@TempDir Path folder) throws Exception {
        Dataset<Row> data = Clusters.frame(spark, Clusters.rows(100), 40, 60);
        NeuralNetwork network = network();
        network.set(network.featuresCol(), "scaled");
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            new StandardScaler().setInputCol("features").setOutputCol("scaled"), network
        });
        String saved = folder.resolve("pipeline").toUri().toString();
        pipeline.save(saved);
        PipelineModel model = Pipeline.load(saved).fit(data);
        List<Row> scored = model.transform(data).collectAsList();
        long right = scored.stream()
                .filter(row -> row.getInt(1) == row.<Double>getAs("prediction"))
                .count();
        assertTrue(right >= 90, right + " of 100");
        String trained = folder.resolve("model").toUri().toString();
        model.save(trained);
        List<Row> again = PipelineModel.load(trained).transform(data).collectAsList();
        assertEquals(scored, again);
        assertEquals(
                List.of("features", "class", "target", "scaled", "output", "prediction"),
                List.of(model.transform(data).columns()));
    }

    @Test
    void scoringInBatchesAndRowByRowGivesWhatTheModelPredicts(@TempDir Path folder) {
        List<Row> rows = Clusters.rows(300); // more than a batch in a partition
        Dataset<Row> data = Clusters.frame(spark, rows, 290, 0, 10);
        Path file = folder.resolve("model.safetensors");
        float[] expected;
        try (Model model = Clusters.model().build(Clusters.WIDTH)) {
            model.save(file);
            expected = model.predict(Clusters.features(rows)).toFloats();
        }
        Scoring scoring = Scoring.of(spark, file);
        List<Row> scored = scoring.transform(data, "p", "features").collectAsList();
        List<Row> single =
                data.select(scoring.udf().apply(data.col("features"))).limit(20).collectAsList();
        assertEquals(300, scored.size());
        for (int i = 0; i < scored.size(); i++) {
            float[] one = {expected[2 * i], expected[2 * i + 1]};
            assertArrayEquals(one, floats(scored.get(i), 3), 1e-6f);
            if (i < single.size()) {
                assertArrayEquals(one, floats(single.get(i), 0), 1e-6f);
            }
        }
        assertTrue(message(() -> scoring.transform(data, "class", "features")).contains("There is a column \"class\""));
    }

    @Test
    void columnsMayHaveDotsInTheirNames() {
        Dataset<Row> data =
                Clusters.frame(spark, Clusters.rows(50), 20, 30).withColumnRenamed("features", "x.features");
        NeuralNetwork network = network();
        network.set(network.featuresCol(), "x.features").set(network.outputCol(), "y.output");
        List<Row> scored = network.fit(data).transform(data).collectAsList();
        assertEquals(50, scored.size());
        for (Row row : scored) {
            float[] outputs = floats(row, row.fieldIndex("y.output"));
            assertEquals(outputs[1] > outputs[0] ? 1.0 : 0.0, row.<Double>getAs("prediction"));
        }
    }

    @Test
    void mistakesAreNamed() {
        Dataset<Row> data = Clusters.frame(spark, Clusters.rows(4), 4);
        NeuralNetwork network = network();
        assertTrue(message(() -> network.copy(network.extractParamMap())
                        .with(network.optimizer(), "adma")
                        .fit(data))
                .contains("There is no optimizer \"adma\": there are adam, sgd and momentum"));
        assertTrue(message(() -> network.copy(network.extractParamMap())
                        .with(network.loss(), "mse")
                        .with(network.labelCol(), "target")
                        .fit(data))
                .contains("There is no loss \"mse\""));
        assertTrue(message(() -> new NeuralNetwork().fit(data)).contains("The network has no layers"));
        assertTrue(message(() -> network.transformSchema(data.drop("features").schema()))
                .contains("There is no column \"features\""));
    }

    private static String message(Runnable wrong) {
        return String.valueOf(assertThrows(DataException.class, wrong::run).getMessage());
    }
}
