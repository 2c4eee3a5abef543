package dev.autodiff.it.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.it.source.SourceTree;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControlProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the notebooks: with Jupyter where it is installed with JJava, the kernel for Java, and everywhere cell by cell
 * in JShell, of which that kernel is made. Its function {@code display} is one here that keeps what it is given.
 */
@Tag("slow")
class NotebookTest {
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String DISPLAY = """
            String display(Object shown, String... types) {
                try (var out = new java.io.FileWriter("%s", true)) {
                    out.write(java.util.List.of(types) + " " + shown);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return "";
            }
            """;

    @TempDir
    private Path directory;

    static List<Path> notebooks() throws IOException {
        return SourceTree.files(".ipynb");
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void cellsRunInJShell(Path file) throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (JShell shell = JShell.builder()
                .executionEngine(new LocalExecutionControlProvider(), Map.of())
                .out(new PrintStream(printed, true, StandardCharsets.UTF_8))
                .build()) {
            for (String path : CLASS_PATH.split(File.pathSeparator, -1)) {
                shell.addToClasspath(path);
            }
            Path displayed = directory.resolve("displayed");
            run(shell, DISPLAY.formatted(displayed), "the function display");
            for (Notebook.Cell cell : Notebook.read(file).cells()) {
                String place = SourceTree.name(file) + ", cell " + cell.number();
                String value = run(shell, cell.code(), place);
                int comment = cell.code().lastIndexOf("// ");
                if (comment >= 0) {
                    assertEquals(cell.code().substring(comment + 3).strip(), value, place);
                }
            }
            assertTrue(Files.readString(displayed).contains("[text/html] <iframe"), "a page is displayed");
        }
    }

    /** Runs the snippets of a cell and returns the value of the last one. */
    private static String run(JShell shell, String code, String place) {
        String value = "";
        for (String rest = code; !rest.isBlank(); ) {
            CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            assertTrue(next.completeness().isComplete(), () -> place + ": " + next.remaining());
            for (SnippetEvent event : shell.eval(next.source())) {
                String problems = shell.diagnostics(event.snippet())
                        .map(problem -> problem.getMessage(null))
                        .toList()
                        .toString();
                assertEquals(Snippet.Status.VALID, event.status(), () -> place + ": " + next.source() + problems);
                if (event.exception() != null) {
                    throw new AssertionError(place + ": " + next.source(), event.exception());
                }
                value = event.value() == null ? value : event.value();
            }
            rest = next.remaining();
        }
        return value;
    }

    @ParameterizedTest
    @MethodSource("notebooks")
    void jupyterRunsThem(Path file) throws Exception {
        assumeTrue(succeeds(directory, "jupyter", "kernelspec", "list", "--json")
                && Files.readString(directory.resolve("output")).contains("\"java\""));
        String name = file.getFileName().toString();
        boolean done = succeeds(
                directory,
                "jupyter",
                "nbconvert",
                "--to",
                "notebook",
                "--execute",
                file.toString(),
                "--output-dir",
                directory.toString());
        assertTrue(done, () -> name + ": " + read(directory.resolve("output")));
        String executed = Files.readString(directory.resolve(name));
        assertTrue(Stream.of("text/html", "<iframe").allMatch(executed::contains), name);
    }

    private static boolean succeeds(Path directory, String... command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().put("JJAVA_CLASSPATH", CLASS_PATH);
        try {
            return builder.start().waitFor() == 0;
        } catch (IOException e) { // there is no such program
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
