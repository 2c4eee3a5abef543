package dev.autodiff.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.testing.JavaProcess;
import dev.autodiff.nn.testing.Mutants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files, made from whole ones by seeded changes: each is read, or refused with the library's own exception, in
 * a small heap. {@code -Dautodiff.mutants=20000} makes more of them.
 */
@Tag("kernel-independent")
class HostileFilesTest {
    @TempDir
    private Path directory = Path.of("");

    /** A program that reads mutants: a directory and their number are its arguments. */
    static final class Reader {
        private Reader() {}

        public static void main(String[] args) throws IOException {
            Path original = Path.of(args[0], "original");
            Safetensors.write(
                    original,
                    Map.of(
                            "dense1/weights", NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}),
                            "dense1/bias", NDArray.of(0.5, 0.25),
                            "n", NDArray.of(1, 2, 3)),
                    Map.of("format", "pt", "autodiff", "{\"version\":1}"));
            byte[] whole = Files.readAllBytes(original);
            Path file = Path.of(args[0], "mutant");
            int refused = 0;
            int count = Integer.parseInt(args[1]);
            for (int seed = 0; seed < count; seed++) {
                Files.write(file, Mutants.ofSafetensors(whole, new SplittableRandom(seed)));
                try {
                    Safetensors.read(file);
                } catch (DataException e) {
                    refused++;
                } catch (Throwable e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
            System.out.println(refused + " refused");
        }
    }

    @Test
    void everyMutantIsReadOrRefused() {
        int count = Integer.getInteger("autodiff.mutants", 2_000);
        String output = JavaProcess.run("-Xmx256m", Reader.class, directory.toString(), Integer.toString(count));
        assertTrue(output.matches("\\d+ refused\\s*"), output);
        int refused = Integer.parseInt(output.substring(0, output.indexOf(' ')));
        // some changes are harmless: other numbers in arrays, other letters in names
        assertTrue(refused > count / 2 && refused < count, output);
    }

    @Test
    void mutantsAreTheSameForASeed() {
        byte[] whole = {2, 0, 0, 0, 0, 0, 0, 0, '{', '}'};
        for (int seed = 0; seed < 100; seed++) {
            assertEquals(
                    Arrays.toString(Mutants.ofSafetensors(whole, new SplittableRandom(seed))),
                    Arrays.toString(Mutants.ofSafetensors(whole, new SplittableRandom(seed))));
        }
    }
}
