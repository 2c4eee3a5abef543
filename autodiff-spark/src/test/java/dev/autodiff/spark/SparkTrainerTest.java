package dev.autodiff.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.optimizer.GradientDescent;
import dev.autodiff.nn.train.Loss;
import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkTrainerTest {
    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = Clusters.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static void assertClose(Model expected, Model actual, double tolerance) {
        expected.variables().forEach((name, variable) -> {
            float[] a = variable.value().toFloats();
            float[] b =
                    Objects.requireNonNull(actual.variables().get(name)).value().toFloats();
            for (int i = 0; i < a.length; i++) {
                assertEquals(a[i], b[i], tolerance, name);
            }
        });
    }

    @Test
    void unevenPartitionsMakeTheStepsOfOneMachineWithTheWholeBatch() {
        List<Row> rows = Clusters.rows(40);
        SparkTrainer.Result result = SparkTrainer.of(Clusters::model)
                .classes("class")
                .batch(40)
                .epochs(5)
                .fit(Clusters.frame(spark, rows, 7, 20, 0, 13));
        NDArray x = Clusters.features(rows);
        NDArray y = Clusters.classes(rows);
        try (Model one = Clusters.model();
                Model many = result.model()) {
            for (int i = 0; i < 5; i++) {
                assertEquals(one.trainer().step(x, y), result.losses().get(i), 1e-6);
            }
            assertClose(one, many, 2e-6);
            assertEquals(5, result.steps());
            assertEquals(40, result.examples());
            assertEquals(4, result.partitions());
        }
    }

    @Test
    void batchesWithDropoutGiveTheSameBitsAgainAndLearn() {
        Dataset<Row> data = Clusters.frame(spark, Clusters.rows(60), 25, 15, 20);
        List<Long> bits = new ArrayList<>();
        for (int seed : new int[] {3, 3, 4}) {
            SparkTrainer.Result result = SparkTrainer.of(Clusters::modelWithDropout)
                    .classes("class")
                    .batch(16)
                    .epochs(6)
                    .seed(seed)
                    .fit(data);
            bits.add(Clusters.bits(result.model()));
            assertTrue(result.losses().get(5) < 0.8 * result.losses().get(0), result::toString);
            assertEquals(24, result.steps());
            result.model().close();
        }
        assertEquals(bits.get(0), bits.get(1));
        assertNotEquals(bits.get(0), bits.get(2));
    }

    @Test
    void localStepsAreAveragedByTheNumbersOfExamples() {
        List<Row> rows = Clusters.rows(30);
        ModelBuilder builder =
                () -> Model.sequential(new Dense(1)).seed(2).compile(new GradientDescent(0.1), Loss.meanSquaredError());
        SparkTrainer.Result result = SparkTrainer.of(builder)
                .label("target")
                .batch(30)
                .epochs(4)
                .averagingEvery(4)
                .fit(Clusters.frame(spark, rows, 10, 20));
        // An epoch has one step, and averages end with it: after each, the mean of two models.
        NDArray x = Clusters.features(rows);
        float[] targets = new float[30];
        for (int i = 0; i < 30; i++) {
            targets[i] = (float) rows.get(i).getDouble(2);
        }
        NDArray y = NDArray.wrap(targets, 30, 1);
        try (Model a = builder.get().build(Clusters.WIDTH);
                Model b = builder.get().build(Clusters.WIDTH);
                Model averaged = result.model()) {
            a.session().initialize();
            b.session().initialize();
            for (int i = 0; i < 4; i++) {
                a.trainer().step(x.rows(0, 10), y.rows(0, 10));
                b.trainer().step(x.rows(10, 30), y.rows(10, 30));
                a.variables().forEach((name, variable) -> {
                    float[] one = variable.value().toFloats();
                    float[] two = Objects.requireNonNull(b.variables().get(name))
                            .value()
                            .toFloats();
                    for (int k = 0; k < one.length; k++) {
                        one[k] = (one[k] * 10 + two[k] * 20) / 30;
                    }
                    NDArray mean = NDArray.wrap(one, variable.shape().dims());
                    variable.assign(mean);
                    Objects.requireNonNull(b.variables().get(name)).assign(mean);
                });
            }
            assertClose(a, averaged, 2e-6);
        }
    }

    @Test
    void trainingContinuesFromItsCheckpointBitForBit(@TempDir Path folder) {
        Dataset<Row> data = Clusters.frame(spark, Clusters.rows(50), 20, 30);
        List<Consumer<SparkTrainer>> ways = List.of(trainer -> {}, trainer -> trainer.averagingEvery(2));
        for (int way = 0; way < ways.size(); way++) {
            Path file = folder.resolve("state" + way + ".safetensors");
            SparkTrainer whole = trainer(6);
            SparkTrainer killed = trainer(6).checkpoint(file, 4);
            SparkTrainer resumed = trainer(6).checkpoint(file, 4);
            List.of(whole, killed, resumed).forEach(ways.get(way));
            long expected = Clusters.bits(whole.fit(data).model());
            killed.listener((step, loss) -> {
                if (step >= 11) {
                    throw new IllegalStateException("the driver is lost");
                }
            });
            assertThrows(IllegalStateException.class, () -> killed.fit(data));
            List<Long> steps = new ArrayList<>();
            SparkTrainer.Result result =
                    resumed.listener((step, loss) -> steps.add(step)).fit(data);
            assertEquals(expected, Clusters.bits(result.model()));
            assertTrue(steps.get(0) <= 12 && steps.get(0) > 4, steps::toString);
            assertEquals(24, result.steps());
        }
    }

    private static SparkTrainer trainer(int epochs) {
        return SparkTrainer.of(Clusters::modelWithDropout)
                .classes("class")
                .batch(16)
                .epochs(epochs);
    }

    // ---- bad input

    private static void assertRefused(String part, SparkTrainer trainer, Dataset<Row> data) {
        String message = String.valueOf(
                assertThrows(DataException.class, () -> trainer.fit(data)).getMessage());
        assertTrue(message.contains(part), message);
    }

    @Test
    void badDataIsNamedWithColumnAndRemedy() {
        List<Row> rows = new ArrayList<>(Clusters.rows(6));
        Dataset<Row> good = Clusters.frame(spark, rows, 3, 3);
        assertRefused(
                "There is no column \"clas\" for the label. There are features, class, target",
                trainer(1).classes("clas"),
                good);
        assertRefused("but classes are whole numbers from 0 on", trainer(1).classes("target"), good);
        assertRefused(
                "Column \"name\" has the type string, but the features are numbers",
                trainer(1).features("name"),
                good.withColumn("name", functions.lit("x")));
        assertRefused("none of the 2 partitions has a row", trainer(1), good.filter("target > 1000"));
        assertRefused(
                "An example of shape [2, 3] does not have the 4 numbers",
                trainer(1).shape(2, 3),
                good);
        rows.set(4, RowFactory.create(Vectors.dense(1, 2, 3), 1, 0.5));
        assertRefused("of row 1 of its partition has 3 numbers", trainer(1), Clusters.frame(spark, rows, 3, 3));
        rows.set(4, RowFactory.create(rows.get(0).get(0), null, 0.5));
        assertRefused(
                "Column \"class\" has a null in row 1 of its partition: leave such rows out with data.na().drop",
                trainer(1),
                Clusters.frame(spark, rows, 3, 3));
        List<Row> narrow = new ArrayList<>(Clusters.rows(3));
        narrow.replaceAll(row -> RowFactory.create(Vectors.dense(1, 2), 1, 0.5));
        List<Row> both = new ArrayList<>(Clusters.rows(3));
        both.addAll(narrow);
        assertRefused(
                "Column \"features\" has 2 numbers a row in partition 1, but 4 in partition 0",
                trainer(1),
                Clusters.frame(spark, both, 3, 3));
    }

    @Test
    void whatCannotBeSentIsNamed() {
        Object secret = new Object();
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> SparkTrainer.of(() -> Clusters.model().seed(secret.hashCode())))
                .getMessage());
        assertTrue(message.contains("refers to a java.lang.Object, which cannot be sent to executors"), message);
    }
}
