package dev.autodiff.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of a comparison: {@code results.json}, {@code results.md}, {@code results.svg}. */
final class ResultsFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;

    ResultsFile(Path directory) {
        this.directory = directory;
    }

    private Path json() {
        return directory.resolve("results.json");
    }

    boolean exists() {
        return Files.exists(json());
    }

    /**
     * Reads the results of an earlier comparison.
     *
     * @throws IOException if there are none, or they have another format
     */
    Results read() throws IOException {
        Results results = JSON.readValue(json().toFile(), Results.class);
        if (results.format() != Results.FORMAT) {
            throw new IOException(json() + " has format " + results.format() + ", but this program reads format "
                    + Results.FORMAT + ": move it away and measure again");
        }
        return results;
    }

    /** Writes all three files, the chart only if there is something to show. */
    void write(Results results) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(json(), JSON.writeValueAsString(results) + "\n");
        Files.writeString(directory.resolve("results.md"), MarkdownReport.of(results));
        String chart = RatioChart.of(results).orElse(null);
        if (chart != null) {
            Files.writeString(directory.resolve("results.svg"), chart);
        }
    }
}
