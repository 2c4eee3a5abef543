package dev.autodiff.io.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that something was changed in: each is read, or refused by the library's exception, with little memory. */
@Tag("kernel-independent")
class DamagedModelsTest {
    private static final int MUTANTS = Integer.getInteger("mutants", 150);

    /** Many times what the intact files take. */
    private static final long MOST_BYTES = 64L << 20;

    private static byte[] file(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(DamagedModelsTest.class.getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    private static byte[] mutant(byte[] file, SplittableRandom random) {
        byte[] bytes = file.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, at);
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                for (int i = 0; i < 4; i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
            }
            default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(9)), (byte) 0x7f);
        }
        return bytes;
    }

    @Test
    void mutantsAreReadOrRefused() throws IOException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        List<String> escaped = new ArrayList<>();
        int refused = 0;
        for (String name : List.of("mlp.onnx", "residual.onnx", "attention.onnx")) {
            byte[] intact = file(name);
            OnnxModel.of(intact);
            for (int seed = 0; seed < MUTANTS; seed++) {
                byte[] bytes = mutant(intact, new SplittableRandom(seed));
                long before = threads.getThreadAllocatedBytes(self);
                try {
                    OnnxModel.of(bytes);
                } catch (OnnxException e) {
                    refused++;
                } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                    escaped.add(name + ", seed " + seed + ": " + e + " at "
                            + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 4)));
                }
                long taken = threads.getThreadAllocatedBytes(self) - before;
                if (taken > MOST_BYTES) {
                    escaped.add(name + ", seed " + seed + ": took " + (taken >> 20) + " MB");
                }
            }
        }
        assertEquals("", String.join("\n", escaped));
        assertTrue(refused > MUTANTS, "most damage is noticed: " + refused);
    }
}
