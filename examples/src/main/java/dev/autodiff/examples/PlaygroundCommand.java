package dev.autodiff.examples;

import dev.autodiff.examples.context.ExampleContext;
import dev.autodiff.trace.Playground;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code playground}, which writes a page and opens it where there is a screen. */
@Command(
        name = "playground",
        mixinStandardHelpOptions = true,
        description = {
            "A page in which small networks are trained and expressions differentiated, one operation at a time: one"
                    + " file, which needs nothing but a browser."
        })
final class PlaygroundCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "out",
            description = "Folder that the page is written to (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("out");

    @Option(names = "--no-open", description = "Only writes the page.")
    private boolean closed;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter writer = spec.commandLine().getOut();
        ExampleContext.checkFolder(out);
        Path page = Playground.write(out.resolve("playground.html")).toAbsolutePath();
        writer.println("Playground: " + page);
        writer.flush();
        if (!closed && Boolean.getBoolean("autodiff.terminal")) {
            open(page);
        }
        return Main.FINE;
    }

    /** Opens the page with the program that the system has for pages; where there is none, the path is printed. */
    private static void open(Path page) {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        boolean screen = system.contains("win")
                || system.contains("mac")
                || System.getenv("DISPLAY") != null
                || System.getenv("WAYLAND_DISPLAY") != null;
        if (!screen) {
            return;
        }
        List<String> command = system.contains("win")
                ? List.of("cmd", "/c", "start", "", page.toUri().toString())
                : List.of(system.contains("mac") ? "open" : "xdg-open", page.toString());
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // There is no such program; the path that was printed is enough to open the page by hand.
        }
    }
}
