package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attention for doubles is that for floats with other types, and needs memory for a block alone. */
@Tag("kernel-independent")
class AttentionTwinsTest {
    @Test
    void theSourcesDifferInTypesAlone() throws IOException {
        Path folder = Path.of("src/main/java/dev/autodiff/kernel");
        String floats = Files.readString(folder.resolve("FloatAttention.java"));
        String doubles = Files.readString(folder.resolve("DoubleAttention.java"));
        String expected = floats.replace("FloatAttention", "DoubleAttention")
                .replace("floatRows", "doubleRows")
                .replaceAll("\\bfloat\\b", "double")
                .replaceAll("\\bfloats\\b", "doubles")
                .replaceAll("\\bFloat\\b", "Double")
                .replace("plan.scale", "plan.exactScale");
        assertEquals(expected.replaceAll("\\s+", ""), doubles.replaceAll("\\s+", ""));
    }

    private static int length(int queries, int keys, boolean causal) {
        return new AttentionPlan(queries, keys, 8, 8, causal, 8, 8, 8, 8, 0).arrayLength();
    }

    @Test
    void memoryGrowsWithTheLengthAndNotWithItsSquare() {
        for (boolean causal : new boolean[] {false, true}) {
            assertTrue(length(100_000, 100_000, causal) <= 8 * 100_000);
            assertTrue(length(1_000_000, 1000, causal) <= 64_000);
            assertTrue(length(64, 64, causal) <= 4096);
        }
        assertEquals(1, length(0, 0, false));
    }
}
