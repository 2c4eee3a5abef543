package dev.autodiff.it.snippet;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.autodiff.it.source.SourceTree;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles and runs every example in Javadoc (a {@code pre} element with code) and in Markdown (a block that is marked
 * as java).
 *
 * <p>An example that has imports or a public class is compiled as it stands. Any other is put into a method, with the
 * exported packages imported and the names of {@link Given} declared. A result in a
 * comment behind a statement is compared with what the statement gives. An example with an ellipsis is left out.
 */
class SnippetTest {
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    private Path directory;

    @TestFactory
    Stream<DynamicTest> examplesWork() throws Exception {
        List<Snippet> snippets = Snippet.all();
        assertTrue(!snippets.isEmpty(), "no examples found");
        Wrapping wrapping = new Wrapping();
        List<Wrapping.Source> sources = new ArrayList<>();
        for (Snippet snippet : snippets) {
            sources.add(wrapping.wrap(snippet));
        }
        Map<Wrapping.Source, String> failures = compile(sources, directory.resolve("classes"));
        failures.putAll(run(
                sources.stream().filter(source -> !failures.containsKey(source)).toList()));
        return sources.stream()
                .map(source -> DynamicTest.dynamicTest(source.snippet.toString(), () -> {
                    if (failures.containsKey(source)) {
                        fail(failures.get(source));
                    }
                }));
    }

    /** Compiles what can be compiled and returns the errors of the others. */
    private static Map<Wrapping.Source, String> compile(List<Wrapping.Source> sources, Path classes)
            throws IOException {
        Files.createDirectories(classes);
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-proc:none", "-nowarn", "-cp", CLASS_PATH, "-d", classes.toString());
        Map<Wrapping.Source, String> errors = new HashMap<>();
        List<Wrapping.Source> left = new ArrayList<>(sources);
        while (true) { // javac writes no class at all if there is an error
            DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
            if (left.isEmpty()
                    || javac.getTask(null, null, found, options, null, left).call()) {
                return errors;
            }
            for (Diagnostic<? extends JavaFileObject> diagnostic : found.getDiagnostics()) {
                if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                    Wrapping.Source source = sources.stream()
                            .filter(candidate -> candidate
                                    .toUri()
                                    .equals(diagnostic.getSource().toUri()))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(diagnostic.toString()));
                    errors.merge(
                            source,
                            source.place(diagnostic.getLineNumber()) + ": " + diagnostic.getMessage(null),
                            (first, second) -> first + "\n" + second);
                }
            }
            left.removeAll(errors.keySet());
        }
    }

    /** Runs compiled examples in a directory that has the data of the examples, and returns their failures. */
    private Map<Wrapping.Source, String> run(List<Wrapping.Source> sources) throws IOException, InterruptedException {
        Path work = Files.createDirectories(directory.resolve("work/examples"));
        Path data =
                Files.createSymbolicLink(work.resolve("data"), SourceTree.root().resolve("examples/data"));
        Path names = Files.write(
                directory.resolve("names"),
                sources.stream().map(source -> source.className).toList());
        Path failed = Files.createDirectories(directory.resolve("failed"));
        Path output = Path.of("target", "examples.txt").toAbsolutePath();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-Djava.awt.headless=true",
                "-cp",
                CLASS_PATH + File.pathSeparator + directory.resolve("classes"),
                Runner.class.getName(),
                failed.toString(),
                names.toString());
        Process process = new ProcessBuilder(command)
                .directory(Objects.requireNonNull(work.getParent()).toFile())
                .redirectErrorStream(true)
                .redirectInput(names.toFile())
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        Files.delete(data);
        assertTrue(Files.exists(failed.resolve("done")), "the examples ended early: see " + output);
        Map<Wrapping.Source, String> failures = new HashMap<>();
        for (Wrapping.Source source : sources) {
            Path failure = failed.resolve(source.className);
            if (Files.exists(failure)) {
                failures.put(source, withPlace(source, Files.readString(failure)));
            }
        }
        return failures;
    }

    /** Begins a stack trace with the place in the repository. */
    private static String withPlace(Wrapping.Source source, String trace) {
        Matcher frame = Pattern.compile("at " + Pattern.quote(source.className) + "\\S*\\(\\w+\\.java:(\\d+)\\)")
                .matcher(trace);
        String place = frame.find() ? source.place(Integer.parseInt(frame.group(1))) : source.snippet.toString();
        return place + ": " + trace;
    }
}
