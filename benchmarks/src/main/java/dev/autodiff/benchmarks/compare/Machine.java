package dev.autodiff.benchmarks.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine that the comparison runs on.
 *
 * @param cpu the processor's model
 * @param cores the number of cores that Java sees
 * @param memoryGigabytes the size of main memory, in gigabytes
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

    /**
     * Returns the processor's name in Linux, with family and model number, as virtual machines often hide the name; on
     * other systems the architecture.
     */
    private static String processor() {
        Path info = Path.of("/proc/cpuinfo");
        try {
            if (Files.exists(info)) {
                String text = Files.readString(info);
                return field(text, "model name") + " (family " + field(text, "cpu family") + ", model "
                        + field(text, "model") + ")";
            }
        } catch (IOException e) {
            // Only the architecture is known.
        }
        return System.getProperty("os.arch");
    }

    /** Returns the first value of a field of {@code /proc/cpuinfo}. */
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
