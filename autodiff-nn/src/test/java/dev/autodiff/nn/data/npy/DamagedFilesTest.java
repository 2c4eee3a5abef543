package dev.autodiff.nn.data.npy;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.DamagedCopies;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seeded damages of files: each is read, or refused with words that name the file, and takes little memory. */
@Tag("kernel-independent")
class DamagedFilesTest {
    /** The damages of each file; 20,000 with {@code -Dautodiff.mutants=20000}. */
    private static final int MUTANTS = Integer.getInteger("autodiff.mutants", 1500);

    /** The bytes that reading one of these small files may take, the buffers of archives included. */
    private static final long MEMORY = 24 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path directory = Path.of("");

    private void standsDamagesOf(byte[] original, String name, Consumer<Path> reader) {
        int refused = 0;
        for (long seed = 0; seed < MUTANTS; seed++) {
            Path file = TestFiles.write(directory, name, DamagedCopies.of(original, seed));
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
        assertTrue(refused > MUTANTS / 3, "only " + refused + " damages of " + name + " are noticed");
    }

    @Test
    void arraysStandDamages() throws IOException {
        Path file = directory.resolve("good.npy");
        Npy.write(file, NDArray.of(new float[][] {{1, 2, 3}, {4, 5, 6}}));
        byte[] bytes = Files.readAllBytes(file);
        standsDamagesOf(bytes, "damaged.npy", Npy::read);
        standsDamagesOf(bytes, "mapped.npy", path -> {
            MappedNpy mapped = MappedNpy.open(path, DType.FLOAT64);
            mapped.take(mapped.rowCount() == 0 ? new int[0] : new int[] {0, mapped.rowCount() - 1});
        });
        standsDamagesOf(TestFiles.gzip(bytes), "damaged.npy.gz", Npy::read);
    }

    @Test
    void archivesStandDamages() throws IOException {
        for (String name : List.of("deflated.npz", "zip64.npz", "stored.npz")) {
            byte[] bytes = Files.readAllBytes(TestFiles.resource("npy/" + name));
            standsDamagesOf(bytes, "damaged.npz", Npz::read);
        }
        Path file = directory.resolve("good.npz");
        Npz.write(file, Map.of("a", NDArray.of(1, 2, 3), "b", NDArray.scalar(2.5)));
        standsDamagesOf(Files.readAllBytes(file), "damaged.npz", Npz::read);
    }
}
