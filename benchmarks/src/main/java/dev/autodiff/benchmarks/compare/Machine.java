package dev.autodiff.benchmarks.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the comparison runs on.
 *
 * @param cpu the processor's model
 * @param cores as many as Java sees
 * @param memoryGigabytes of main memory
 * @param system the operating system
 * @param java the virtual machine
 */
record Machine(String cpu, int cores, double memoryGigabytes, String system, String java) {
    static Machine here() {
        return new Machine(
                processor(),
                Runtime.getRuntime().availableProcessors(),
                Math.round(memory() / 1e8) / 10.0,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** The model as Linux tells it, with family and model number, as a virtual machine hides the rest; elsewhere the kind. */
    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        try {
            if (Files.exists(info)) {
                String text = Files.readString(info);
                return field(text, "model name") + " (family " + field(text, "cpu family") + ", model "
                        + field(text, "model") + ")";
            }
        } catch (IOException e) {
            // Less is known, then.
        }
        return System.getProperty("os.arch");
    }

    /** The first value of a field of {@code /proc/cpuinfo}. */
    static String field(String text, String name) {
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).trim().equals(name)) {
                return line.substring(colon + 1).trim();
            }
        }
        return "unknown";
    }

    private static double memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }
}
