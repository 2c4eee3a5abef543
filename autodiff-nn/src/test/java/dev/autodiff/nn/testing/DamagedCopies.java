package dev.autodiff.nn.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/** Damaged copies of a file, for readers that must stand all of them. */
public final class DamagedCopies {
    /** The damages of each file; 20,000 with {@code -Dautodiff.mutants=20000}. */
    private static final int COUNT = Integer.getInteger("autodiff.mutants", 1500);

    /** The bytes that reading one of these small files may take, the buffers of archives included. */
    private static final long MEMORY = 24 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private DamagedCopies() {}

    /**
     * Reads damaged copies of a small file, and fails if one is refused without words that name it, or takes much
     * memory.
     *
     * @param least the least number of copies in a hundred that are refused
     */
    public static void assertStood(Path directory, byte[] original, String name, Consumer<Path> reader, int least) {
        int refused = 0;
        for (long seed = 0; seed < COUNT; seed++) {
            Path file = TestFiles.write(directory, name, of(original, seed));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                reader.accept(file);
            } catch (DataException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains(name), () -> message);
            } catch (RuntimeException | Error e) {
                fail("The damage of seed " + seed + " gives " + e, e);
            }
            long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(taken < MEMORY, "The damage of seed " + seed + " takes " + taken + " bytes");
        }
        assertTrue(refused * 100 >= COUNT * least, "only " + refused + " damages of " + name + " are noticed");
    }

    /** Returns a copy with one to four damages: bytes changed, cut out, repeated, put in, or the end cut off. */
    public static byte[] of(byte[] original, long seed) {
        Random random = new Random(seed);
        byte[] bytes = original.clone();
        int damages = 1 + random.nextInt(4);
        for (int i = 0; i < damages && bytes.length > 0; i++) {
            bytes = damaged(bytes, random);
        }
        return bytes;
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        // Headers are where damage matters: half of the damages hit the first bytes
        int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 160));
        int length = Math.min(bytes.length - at, 1 + random.nextInt(8));
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0x7f));
            case 3 -> {
                return spliced(bytes, at, at + length, new byte[0]);
            }
            case 4 -> {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + 1 + random.nextInt(40));
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, from, to));
            }
            default -> {
                return Arrays.copyOf(bytes, at);
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
        byte[] result = new byte[bytes.length - (to - from) + between.length];
        System.arraycopy(bytes, 0, result, 0, from);
        System.arraycopy(between, 0, result, from, between.length);
        System.arraycopy(bytes, to, result, from + between.length, bytes.length - to);
        return result;
    }
}
