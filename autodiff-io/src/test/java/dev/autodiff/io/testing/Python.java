package dev.autodiff.io.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python in which other programs' own readers and writers are run. Tests that need it are skipped where there is
 * none, or it lacks a library. {@code -Dautodiff.python=} names another than {@code python3}.
 */
public final class Python {
    private static final String COMMAND = System.getProperty("autodiff.python", "python3");

    private Python() {}

    /** Skips the test unless Python has a library. */
    public static void assumeHas(String library) {
        boolean has;
        try {
            has = start(List.of("-c", "import " + library)).waitFor() == 0;
        } catch (IOException e) {
            has = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assumeTrue(has, () -> COMMAND + " has no " + library + "; -Dautodiff.python= names one that has");
    }

    /** Runs a program, and returns what it printed. A failure is one of the test. */
    public static String run(String program, Object... arguments) {
        try {
            Path script = Files.createTempFile("test", ".py");
            try {
                Files.writeString(script, program);
                List<String> command = new ArrayList<>(List.of(script.toString()));
                for (Object argument : arguments) {
                    command.add(argument.toString());
                }
                Process process = start(command);
                String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, process.waitFor(), printed);
                return printed;
            } finally {
                Files.delete(script);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(COMMAND));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        return process;
    }
}
