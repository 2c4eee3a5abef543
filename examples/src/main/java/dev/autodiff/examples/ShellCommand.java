package dev.autodiff.examples;

import dev.autodiff.examples.context.StandardOutput;
import dev.autodiff.examples.prompt.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code shell}, which starts the JDK's {@code jshell} as a process of its own on the same terminal. */
@Command(
        name = "shell",
        mixinStandardHelpOptions = true,
        description = {
            "A JShell prompt with everything imported: type var a = scalar(2), build an expression, then backward(),"
                    + " a.grad(), explain(y), show(y). Type help() there for more. It uses the scalar kernels."
        })
final class ShellCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Scripts to run first; - for standard input without a prompt.")
    private List<String> files = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Path jshell = jshell();
        if (!Files.isExecutable(jshell)) {
            err.println("autodiff shell: there is no " + jshell
                    + ". The prompt needs a JDK, not only a Java runtime: install one, 17 or later, or set JAVA_HOME.");
            return Main.WRONG_INPUT;
        }
        if (Boolean.getBoolean("autodiff.terminal") && files.isEmpty()) {
            spec.commandLine().getOut().println("Everything is imported. Type help() for help, /exit to leave.");
            spec.commandLine().getOut().flush();
        }
        Path startup = Files.createTempFile("autodiff", ".jsh");
        try (InputStream script = Prompt.class.getResourceAsStream("startup.jsh")) {
            Files.copy(Objects.requireNonNull(script), startup, StandardCopyOption.REPLACE_EXISTING);
            return new ProcessBuilder(command(jshell, startup))
                    .inheritIO()
                    .start()
                    .waitFor();
        } finally {
            Files.deleteIfExists(startup);
        }
    }

    /** Returns the path of the {@code jshell} of the JDK that runs this program. */
    static Path jshell() {
        String name = System.getProperty("os.name").startsWith("Windows") ? "jshell.exe" : "jshell";
        return Path.of(System.getProperty("java.home"), "bin", name);
    }

    /**
     * Tells whether the prompt prints to a terminal with colours: unless output is piped, the terminal is dumb, or
     * NO_COLOR is set (no-color.org).
     *
     * @param terminal true if standard output is a terminal
     * @param noColor the value of the environment variable NO_COLOR, or null
     * @param term the value of the environment variable TERM, or null
     */
    static boolean hasColors(boolean terminal, @Nullable String noColor, @Nullable String term) {
        boolean wanted = noColor == null || noColor.isEmpty();
        return terminal && wanted && !"dumb".equals(term);
    }

    private List<String> command(Path jshell, Path startup) {
        List<String> command = new ArrayList<>();
        command.add(jshell.toString());
        command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
        // The snippets run in a third process. With the vector kernels, every start would print a warning.
        command.addAll(List.of("-R-Dautodiff.kernels=scalar", "-R-Djava.awt.headless=true"));
        if (hasColors(Boolean.getBoolean("autodiff.terminal"), System.getenv("NO_COLOR"), System.getenv("TERM"))) {
            command.add("-R-Dautodiff.color=true"); // that process writes to a pipe, and cannot know
        }
        // Both processes print formulas.
        String charset = StandardOutput.charset().name();
        for (String encoding : List.of("file", "stdout", "sun.stdout")) {
            command.add("-J-D" + encoding + ".encoding=" + charset);
            command.add("-R-D" + encoding + ".encoding=" + charset);
        }
        // On a busy machine, that process may need longer to start than the five seconds that JShell waits by default.
        command.addAll(List.of("--execution", "failover:0(jdi:timeout(60000)),1(jdi:launch(true),timeout(60000))"));
        command.addAll(List.of("--feedback", "normal", "--startup", startup.toString()));
        command.addAll(files);
        return command;
    }
}
