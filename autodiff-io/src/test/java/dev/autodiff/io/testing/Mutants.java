package dev.autodiff.io.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Files that something was changed in, from seeds: each is read, or refused by the library's own exception, with little
 * memory. {@code -Dautodiff.mutants=} makes more of them.
 */
public final class Mutants {
    /** The number of mutants of each file. */
    public static final int COUNT = Integer.getInteger("autodiff.mutants", 200);

    /** Many times what the intact files take. */
    private static final long MOST_BYTES = 160L << 20;

    private Mutants() {}

    /** Something that reads the bytes of a file. */
    public interface Reader {
        /** Reads bytes. */
        Object read(byte[] bytes) throws Exception;
    }

    /**
     * Reads mutants of a file, and fails if one is refused by another exception.
     *
     * @param least the least number of mutants in a hundred that are refused
     */
    public static void check(byte[] intact, Reader reader, Class<? extends RuntimeException> refusal, int least) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().getId();
        List<String> escaped = new ArrayList<>();
        int refused = 0;
        for (int seed = 0; seed < COUNT; seed++) {
            byte[] bytes = mutant(intact, new SplittableRandom(seed));
            long before = threads.getThreadAllocatedBytes(self);
            try {
                reader.read(bytes);
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                if (refusal.isInstance(e)) {
                    refused++;
                } else {
                    escaped.add(
                            "seed " + seed + ": " + e + " at " + Arrays.toString(Arrays.copyOf(e.getStackTrace(), 4)));
                }
            }
            long taken = threads.getThreadAllocatedBytes(self) - before;
            if (taken > MOST_BYTES) {
                escaped.add("seed " + seed + ": took " + (taken >> 20) + " MB");
            }
        }
        assertEquals("", String.join("\n", escaped));
        assertTrue(refused * 100 >= COUNT * least, "damage is noticed: " + refused + " of " + COUNT);
    }

    /** Returns a file that was cut off, or in which some bytes were changed. */
    public static byte[] mutant(byte[] file, SplittableRandom random) {
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
}
