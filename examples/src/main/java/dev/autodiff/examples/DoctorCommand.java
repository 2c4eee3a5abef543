package dev.autodiff.examples;

import dev.autodiff.examples.doctor.Doctor;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "What this machine has to compute with: Java, kernels and the reason for them, threads, memory,"
                + " the measured peak; and what to change for more speed.")
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--no-measurement", description = "Leaves out what takes half a second: the measured peak.")
    private boolean unmeasured;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter writer = spec.commandLine().getOut();
        writer.println(Doctor.report(!unmeasured));
        writer.flush();
        return Main.FINE;
    }
}
