package dev.autodiff;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A virtual machine of its own for a small program, for what is decided when Java starts. */
public final class ForkedJvm {
    /** The option that makes the Vector API available. */
    public static final String VECTOR = "--add-modules=jdk.incubator.vector";

    private ForkedJvm() {}

    /**
     * Runs a program and returns what it prints, error output included.
     *
     * @param main the class with the program, found on the tests' class path
     * @param options the options of the virtual machine
     */
    public static String run(Class<?> main, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
