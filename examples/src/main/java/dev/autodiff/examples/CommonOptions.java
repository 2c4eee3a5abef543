package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that all examples have. */
final class CommonOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder with the data files (default: examples/data of the project).")
    private @Nullable Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out",
            description = "Folder for the figures, created if missing (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("out");

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    ExampleContext context(CommandSpec spec) {
        PrintWriter writer = spec.commandLine().getOut();
        ExampleContext context =
                new ExampleContext(dataFolder(spec), out, writer, Boolean.getBoolean("autodiff.terminal"));
        context.checkOut();
        return context;
    }

    private Path dataFolder(CommandSpec spec) {
        if (data != null) {
            if (!Files.isDirectory(data)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--data names the folder with the data files, but " + data
                                + (Files.exists(data) ? " is not a folder." : " does not exist."));
            }
            return data;
        }
        // The launcher sets the property. Without it, the working directory is the project's folder or that of the
        // examples.
        String property = System.getProperty("autodiff.data");
        Path found = property != null
                ? Path.of(property)
                : Files.isDirectory(Path.of("examples", "data")) ? Path.of("examples", "data") : Path.of("data");
        if (!Files.isDirectory(found)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The data files are not in " + found.toAbsolutePath().normalize()
                            + ". Start ./autodiff from a clone of the project, or name their folder with --data.");
        }
        return found;
    }
}
