package dev.autodiff.it.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The POMs say the same where Maven does not see to it. */
class PomsTest {
    private static final Pattern EXPORT = Pattern.compile("exports ([\\w.]+);");

    private static final PomFile PARENT = PomFile.read(SourceTree.root().resolve("pom.xml"));
    private static final PomFile BOM = PomFile.read(SourceTree.root().resolve("autodiff-bom/pom.xml"));

    /** Returns the modules of all people's builds that have a module descriptor. */
    private static List<String> libraries() {
        return PARENT.texts("/project/modules/module").stream()
                .filter(module -> Files.exists(sources(module).resolve("module-info.java")))
                .toList();
    }

    private static Path sources(String module) {
        return SourceTree.root().resolve(module).resolve("src/main/java");
    }

    @Test
    void theBomHasEveryLibraryAndTheVersionOfTheParent() {
        assertTrue(libraries().size() >= 3, libraries()::toString);
        List<String> published = new ArrayList<>(libraries());
        published.add("autodiff-spark"); // in a profile
        assertEquals(published, BOM.texts("/project/dependencyManagement/dependencies/dependency/artifactId"));
        for (String path : List.of(
                "groupId",
                "version",
                "url",
                "licenses/license/name",
                "developers/developer/name",
                "scm/connection",
                "scm/url",
                "properties/project.build.outputTimestamp")) {
            assertTrue(!PARENT.text("/project/" + path).isEmpty(), path);
            assertEquals(PARENT.text("/project/" + path), BOM.text("/project/" + path), path);
        }
    }

    @Test
    void theApiComparisonLeavesOutThePackagesThatAreNotExported() throws IOException {
        Set<String> internal = new TreeSet<>();
        for (String library : libraries()) {
            Path sources = sources(library);
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.endsWith("package-info.java"))
                        .map(file -> sources.relativize(file.resolveSibling("")))
                        .forEach(folder -> internal.add(folder.toString().replace('/', '.')));
            }
            Matcher exports = EXPORT.matcher(Files.readString(sources.resolve("module-info.java")));
            while (exports.find()) {
                internal.remove(exports.group(1));
            }
        }
        assertEquals(
                List.copyOf(internal),
                PARENT.texts("/project/profiles/profile[id='api-comparison']//excludes/exclude").stream()
                        .sorted()
                        .toList());
    }
}
