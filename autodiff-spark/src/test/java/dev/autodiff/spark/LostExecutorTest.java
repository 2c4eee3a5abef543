package dev.autodiff.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LostExecutorTest {
    /** Trains in a cluster of two executors, the second time with one of them killed in the middle. */
    static final class Training {
        public static void main(String[] args) throws Exception {
            try (SparkSession spark = LocalCluster.start(2)) {
                Dataset<Row> data = Clusters.frame(spark, Clusters.rows(64), 20, 12, 14, 18);
                long undisturbed = train(data, Long.MAX_VALUE);
                long disturbed = train(data, 5);
                System.out.println(undisturbed == disturbed ? "the same bits" : "other bits");
            }
        }

        private static long train(Dataset<Row> data, long killedAt) {
            return Clusters.bits(SparkTrainer.of(Clusters::modelWithDropout)
                    .classes("class")
                    .batch(16)
                    .epochs(3)
                    .listener((step, loss) -> {
                        if (step == killedAt) {
                            List<ProcessHandle> executors = LocalCluster.executors();
                            System.out.println("executors: " + executors.size());
                            executors.get(0).destroyForcibly();
                            executors.get(0).onExit().join();
                            System.out.println("killed one");
                        }
                    })
                    .fit(data)
                    .model());
        }
    }

    @Test
    void aLostExecutorCostsAStepAndNoNumber(@TempDir Path home) throws Exception {
        String output = LocalCluster.run(Training.class, home);
        for (String line : List.of("executors: 2", "killed one", "the same bits")) {
            assertTrue(output.contains(line), output);
        }
    }
}
