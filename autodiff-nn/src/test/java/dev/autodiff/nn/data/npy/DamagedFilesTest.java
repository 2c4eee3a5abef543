package dev.autodiff.nn.data.npy;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.TestFiles;
import dev.autodiff.nn.testing.DamagedCopies;
import java.io.IOException;
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
    @TempDir
    private Path directory = Path.of("");

    private void standsDamagesOf(byte[] original, String name, Consumer<Path> reader) {
        DamagedCopies.assertStood(directory, original, name, reader, 33);
    }

    @Tag("slow")
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

    @Tag("slow")
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
