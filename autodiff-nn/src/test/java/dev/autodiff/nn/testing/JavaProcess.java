package dev.autodiff.nn.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs that tests run in virtual machines of their own, with the kernels of this one. */
public final class JavaProcess {
    private JavaProcess() {}

    /**
     * Starts a program; its standard error goes with its output.
     *
     * @param heap the option for the heap, such as {@code -Xmx64m}
     */
    public static Process start(String heap, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap, "-XX:-UsePerfData"));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
            command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
        }
        String kernels = System.getProperty("autodiff.kernels");
        if (kernels != null) {
            command.add("-Dautodiff.kernels=" + kernels);
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program to its end, which must be a good one, and returns what it wrote but for the VM's own warnings. */
    public static String run(String heap, Class<?> program, String... arguments) {
        try {
            Process process = start(heap, program, arguments);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            return output.replaceAll("WARNING: Using incubator modules.*\\R", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
