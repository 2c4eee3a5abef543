package dev.autodiff.nn.data.file;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.npy.Npy;
import dev.autodiff.nn.data.npy.Npz;
import dev.autodiff.nn.io.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class AtomicFileTest {
    @TempDir
    private Path directory = Path.of("");

    private static void write(Path path, String text) {
        AtomicFile.write(path, out -> out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void makesAndReplacesAFile() throws IOException {
        Path file = directory.resolve("file");
        write(file, "old");
        write(file, "new");
        assertEquals("new", Files.readString(file));
        assertEquals(List.of("file"), names());
    }

    @Test
    void aFailureInTheMiddleLeavesTheOldContentAndNothingElse() throws IOException {
        Path file = directory.resolve("file");
        write(file, "old");
        refused(
                DataException.class,
                () -> AtomicFile.write(file, out -> {
                    out.write(ByteBuffer.wrap(new byte[1000]));
                    throw new IOException("No space left on device");
                }),
                "file could not be written: No space left on device (",
                "MB are free on its disk). What was there before is unchanged");
        refused(
                IllegalStateException.class,
                () -> AtomicFile.write(file, out -> {
                    throw new IllegalStateException("a bug");
                }),
                "a bug");
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("file"), names());
    }

    @Test
    void removesWhatAKilledProcessLeftLongAgo() throws IOException {
        Path old = Files.writeString(directory.resolve(".file." + new UUID(1, 2) + ".tmp"), "half");
        Path other = Files.writeString(directory.resolve(".file2." + new UUID(1, 2) + ".tmp"), "half");
        Path notes = Files.writeString(directory.resolve(".file.notes.tmp"), "notes");
        for (Path file : List.of(old, other, notes)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        }
        Path recent = Files.writeString(directory.resolve(".file." + new UUID(3, 4) + ".tmp"), "being written");
        write(directory.resolve("file"), "new");
        assertTrue(Files.notExists(old));
        for (Path file : List.of(other, notes, recent)) {
            assertTrue(Files.exists(file), file.toString());
        }
    }

    /** A writer that is in the middle, as in another container or class loader with the same number of a process. */
    @Test
    void writersDoNotDisturbEachOther() throws IOException {
        Path file = directory.resolve("file");
        AtomicFile.write(file, out -> {
            out.write(ByteBuffer.wrap(new byte[] {'a'}));
            write(file, "whole");
            assertEquals("whole", Files.readString(file));
            out.write(ByteBuffer.wrap(new byte[] {'b'}));
        });
        assertEquals("ab", Files.readString(file));
        assertEquals(List.of("file"), names());
    }

    @Test
    void keepsPermissions() throws IOException {
        assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        Path file = directory.resolve("file");
        write(file, "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        write(file, "new");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void makesTheFileThatALinkLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("second"));
        Files.createSymbolicLink(directory.resolve("second"), directory.resolve("real"));
        write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(directory.resolve("real")));
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        refused(DataException.class, () -> write(loop, "x"), "loop could not be written");
    }

    @Test
    void followsALink() throws IOException {
        Path real = directory.resolve("real");
        write(real, "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        write(link, "new");
        assertEquals("new", Files.readString(real));
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void badPlaces() throws IOException {
        refused(DataException.class, () -> write(directory, "x"), "it is a directory; name a file in it");
        refused(
                DataException.class,
                () -> write(directory.resolve("no/file"), "x"),
                "there is no directory",
                "Relative paths start at");
        Path file = Files.writeString(directory.resolve("file"), "");
        refused(DataException.class, () -> write(file.resolve("x"), "x"), "there is no directory");
        refused(DataException.class, () -> write(directory.resolve("x".repeat(300)), "x"), "could not be written");
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device));
        refused(DataException.class, () -> write(device, "x"), "device or a pipe, not a file");
        refused(DataException.class, () -> write(Path.of("/proc/file"), "x"), "/proc/file could not be written");
    }

    /** A program that writes an array of 4 MB to the file that its argument names, over one that is there. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            try {
                float[] numbers = new float[1 << 20];
                Random random = new Random(1); // not to be packed to less
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = random.nextFloat();
                }
                NDArray large = NDArray.of(numbers);
                switch (args[1]) {
                    case "npy" -> Npy.write(Path.of(args[0]), large);
                    case "npz" -> Npz.write(Path.of(args[0]), Map.of("w", large));
                    default -> Safetensors.write(Path.of(args[0]), Map.of("w", large));
                }
                System.out.println("written");
            } catch (DataException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** The limit of the shell on the size of files stands for a full disk: the system refuses to write on. */
    @ParameterizedTest
    @ValueSource(strings = {"safetensors", "npy", "npz"})
    void aFullDiskLeavesTheOldFile(String format) throws IOException, InterruptedException {
        Path shell = Path.of("/bin/bash");
        assumeTrue(Files.isExecutable(shell));
        Path file = Files.writeString(directory.resolve("file"), "old");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        shell.toString(),
                        "-c",
                        "ulimit -f 1024; exec \"$@\"",
                        "bash",
                        java,
                        "-Xmx64m",
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        file.toString(),
                        format)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("could not be written: "), output);
        assertTrue(output.contains("What was there before is unchanged"), output);
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("file"), names());
    }
}
