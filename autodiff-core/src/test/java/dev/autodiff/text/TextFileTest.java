package dev.autodiff.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.draw.GraphDrawing;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.trace.Playground;
import dev.autodiff.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel-independent")
class TextFileTest {
    private static final Tensor Y = Tensors.constant(2.0).square();

    /** All that writes a text to a path of the user's. */
    private static final List<Function<Path, Path>> WRITERS = List.of(
            file -> TextFile.write(file, "text"),
            file -> Trace.of(Y).write(file.resolveSibling("t.html")),
            file -> Trace.of(Y).write(file.resolveSibling("t.json.gz")),
            file -> GraphDrawing.of(Y).write(file.resolveSibling("t.svg")));

    @TempDir
    private Path directory = Path.of("");

    private static String refused(Function<Path, Path> writer, Path file) {
        return String.valueOf(assertThrows(UncheckedIOException.class, () -> writer.apply(file))
                .getMessage());
    }

    @Test
    void aMissingDirectoryIsNamed() {
        for (Function<Path, Path> writer : WRITERS) {
            String message = refused(writer, directory.resolve("no").resolve("t.txt"));
            assertTrue(
                    message.endsWith(" could not be written: there is no directory " + directory.resolve("no")
                            + "; make it first. Relative paths start at "
                            + Path.of("").toAbsolutePath()),
                    message);
        }
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        for (Function<Path, Path> writer : WRITERS) {
            String message = refused(writer, file.resolve("t.txt"));
            assertTrue(message.endsWith("could not be written: " + file + " is a file, not a directory"), message);
        }
        assertEquals(
                directory + " could not be written: it is a directory; name a file in it",
                refused(WRITERS.get(0), directory));
        String page = refused(Playground::write, file.resolve("page.html"));
        assertEquals(file + " could not be written: a file of this name is in the way", page);
    }

    @Test
    void textIsWrittenAndAppended() throws IOException {
        Path file = directory.resolve("t.txt");
        assertEquals(file, TextFile.write(file, "a·b\n"));
        TextFile.write(file, "c\n", StandardOpenOption.APPEND);
        assertEquals("a·b\nc\n", Files.readString(file));
        TextFile.write(file, new byte[] {7});
        assertArrayEquals(new byte[] {7}, Files.readAllBytes(file));
        Path packed = Trace.of(Y).write(directory.resolve("t.json.gz"));
        assertEquals((byte) 0x1f, Files.readAllBytes(packed)[0]);
    }
}
