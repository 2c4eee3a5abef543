package dev.autodiff.examples;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of the examples. A placeholder for now. */
@Command(name = "autodiff", mixinStandardHelpOptions = true, description = "Trains small models.")
public final class Main implements Callable<Integer> {
    @Parameters(arity = "0..1", description = "The example to run.", defaultValue = "mlp")
    private String example = "mlp";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs an example.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.println(example);
        return 0;
    }
}
