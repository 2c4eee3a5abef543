package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.examples.context.Progress;
import dev.autodiff.examples.context.StandardOutput;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Output that cannot be written, or not to the end. */
class OutputTest {
    @TempDir
    private Path directory = Path.of("");

    /** A stream that takes some bytes and then fails as the operating system does. */
    private static final class Failing extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int most;
        private final String reason;

        Failing(int most, String reason) {
            this.most = most;
            this.reason = reason;
        }

        @Override
        public void write(int b) throws IOException {
            if (taken.size() == most) {
                throw new IOException(reason);
            }
            taken.write(b);
        }
    }

    private static Run run(Failing out, String... args) {
        StringWriter err = new StringWriter();
        PrintWriter writer =
                new PrintWriter(new OutputStreamWriter(new StandardOutput(out), StandardCharsets.UTF_8), true);
        int exit = Main.run(writer, new PrintWriter(err, true), args);
        return new Run(exit, out.taken.toString(StandardCharsets.UTF_8), err.toString());
    }

    @Test
    void aFullDiskIsTold() {
        for (String[] args : new String[][] {{"lesson", "--list"}, {"--help"}, {"exercise"}, {"mlp", "--help"}}) {
            Run run = run(new Failing(10, "No space left on device"), args);
            assertEquals(2, run.exitCode(), args[0]);
            assertEquals("autodiff: Standard output cannot be written: No space left on device\n", run.err());
        }
    }

    @Test
    void standardOutputOfTheSystemTellsToo() throws Exception {
        File full = new File("/dev/full");
        assumeTrue(full.exists());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "lesson",
                        "--list")
                .redirectOutput(full)
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, process.waitFor());
        assertEquals("autodiff: Standard output cannot be written: No space left on device\n", err);
    }

    /** A lesson may show on purpose what the framework warns of. */
    @Test
    void warningsHaveNoTimeOfDay() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "lesson",
                        "13",
                        "--out",
                        directory.toString())
                .redirectOutput(directory.resolve("out.txt").toFile())
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertTrue(err.lines().anyMatch(line -> line.startsWith("WARNING: The weights hidden/w ")), err);
        assertFalse(err.contains("GraphWarnings warn"), err);
    }

    @Test
    void aReaderThatHasEnoughEndsTheProgramInSilence() throws IOException {
        Run run = run(new Failing(400, "Broken pipe"), "lesson", "--all", "--out", directory.toString());
        assertEquals(141, run.exitCode());
        assertEquals("", run.err());
        try (Stream<Path> pages = Files.list(directory)) {
            assertEquals(0, pages.filter(page -> page.toString().contains("10")).count(), "it went on to the end");
        }
        assertFalse(Files.exists(directory.resolve("index.html")));
    }

    @Test
    void aFolderThatCannotBeWrittenIsFoundFirst() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        for (String line : new String[] {"mlp --out ", "logistic --out ", "linear --out ", "lesson 1 --out "}) {
            Run run = Run.of((line + file.resolve("out")).split(" "));
            assertEquals(2, run.exitCode(), line);
            assertEquals("", run.out(), line);
            assertTrue(run.err().contains(file.resolve("out") + " cannot be written: "), run::err);
        }
        Map<String, CommandLine> commands = new CommandLine(Main.class).getSubcommands();
        for (String name : commands.keySet()) {
            if (commands.get(name).getCommandSpec().findOption("--out") != null) {
                boolean numbered = name.equals("lesson") || name.equals("exercise");
                Run run = Run.of((name + (numbered ? " 1" : "") + " --out " + file.resolve("out")).split(" "));
                assertEquals(2, run.exitCode(), name + run.err());
                assertTrue(run.err().contains(" cannot be written: "), run::err);
            }
        }
        // Also where permissions do not tell, as for the superuser: this folder takes no files.
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
        Run run = Run.of("mlp", "--out", "/proc/self/fd/autodiff");
        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
    }

    @Test
    void theCheckLeavesNothing() throws IOException {
        ExampleContext.checkFolder(directory.resolve("a").resolve("b"));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aDiskThatIsFullWhenPagesAreWrittenIsNamed() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        Path out = Files.createDirectories(directory.resolve("lessons"));
        Run listed = Run.of("lesson", "3", "--out", out.toString());
        assertEquals(0, listed.exitCode(), listed::err);
        try (Stream<Path> pages = Files.list(out)) {
            for (Path page : pages.filter(Files::isRegularFile).toList()) {
                Files.delete(page);
                Files.createSymbolicLink(page, full);
            }
        }
        Run run = Run.of("lesson", "3", "--out", out.toString());
        try (Stream<Path> pages = Files.list(out)) {
            for (Path page : pages.filter(Files::isSymbolicLink).toList()) {
                Files.delete(page);
            }
        }
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("cannot be written: No space left on device"), run::err);
    }

    @Test
    void progressIsShownByStepsAndNotByTheClock() {
        StringWriter text = new StringWriter();
        ExampleContext context = new ExampleContext(directory, directory, new PrintWriter(text), false);
        try (Progress progress = context.progress("epoch", 12)) {
            for (int i = 1; i <= 12; i++) {
                progress.update(i, "cost");
            }
        }
        assertEquals(
                Stream.of(2, 3, 4, 5, 6, 8, 9, 10, 11, 12)
                        .map(i -> "epoch " + i + "/12  cost\n")
                        .reduce("", String::concat),
                text.toString());
    }

    @Test
    void theLocaleCMeansUtf8() {
        assertEquals(StandardCharsets.UTF_8, StandardOutput.charset("ANSI_X3.4-1968"));
        assertEquals(StandardCharsets.UTF_8, StandardOutput.charset("UTF-8"));
        assertEquals(StandardCharsets.UTF_8, StandardOutput.charset("no such"));
        assertEquals(StandardCharsets.ISO_8859_1, StandardOutput.charset("ISO-8859-1"));
    }
}
