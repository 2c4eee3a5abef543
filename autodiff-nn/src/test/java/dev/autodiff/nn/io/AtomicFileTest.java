package dev.autodiff.nn.io;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void removesWhatAKilledProcessLeft() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        long dead = process.pid();
        Files.writeString(directory.resolve(".file." + dead + ".tmp"), "half");
        Files.writeString(
                directory.resolve(".file."
                        + ProcessHandle.current()
                                .parent()
                                .map(ProcessHandle::pid)
                                .orElse(1L) + ".tmp"),
                "of another");
        Files.writeString(directory.resolve(".file.notes.tmp"), "notes");
        Files.writeString(directory.resolve(".file2." + dead + ".tmp"), "half");
        write(directory.resolve("file"), "new");
        assertEquals(4, names().size(), names().toString());
        assertTrue(Files.notExists(directory.resolve(".file." + dead + ".tmp")));
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
                Safetensors.write(Path.of(args[0]), Map.of("w", NDArray.zeros(DType.FLOAT32, 1 << 20)));
                System.out.println("written");
            } catch (DataException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** The limit of the shell on the size of files stands for a full disk: the system refuses to write on. */
    @Test
    void aFullDiskLeavesTheOldFile() throws IOException, InterruptedException {
        Path shell = Path.of("/bin/bash");
        assumeTrue(Files.isExecutable(shell));
        Path file = directory.resolve("model.safetensors");
        Safetensors.write(file, Map.of("w", NDArray.of(1f)));
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
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("could not be written: "), output);
        assertTrue(output.contains("What was there before is unchanged"), output);
        assertEquals(NDArray.of(1f), Safetensors.read(file).get("w"));
        assertEquals(List.of("model.safetensors"), names());
    }
}
