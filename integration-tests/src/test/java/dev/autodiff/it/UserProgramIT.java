package dev.autodiff.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compiles the program in src/app against the built jars as a user would, and runs it in each supported way. */
class UserProgramIT {
    private static final Path SOURCES = Path.of("src", "app");
    private static final Path JARS = Path.of("target", "jars");
    private static final Path AS_MODULE = Path.of("target", "app", "module");
    private static final Path AS_CLASSES = Path.of("target", "app", "classes");

    private static final String INCUBATOR = "--add-modules=jdk.incubator.vector";

    @BeforeAll
    static void compile() throws IOException {
        List<String> sources;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            sources = files.map(Path::toString).filter(f -> f.endsWith(".java")).toList();
        }
        List<String> withoutDescriptor =
                sources.stream().filter(f -> !f.endsWith("module-info.java")).toList();
        javac(AS_MODULE, "--module-path", JARS.toString(), sources);
        javac(AS_CLASSES, "--class-path", everyJar(), withoutDescriptor);
    }

    @Test
    void onTheModulePathWithTheVectorApi() throws Exception {
        assertRuns("app", "vector", onModulePath(INCUBATOR));
    }

    @Test
    void onTheModulePathWithoutTheVectorApi() throws Exception {
        assertRuns("app", "scalar", onModulePath());
    }

    /** java.base is all of the JDK that the libraries need. */
    @Test
    void onTheModulePathWithJavaBaseAlone() throws Exception {
        assertRuns("app", "scalar", onModulePath("--limit-modules=java.base,dev.autodiff.nn,de.siegmar.fastcsv"));
    }

    @Test
    void onTheClassPathWithTheVectorApi() throws Exception {
        assertRuns("null", "vector", onClassPath(INCUBATOR));
    }

    @Test
    void onTheClassPathWithoutTheVectorApi() throws Exception {
        assertRuns("null", "scalar", onClassPath());
    }

    @Test
    void onTheClassPathWithTheVectorApiButScalarKernelsWanted() throws Exception {
        assertRuns("null", "scalar", onClassPath(INCUBATOR, "-Dautodiff.kernels=scalar"));
    }

    private static List<String> onModulePath(String... options) {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("-p", JARS + File.pathSeparator + AS_MODULE, "-m", "app/app.Main"));
        return command;
    }

    private static List<String> onClassPath(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("-cp", everyJar() + File.pathSeparator + AS_CLASSES, "app.Main"));
        return command;
    }

    private static void assertRuns(String module, String kernels, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Path out = Files.createTempFile(Path.of("target"), "app", ".out");
        Path err = Files.createTempFile(Path.of("target"), "app", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "still runs: " + command);
        String complaint = command + "\n" + Files.readString(out) + Files.readString(err);
        assertEquals(0, process.exitValue(), complaint);
        List<String> lines = Files.readAllLines(out);
        assertTrue(lines.contains("module=" + module), complaint);
        assertTrue(lines.contains("kernels=" + kernels), complaint);
        assertTrue(lines.contains("autodiff, " + kernels + " kernels, 2 rows"), complaint);
        List<String> unexpected = Files.readAllLines(err).stream()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules: "))
                .toList();
        assertEquals(List.of(), unexpected, complaint);
    }

    private static String everyJar() throws IOException {
        try (Stream<Path> jars = Files.list(JARS)) {
            return String.join(
                    File.pathSeparator, jars.map(Path::toString).sorted().toList());
        }
    }

    private static void javac(Path into, String pathOption, String path, List<String> sources) {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", into.toString(), pathOption, path));
        arguments.addAll(sources);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(System.out, System.err, arguments.toArray(String[]::new)));
    }
}
