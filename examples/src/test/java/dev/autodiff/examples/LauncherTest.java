package dev.autodiff.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code autodiff} in a folder of its own, with scripts in the places of Java and Maven. */
class LauncherTest {
    private static final String WARNING = "WARNING: Using incubator modules: jdk.incubator.vector";

    @TempDir
    private Path root = Path.of("");

    @BeforeEach
    void layOut() throws IOException {
        assumeTrue(!File.separator.equals("\\"), "the launcher is for Bash");
        Files.copy(Path.of("..", "autodiff"), root.resolve("autodiff"));
        root.resolve("autodiff").toFile().setExecutable(true);
        for (String module : List.of("autodiff-core", "autodiff-nn", "autodiff-io", "examples")) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "");
        }
        Files.writeString(root.resolve("pom.xml"), "");
        Path jar = root.resolve("examples/target/autodiff-examples.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(4_000_000_000_000L)); // newer than all sources
    }

    private void script(String name, String... lines) throws IOException {
        Path file = root.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        file.toFile().setExecutable(true);
    }

    private Process start(String command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).directory(root.toFile());
        builder.environment().put("JAVA_HOME", root.toString());
        builder.environment().merge("PATH", root.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        return builder.start();
    }

    private static BufferedReader reader(java.io.InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private static String text(java.io.InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void signalsReachJava() throws Exception {
        script("java", "echo $$", "exec sleep 600");
        Process launcher = start("exec ./autodiff mlp");
        String java = reader(launcher.getInputStream()).readLine();
        assertEquals(launcher.pid(), Long.parseLong(java), "java has the place of the launcher");
        launcher.destroy();
        assertEquals(143, launcher.waitFor());
    }

    @Test
    void aSignalEndsTheBuildToo() throws Exception {
        Files.delete(root.resolve("examples/target/autodiff-examples.jar"));
        script("java", "exit 1");
        script("mvn", "echo \"$$ $MAVEN_OPTS\" >&2", "exec sleep 600");
        Process launcher = start("exec ./autodiff mlp");
        BufferedReader err = reader(launcher.getErrorStream());
        assertTrue(err.readLine().startsWith("Building the examples"));
        String line = err.readLine();
        assertTrue(line.contains("-Djansi.noreset=true"), line);
        ProcessHandle maven =
                ProcessHandle.of(Long.parseLong(line.split(" ", -1)[0])).orElseThrow();
        launcher.destroy();
        assertEquals(143, launcher.waitFor());
        maven.onExit().join();
        assertFalse(maven.isAlive());
    }

    @Test
    void theExitCodeAndAllLinesButTheWarningArriveUnchanged() throws Exception {
        script("java", "echo out", "echo '" + WARNING + "' >&2", "printf 'one\\ntwo' >&2", "exit 3");
        // The shell waits for the last line: what arrives after the end of a process, Java does not read.
        Process launcher = start("exec 3>&1; ./autodiff mlp 2>&1 >&3 3>&- | cat >&2; exit ${PIPESTATUS[0]}");
        assertEquals("out\n", text(launcher.getInputStream()));
        assertEquals("one\ntwo", text(launcher.getErrorStream()));
        assertEquals(3, launcher.waitFor());
    }

    @Test
    void closedOutputIsTold() throws Exception {
        script("java", "echo started");
        Process launcher = start("./autodiff mlp >&-");
        assertEquals("autodiff: standard output is closed.\n", text(launcher.getErrorStream()));
        assertEquals(1, launcher.waitFor());
        Process silent = start("./autodiff mlp <&- 2>&-");
        assertEquals("started\n", text(silent.getInputStream()));
        assertEquals(0, silent.waitFor());
    }

    /** The licence of FastCSV asks that its notice is in every copy, so also in the runnable jar. */
    @Test
    void noticesOfLibrariesAreInTheRunnableJar() throws Exception {
        String notices = Files.readString(Path.of("..", "THIRD-PARTY.txt")).replaceAll("\\s+", " ");
        String mit = "";
        for (java.net.URL url :
                java.util.Collections.list(LauncherTest.class.getClassLoader().getResources("META-INF/LICENSE"))) {
            try (java.io.InputStream in = url.openStream()) {
                String licence = text(in);
                mit = licence.contains("Permission is hereby granted") ? licence : mit;
            }
        }
        assertTrue(mit.contains("Copyright"), "FastCSV has its licence in its jar");
        assertTrue(notices.contains(mit.strip().replaceAll("\\s+", " ")), notices);
        assertTrue(
                Files.readString(Path.of("..", "pom.xml")).contains("<resource>META-INF/THIRD-PARTY.txt</resource>"));
    }
}
