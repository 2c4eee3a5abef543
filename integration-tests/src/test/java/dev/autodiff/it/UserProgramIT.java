package dev.autodiff.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the program in src/app against the built jars as a user would, and runs it in each supported way. */
class UserProgramIT {
    private static final Path SOURCES = Path.of("src", "app");
    /** The path of the libraries and of what they need at run time; the build sets it. */
    private static final String JARS = System.getProperty("jars");

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
        javac(AS_MODULE, "--module-path", JARS, sources);
        javac(AS_CLASSES, "--class-path", JARS, withoutDescriptor);
    }

    @Test
    void onTheModulePathWithTheVectorApi() throws Exception {
        assertRuns("app", "vector", onModulePath(INCUBATOR));
    }

    @Test
    void onTheModulePathWithoutTheVectorApi() throws Exception {
        assertRuns("app", "scalar", onModulePath());
    }

    /** Nothing of the JDK but java.base, and no dependency but FastCSV. */
    @Test
    void needNoOtherModules() {
        Path[] jars = Stream.of(JARS.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);
        Set<String> needed = Configuration.empty()
                .resolve(ModuleFinder.of(jars), ModuleFinder.ofSystem(), Set.of("dev.autodiff.nn"))
                .modules()
                .stream()
                .map(ResolvedModule::name)
                .collect(Collectors.toSet());
        assertEquals(Set.of("java.base", "dev.autodiff.core", "dev.autodiff.nn", "de.siegmar.fastcsv"), needed);
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

    /** As docs/native-images.md says. */
    @Tag("slow")
    @Test
    void inAnImageOfItsOwn(@TempDir Path directory) throws Exception {
        String image = directory.resolve("image").toString();
        List<String> link = new ArrayList<>(List.of("--module-path", JARS + File.pathSeparator + AS_MODULE));
        link.addAll(List.of("--add-modules", "app,jdk.incubator.vector", "--output", image));
        link.addAll(List.of("--compress=2", "--no-header-files", "--no-man-pages"));
        ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
        assertEquals(0, jlink.run(System.out, System.err, link.toArray(String[]::new)));
        Path java = Path.of(image, "bin", "java");
        assertRuns(java, "app", "vector", List.of(INCUBATOR, "-m", "app/app.Main"));
        assertRuns(java, "app", "vector", List.of(INCUBATOR, "-Dautodiff.codegen=false", "-m", "app/app.Main"));
    }

    private static List<String> onModulePath(String... options) {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("-p", JARS + File.pathSeparator + AS_MODULE, "-m", "app/app.Main"));
        return command;
    }

    private static List<String> onClassPath(String... options) {
        List<String> command = new ArrayList<>(List.of(options));
        command.addAll(List.of("-cp", JARS + File.pathSeparator + AS_CLASSES, "app.Main"));
        return command;
    }

    private static void assertRuns(String module, String kernels, List<String> arguments) throws Exception {
        assertRuns(Path.of(System.getProperty("java.home"), "bin", "java"), module, kernels, arguments);
    }

    private static void assertRuns(Path java, String module, String kernels, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(arguments);
        Path out = Files.createTempFile(Path.of("target"), "app", ".out");
        Path err = Files.createTempFile(Path.of("target"), "app", ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.waitFor();
        String complaint = command + "\n" + Files.readString(out) + Files.readString(err);
        assertEquals(0, process.exitValue(), complaint);
        List<String> lines = Files.readAllLines(out);
        assertTrue(lines.contains("module=" + module), complaint);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("kernels=" + kernels)), complaint);
        assertTrue(lines.contains("good=true"), complaint);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("line=Main.java:")), complaint);
        List<String> unexpected = Files.readAllLines(err).stream()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules: "))
                .toList();
        boolean slowWithoutBeingAsked = kernels.equals("scalar") && !arguments.contains("-Dautodiff.kernels=scalar");
        if (slowWithoutBeingAsked) { // the default logger prints where it was called, then the message
            assertEquals(2, unexpected.size(), complaint);
            assertTrue(unexpected.get(1).contains("--add-modules jdk.incubator.vector"), complaint);
        } else {
            assertEquals(List.of(), unexpected, complaint);
        }
    }

    private static void javac(Path into, String pathOption, String path, List<String> sources) {
        List<String> arguments = new ArrayList<>(List.of("--release", "17", "-d", into.toString(), pathOption, path));
        arguments.addAll(sources);
        ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
        assertEquals(0, javac.run(System.out, System.err, arguments.toArray(String[]::new)));
    }
}
