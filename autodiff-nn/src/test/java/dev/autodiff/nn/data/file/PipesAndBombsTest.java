package dev.autodiff.nn.data.file;

import static dev.autodiff.nn.testing.Refusal.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.nn.data.DataException;
import dev.autodiff.nn.data.csv.CsvTable;
import dev.autodiff.nn.data.idx.Idx;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are none, and files that are larger than they look. */
@Tag("kernel-independent")
class PipesAndBombsTest {
    @TempDir
    private Path directory = Path.of("");

    /** A program that reads a file of the kind that its first argument names, and prints what became of it. */
    static final class Reader {
        private Reader() {}

        /** Reads the file. */
        public static void main(String[] args) {
            try {
                Path path = Path.of(args[1]);
                System.out.println(
                        args[0].equals("idx")
                                ? Idx.read(path)
                                : CsvTable.read(path).all());
            } catch (DataException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static String read(String kind, Path path, byte[] input) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        kind,
                        path.toString()))
                .redirectErrorStream(true)
                .start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.strip();
    }

    @Test
    void aTableThatUnpacksToMoreThanTheMemoryIsRefused() throws Exception {
        Path bomb = directory.resolve("bomb.csv.gz");
        byte[] rows = "1,2\n".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            out.write("a,b\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 64; i++) {
                out.write(rows);
            }
        }
        String message = read("csv", bomb, new byte[0]);
        assertTrue(message.contains("bomb.csv.gz: does not fit into memory: after "), message);
        assertTrue(message.contains("larger -Xmx"), message);
    }

    @Test
    void dataComesThroughAPipe() throws Exception {
        Path pipe = Path.of("/dev/stdin");
        assumeTrue(Files.exists(pipe));
        assertEquals("[7 2 1]", read("idx", pipe, new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1}));
        String cut = read("idx", pipe, new byte[] {0, 0, 8, 1, 0, 0, 0, 3, 7});
        assertTrue(cut.contains("is cut off") && cut.contains("offset 9"), cut);
        assertEquals("[[1. 2.]]", read("csv", pipe, "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8)));
        String latin = read("csv", pipe, "a,caf\u00e9\n1,2\n".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(latin.contains("is not UTF-8 text; save it as UTF-8"), latin);
    }

    @Test
    void aPipeWithoutAWriterIsRefusedBeforeItBlocks() throws Exception {
        Path fifo = directory.resolve("fifo");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")));
        assertEquals(
                0,
                new ProcessBuilder("/usr/bin/mkfifo", fifo.toString()).start().waitFor());
        refused(DataException.class, () -> Idx.read(fifo), "fifo: is a pipe or a device", "/dev/stdin");
        refused(DataException.class, () -> CsvTable.read(fifo), "fifo: is a pipe or a device");
        refused(DataException.class, () -> CsvTable.read(Path.of("/dev/zero")), "is a pipe or a device");
    }
}
