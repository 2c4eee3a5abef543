package dev.autodiff.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.Generators;
import dev.autodiff.nn.layer.Activation;
import dev.autodiff.nn.layer.BatchNorm;
import dev.autodiff.nn.layer.Dense;
import dev.autodiff.nn.layer.Dropout;
import dev.autodiff.nn.optimizer.Adam;
import dev.autodiff.nn.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training process is killed at random instants, most of which are within the writing of a checkpoint, and started
 * again each time, until it comes to its end. {@code -Dautodiff.kills=50} kills more often, {@code -Dautodiff.seed=7}
 * at other instants.
 */
@Tag("kernel-independent")
@Tag("slow")
class KillTest {
    private static final int EPOCHS = 8;

    @TempDir
    private Path directory = Path.of("");

    /** The training: it says after each batch that it is about to save. */
    static final class Training {
        private Training() {}

        public static void main(String[] args) {
            Dataset data = Generators.linear(new double[] {2, -3, 0.5}, 4, 0.1, 64, 3);
            Model model = Model.sequential(
                            new Dense(64, Activation.RELU), new BatchNorm(), Dropout.rate(0.3), new Dense(1))
                    .seed(5)
                    .compile(new Adam(0.01), Loss.meanSquaredError());
            model.fit(
                    data,
                    FitOptions.epochs(EPOCHS)
                            .batch(8)
                            .callbacks(
                                    Callback.afterBatch(loop -> System.out.println("batch")),
                                    Checkpoint.last(Path.of(args[0]))
                                            .everyBatches(1)
                                            .resuming()));
            StateFile.save(model, Path.of(args[1]));
            model.close();
            System.out.println("end");
        }
    }

    @Test
    void aKilledTrainingEndsWithTheBitsOfOneThatWasNot() throws IOException, InterruptedException {
        int kills = Integer.getInteger("autodiff.kills", 5);
        long seed = Long.getLong("autodiff.seed", 1);
        String message = "-Dautodiff.seed=" + seed + " -Dautodiff.kills=" + kills;
        Path expected = directory.resolve("expected");
        Path end = directory.resolve("end");
        JavaProcess.run(
                "-Xmx128m", Training.class, directory.resolve("undisturbed").toString(), expected.toString());
        SplittableRandom random = new SplittableRandom(seed);
        Path checkpoint = directory.resolve("checkpoint");
        int killed = 0;
        while (killed < kills) {
            if (kill(checkpoint, end, 1 + random.nextInt(EPOCHS * 2), random.nextInt(2_000_000))) {
                killed++;
                if (Files.exists(checkpoint)) {
                    Model.load(checkpoint).close(); // whole at every instant
                }
            } else {
                assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(end), message);
                Files.delete(end);
                Files.delete(checkpoint);
            }
        }
        JavaProcess.run("-Xmx128m", Training.class, checkpoint.toString(), end.toString());
        assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(end), message);
    }

    /**
     * Starts the training, and kills it a little after a number of batches.
     *
     * @param spins the length of the little while, in turns of a loop
     * @return whether it was killed, rather than at its end before
     */
    private static boolean kill(Path checkpoint, Path end, int batches, int spins)
            throws IOException, InterruptedException {
        Process process = JavaProcess.start("-Xmx128m", Training.class, checkpoint.toString(), end.toString());
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int left = batches;
            while (left > 0) {
                String line = lines.readLine();
                if (line == null) {
                    break;
                }
                output.append(line).append('\n');
                left -= line.equals("batch") ? 1 : 0;
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            process.destroyForcibly();
        }
        int exit = process.waitFor();
        assertTrue(exit == 0 || exit == 137, exit + "\n" + output);
        return exit != 0;
    }
}
