package dev.autodiff.it.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The artifacts in the folder that a dry run of a release deploys to ({@code mvn deploy -Prelease}, see
 * docs/releasing.md), as Maven Central would take them, and in the projects of new users. Left out in a build that
 * deploys nothing.
 */
@EnabledIfSystemProperty(named = "published", matches = "file:.+")
class PublishedIT {
    private static final List<String> JARS = List.of("autodiff-core", "autodiff-nn", "autodiff-io");
    /** Is built after this test, in another profile. */
    private static final String SPARK = "autodiff-spark";

    private static final PomFile PARENT = PomFile.read(SourceTree.root().resolve("pom.xml"));
    private static final String VERSION = PARENT.text("/project/version");

    @TempDir
    private Path directory;

    private static Path repository() {
        return Path.of(System.getProperty("published").replaceFirst("^file:(//)?", ""));
    }

    /** Returns the newest file of an artifact; snapshots have a time stamp in their names. */
    private static Path file(String artifact, String ending) throws IOException {
        Path folder = repository().resolve("dev/autodiff").resolve(artifact).resolve(VERSION);
        Pattern name = Pattern.compile(
                Pattern.quote(artifact + "-") + "[0-9][0-9.]*(-[0-9.]+-[0-9]+)?" + Pattern.quote(ending));
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .max(Path::compareTo)
                    .orElseThrow(() -> new AssertionError(folder + " has no " + artifact + "..." + ending));
        }
    }

    @Test
    void everyArtifactIsCompleteAndSigned() throws IOException {
        for (String pom : List.of("autodiff-parent", "autodiff-bom")) {
            assertSigned(file(pom, ".pom"));
        }
        for (String library : JARS) {
            for (String ending : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar")) {
                assertSigned(file(library, ending));
            }
        }
    }

    private static void assertSigned(Path file) throws IOException {
        assertTrue(Files.size(file) > 0, file::toString);
        for (String ending : List.of(".asc", ".md5", ".sha1")) {
            assertTrue(Files.exists(file.resolveSibling(file.getFileName() + ending)), file + ending);
        }
    }

    @Test
    void onlyTheLibrariesArePublished() throws IOException {
        try (Stream<Path> folders = Files.list(repository().resolve("dev/autodiff"))) {
            Set<String> artifacts = folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !name.equals(SPARK))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(
                    Set.of("autodiff-bom", "autodiff-core", "autodiff-io", "autodiff-nn", "autodiff-parent"),
                    artifacts);
        }
    }

    @Test
    void thePomsSayAllThatMavenCentralAsksFor() throws IOException {
        for (String required : List.of("url", "licenses/license/url", "developers/developer/name", "scm/url")) {
            assertFalse(PARENT.text("/project/" + required).isEmpty(), required);
        }
        for (String library : JARS) {
            PomFile pom = PomFile.read(file(library, ".pom"));
            assertEquals(library, pom.text("/project/artifactId"));
            assertFalse(pom.text("/project/name").isEmpty(), library);
            assertFalse(pom.text("/project/description").isEmpty(), library);
            assertEquals(VERSION, pom.text("/project/parent/version"));
        }
    }

    @Test
    void jarsHaveNothingOfTheMachineThatBuiltThem() throws IOException {
        Instant stamp = Instant.parse(PARENT.text("/project/properties/project.build.outputTimestamp"));
        for (String library : JARS) {
            for (String ending : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
                try (JarFile jar = new JarFile(file(library, ending).toFile())) {
                    for (ZipEntry entry : jar.stream().toList()) {
                        assertEquals(stamp, entry.getTimeLocal().toInstant(ZoneOffset.UTC), entry.getName());
                    }
                    assertTrue(
                            jar.getEntry("META-INF/LICENSE") != null || ending.equals("-javadoc.jar"), jar.getName());
                    try (InputStream manifest = jar.getInputStream(jar.getEntry(JarFile.MANIFEST_NAME))) {
                        String text = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
                        assertFalse(text.contains(System.getProperty("user.home")), text);
                        assertFalse(text.contains("Built-By"), text);
                    }
                }
            }
        }
    }

    @Test
    void aMavenProjectUsesThem() throws Exception {
        Path project = directory.resolve("maven");
        copy(SourceTree.root().resolve("integration-tests/src/projects/maven"), project);
        // The local repository of this build stands in for Maven Central, so that nothing is downloaded; what the
        // project itself gets goes to a repository of its own, so that it cannot find what this build has made.
        Path settings = directory.resolve("settings.xml");
        Files.writeString(settings, """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors>
                    <mirror><id>local</id><mirrorOf>central</mirrorOf><url>%s</url></mirror>
                  </mirrors>
                </settings>
                """.formatted(
                        directory.resolve("repository"),
                        Path.of(System.getProperty("localRepository")).toUri()));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("mavenHome"), "bin", "mvn").toString(),
                        "--batch-mode",
                        "--offline",
                        "-Daether.offline.protocols=file",
                        "--settings",
                        settings.toString(),
                        "-Dpublished=" + System.getProperty("published"),
                        "-Dautodiff.version=" + VERSION,
                        "-Djunit.version=" + PARENT.text("/project/properties/junit.version"),
                        "test"))
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), text);
        assertTrue(text.contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0"), text);
        assertTrue(Files.isDirectory(directory.resolve("repository/dev/autodiff/autodiff-io")), text);
    }

    /** Gradle itself is on few machines that build this; the artifacts that its file names are checked instead. */
    @Test
    void theGradleProjectNamesArtifactsThatThereAre() throws IOException {
        String build =
                Files.readString(SourceTree.root().resolve("integration-tests/src/projects/gradle/build.gradle"));
        Matcher coordinates = Pattern.compile("['\"]dev\\.autodiff:([\\w-]+)").matcher(build);
        List<String> named = new ArrayList<>();
        while (coordinates.find()) {
            named.add(coordinates.group(1));
            assertTrue(Files.exists(file(coordinates.group(1), ".pom")), coordinates.group(1));
        }
        assertEquals(List.of("autodiff-bom", "autodiff-io"), named);
        assertTrue(build.contains("junit-bom:" + PARENT.text("/project/properties/junit.version") + "'"), build);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
