package dev.autodiff.it.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.it.source.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the declaration of resources for native images, which have no others, to the resources that there are. */
class NativeImageTest {
    private static final Path RESOURCES = SourceTree.root().resolve("autodiff-core/src/main/resources");

    @Test
    void allResourcesAreDeclared() throws IOException {
        String declaration = Files.readString(
                RESOURCES.resolve("META-INF/native-image/dev.autodiff/autodiff-core/resource-config.json"));
        List<Pattern> patterns = Pattern.compile("\"pattern\": \"([^\"]*)\"")
                .matcher(declaration)
                .results()
                .map((MatchResult found) -> Pattern.compile(found.group(1).replace("\\\\", "\\")))
                .toList();
        try (Stream<Path> files = Files.walk(RESOURCES.resolve("dev"))) {
            List<String> missing = files.filter(Files::isRegularFile)
                    .map(file -> RESOURCES.relativize(file).toString())
                    .filter(name -> patterns.stream()
                            .noneMatch(pattern -> pattern.matcher(name).matches()))
                    .toList();
            assertEquals(List.of(), missing, "Resources that a native image would lack");
        }
    }
}
