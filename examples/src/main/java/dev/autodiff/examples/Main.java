package dev.autodiff.examples;

import dev.autodiff.examples.context.DivergenceException;
import dev.autodiff.examples.context.OutputException;
import dev.autodiff.examples.context.StandardOutput;
import dev.autodiff.io.onnx.OnnxException;
import dev.autodiff.nn.data.DataException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the examples. */
@Command(
        name = "autodiff",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Trains small models and teaches backpropagation; each example is a short program to read from top to"
                        + " bottom.",
        subcommands = {
            LinearCommand.class,
            LogisticCommand.class,
            MlpCommand.class,
            KerasCommand.class,
            DigitsCommand.class,
            IrisCommand.class,
            AutoencoderCommand.class,
            TextCommand.class,
            CnnCommand.class,
            RnnCommand.class,
            GptCommand.class,
            TransferCommand.class,
            OnnxCommand.class,
            LessonCommand.class,
            ShellCommand.class,
            ExerciseCommand.class,
            PlaygroundCommand.class,
            DoctorCommand.class
        },
        footer = {"", "Start with: ./autodiff mlp, ./autodiff lesson 1, ./autodiff shell"})
public final class Main implements Runnable {
    /** The exit code for success. */
    static final int FINE = 0;

    /** The exit code for a bug in the examples. */
    static final int BUG = 1;

    /** The exit code for wrong input: an option, a data file. */
    static final int WRONG_INPUT = 2;

    /** The exit code when the reader of the output has ended, as if by the signal SIGPIPE: 128 + 13. */
    static final int READER_GONE = 141;

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /** The version, from the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"autodiff " + (version == null ? "(from source)" : version)};
        }
    }

    /**
     * Runs an example and ends the virtual machine with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%4$s: %5$s%6$s%n"); // no time between the lines of a lesson
        }
        Charset charset = StandardOutput.charset();
        StandardOutput output = new StandardOutput();
        System.setOut(new PrintStream(output, true, charset)); // for what the library prints itself
        PrintWriter out = new PrintWriter(new OutputStreamWriter(output, charset), true);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        System.exit(run(out, err, args));
    }

    /** Runs an example and returns the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler((problem, line, parsed) -> wrongInput(problem, line));
        try {
            int exit = command.execute(args);
            out.flush();
            return exit;
        } catch (StandardOutput.Lost lost) {
            if (lost.isReaderGone()) {
                return READER_GONE; // in silence, as other programs end
            }
            err.println("autodiff: " + lost.getMessage());
            return WRONG_INPUT;
        }
    }

    private static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine command = problem.getCommandLine();
        StringBuilder message = new StringBuilder(problem.getMessage());
        if (problem instanceof UnmatchedArgumentException unmatched) {
            String given = unmatched.getUnmatched().get(0);
            boolean option = given.startsWith("-");
            message.setLength(0);
            message.append("There is no ")
                    .append(option ? "option " : "example ")
                    .append(given)
                    .append('.');
            List<String> known = option
                    ? new ArrayList<>(command.getCommandSpec().optionsMap().keySet())
                    : new ArrayList<>(command.getSubcommands().keySet());
            Options.nearest(given, known)
                    .ifPresent(name ->
                            message.append(" Did you mean ").append(name).append('?'));
        }
        if (message.charAt(message.length() - 1) != '.' && message.charAt(message.length() - 1) != '?') {
            message.append('.');
        }
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + message + " See ./" + name + " --help.");
        return WRONG_INPUT;
    }

    private static int wrongInput(Exception problem, CommandLine command) {
        PrintWriter err = command.getErr();
        if (problem instanceof ParameterException usage) {
            return wrongUsage(usage, new String[0]);
        }
        if (problem instanceof DataException
                || problem instanceof OnnxException
                || problem instanceof OutputException
                || problem instanceof DivergenceException) {
            err.println(command.getCommandSpec().qualifiedName() + ": " + problem.getMessage());
            return WRONG_INPUT;
        }
        err.println("This is a bug in autodiff. Please report it with these lines:");
        problem.printStackTrace(err);
        return BUG;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "A command is missing, one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }
}
