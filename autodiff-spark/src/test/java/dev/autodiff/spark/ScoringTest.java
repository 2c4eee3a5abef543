package dev.autodiff.spark;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.nn.train.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringTest {
    private static SparkSession spark;

    @TempDir
    private static Path folder;

    private static Scoring scoring;

    /** Rows whose features are whole numbers, which every type can hold. */
    private static List<Row> rows;

    private static float[] expected;

    @BeforeAll
    static void start() {
        spark = Clusters.session();
        rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) { // more than a batch in a partition
            Vector dense = Vectors.dense(i % 3, -i % 5, 1, i % 2);
            rows.add(RowFactory.create(i % 4 == 0 ? dense.toSparse() : dense, i, 1.0));
        }
        Path file = folder.resolve("model.safetensors");
        try (Model model = Clusters.model().build(Clusters.WIDTH)) {
            model.save(file);
            expected = model.predict(Clusters.features(rows)).toFloats();
        }
        scoring = Scoring.of(spark, file);
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static Dataset<Row> data() {
        return Clusters.frame(spark, rows, 290, 0, 10);
    }

    private static void assertScores(Dataset<Row> scored, String column) {
        List<Row> found = scored.select(column).collectAsList();
        float[] values = new float[expected.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = found.get(i / 2).<Float>getList(0).get(i % 2);
        }
        assertArrayEquals(expected, values, 1e-6f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tinyint", "smallint", "int", "bigint", "decimal(9,2)", "float", "double"})
    void arraysOfAllTypesAreScored(String type) {
        Dataset<Row> typed = data().withColumn(
                        "typed",
                        vector_to_array(functions.col("features"), "float64").cast("array<" + type + ">"));
        assertScores(scoring.transform(typed, "p", "typed"), "p");
        assertScores(typed.withColumn("p", scoring.udf().apply(functions.col("typed"))), "p");
    }

    @Test
    void vectorsAreScoredWhetherDenseOrSparse() {
        assertScores(scoring.transform(data(), "p", "features"), "p");
        assertScores(data().withColumn("p", scoring.udf().apply(functions.col("features"))), "p");
    }

    @Test
    void otherColumnsStayAsTheyAre() {
        Dataset<Row> data = data().selectExpr(
                        "features",
                        "class",
                        "concat('name', class) as `a.b`",
                        "if(class % 7 = 0, null, class) as holes",
                        "named_struct('s', cast(class as string), 'a', array(class, null)) as nested",
                        "map(class, target) as m",
                        "cast(cast(class as string) as binary) as bytes",
                        "cast(class as decimal(30, 3)) as large",
                        "array(cast(class as string), 'x') as texts");
        Dataset<Row> scored = scoring.transform(data, "p", "features");
        assertEquals(text(data), text(scored.drop("p")));
        assertScores(scored, "p");
    }

    /** Returns the rows as JSON, in which arrays of bytes are equal by their contents. */
    private static List<String> text(Dataset<Row> data) {
        return data.drop("features").toJSON().collectAsList();
    }

    @Test
    void twoScoringsMayFollowOneAnother() {
        Dataset<Row> twice = scoring.transform(scoring.transform(data(), "p.1", "features"), "q", "features");
        assertScores(twice, "q");
        assertScores(twice, "`p.1`");
        assertEquals(
                data().select("class").collectAsList(), twice.select("class").collectAsList());
        assertScores(scoring.transform(twice.limit(300), "r", "features"), "r");
    }

    @Test
    void aRowThatDoesNotFitIsNamedByItsPlaceInThePartition() {
        List<Row> wrong = new ArrayList<>(rows);
        wrong.set(280, RowFactory.create(Vectors.dense(1, 2, 3), 1, 0.5));
        Dataset<Row> data = Clusters.frame(spark, wrong, 290, 0, 10);
        assertCause(
                "Column \"features\" of row 280 of its partition has 3 numbers, but the first row 4",
                () -> scoring.transform(data, "p", "features").collectAsList());
        Dataset<Row> holes = data().selectExpr("class", "array(1, 2, if(class = 270, null, 3), 4) as array");
        assertCause(
                "Column \"array\" has a null in row 270 of its partition",
                () -> scoring.transform(holes, "p", "array").collectAsList());
    }

    private static void assertCause(String part, Runnable wrong) {
        Throwable thrown = assertThrows(Exception.class, wrong::run);
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        assertTrue(messages.toString().contains(part), messages::toString);
    }
}
