package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few steps of the small GPT, what it writes, and the same from what it has saved. */
class GptTest {
    @TempDir
    Path out;

    private static String written(Run run) {
        return run.out()
                .substring(run.out().indexOf("What it writes:"), run.out().indexOf("Files in"));
    }

    private static double validation(Run run) {
        String line = run.out()
                .lines()
                .filter(row -> row.matches("12 +[0-9.]+ *"))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.strip().split(" +", -1)[1]);
    }

    @Test
    @Tag("slow")
    void aFewStepsTeachTheFrequentCharacters() throws IOException {
        Run run = Run.of("gpt", "--steps", "12", "--out", out.toString());
        assertEquals(0, run.exitCode(), run::err);
        assertTrue(run.out().contains("820,736 numbers to learn"), run::out);
        assertTrue(validation(run) < 3.95, run::out); // 4.32 is the logarithm of the number of characters
        assertTrue(Files.size(out.resolve("gpt-attention.png")) > 10_000);
        String page = Files.readString(out.resolve("gpt-attention.html"));
        assertTrue(page.contains("upstream") && page.contains("weights"));
        Path saved = out.resolve("gpt.safetensors");
        Run again = Run.of("gpt", "--steps", "12", "--load", saved.toString(), "--out", out.toString());
        assertEquals(0, again.exitCode(), again::err);
        assertEquals(written(run), written(again));
    }

    @Test
    void otherFilesAreRefused() {
        Path file = out.resolve("other.safetensors");
        Safetensors.write(file, Map.of("w", NDArray.of(1f)));
        Run run = Run.of("gpt", "--load", file.toString(), "--out", out.toString());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("These are not the weights of this network"), run::err);
        assertEquals(2, Run.of("gpt", "--steps", "0").exitCode());
        Run missing = Run.of("gpt", "--data", out.toString());
        assertEquals(2, missing.exitCode());
        assertTrue(missing.err().contains("The novel"), missing::err);
    }
}
