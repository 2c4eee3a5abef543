package dev.autodiff.it.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the repository that people write: everything but what the build and the examples produce. */
public final class SourceTree {
    private static final List<String> GENERATED = List.of("target", "out", ".git", ".idea");

    private SourceTree() {}

    /** Returns the root of the repository, which is found from the module that the tests run in. */
    public static Path root() {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve("CONTRIBUTING.md"))) {
                return directory;
            }
        }
        throw new IllegalStateException(
                "no directory above " + Path.of("").toAbsolutePath() + " has a file CONTRIBUTING.md");
    }

    /** Returns the files with an ending, for example {@code ".java"}, in alphabetical order. */
    public static List<Path> files(String ending) throws IOException {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> isWritten(root.relativize(file)))
                    .sorted()
                    .toList();
        }
    }

    /** Returns a file's name from the root on, as messages show it. */
    public static String name(Path file) {
        return root().relativize(file).toString();
    }

    private static boolean isWritten(Path file) {
        for (Path part : file) {
            if (GENERATED.contains(part.toString())) {
                return false;
            }
        }
        return true;
    }
}
