package dev.autodiff.examples.doctor;

import dev.autodiff.profile.Peak;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A report about a machine: the facts, and what to change for more speed. */
public final class Doctor {
    /** The floating-point operations a cycle and thread with two units for fused multiply-adds, for each vector bit. */
    private static final double FLOP_PER_BIT = 2 * 2.0 / Float.SIZE;
    /** Below this clock rate, in 10^9 cycles a second, a processor does not run when it has work. */
    private static final double SLOWEST_CLOCK = 1.0;
    /** Below this rate in GFLOP/s the measurement ran in the interpreter; any processor is faster. */
    private static final double COMPILED = 2;
    /** The bytes of heap below which the larger examples may not fit. */
    private static final long SMALL_HEAP = 1L << 30;

    private static final int GIGABYTE_SHIFT = 30;

    private Doctor() {}

    /**
     * Reports about this machine.
     *
     * @param measured true to measure its peak rates, which takes half a second
     */
    public static String report(boolean measured) {
        return report(Machine.here(measured));
    }

    static String report(Machine machine) {
        StringBuilder text = new StringBuilder();
        line(text, "Java", machine.java());
        line(text, "virtual machine", machine.virtualMachine());
        line(text, "system", machine.system());
        line(text, "kernels", machine.kernels() + " (" + why(machine) + ")");
        line(
                text,
                "vectors",
                machine.isVector()
                        ? machine.vectorBits() + " bits, " + machine.vectorBits() / Float.SIZE + " floats"
                        : "none");
        line(text, "threads", machine.threads() + " of " + machine.processors() + " processors");
        line(
                text,
                "heap",
                gigabytes(machine.heap()) + " at most"
                        + (machine.memory() > 0 ? ", of " + gigabytes(machine.memory()) + " of memory" : ""));
        line(text, "arithmetic", machine.peak().map(Doctor::arithmetic).orElse("not measured"));
        line(text, "memory traffic", machine.peak().map(Doctor::traffic).orElse("not measured"));
        List<String> advice = advice(machine);
        text.append('\n').append(advice.isEmpty() ? "There is nothing to change.\n" : "To change:\n");
        advice.forEach(item -> text.append("- ").append(item).append('\n'));
        return text.toString().stripTrailing();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-16s %s%n", name, value));
    }

    private static String why(Machine machine) {
        return machine.reason().isEmpty() ? "the fastest that this Java has" : machine.reason();
    }

    private static String arithmetic(Peak peak) {
        if (peak.gflops() < COMPILED) {
            return "not compiled within half a second";
        }
        return String.format(Locale.ROOT, "%.0f GFLOP/s with all threads, FLOAT32", peak.gflops());
    }

    private static String traffic(Peak peak) {
        return String.format(Locale.ROOT, "%.1f GB/s with all threads, read and written", peak.gigabytes());
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1L << GIGABYTE_SHIFT));
    }

    /** Returns what to change, the most useful first; nothing if all is well. */
    static List<String> advice(Machine machine) {
        List<String> advice = new ArrayList<>();
        if (!machine.isVector()) {
            advice.add("Computing takes 1.7 to 3.9 times as long as with the vector kernels: " + remedy(machine) + ".");
        } else if (machine.widestVector() > machine.vectorBits()) {
            advice.add("The processor has vectors of " + machine.widestVector() + " bits, and Java uses "
                    + machine.vectorBits() + ": try -XX:UseAVX=3, and leave -XX:MaxVectorSize out. Some processors"
                    + " lower their clock for wide vectors, so compare the arithmetic above.");
        }
        if (machine.threads() < machine.processors()) {
            advice.add("There are " + machine.processors() + " processors, of which " + machine.threads()
                    + " compute: leave -Dautodiff.threads out to use all of them.");
        } else if (machine.threads() > machine.processors()) {
            advice.add(machine.threads() + " threads share " + machine.processors()
                    + " processors and wait for each other: leave -Dautodiff.threads out.");
        }
        if (machine.heap() < SMALL_HEAP) {
            advice.add("The heap is small for large models and data: start Java with -Xmx4g, for example.");
        }
        throttled(machine).ifPresent(advice::add);
        return advice;
    }

    private static String remedy(Machine machine) {
        if (machine.reason().contains("the system property")) {
            return "leave -Dautodiff.kernels out, unless the same bits on every machine are wanted";
        }
        int colon = machine.reason().indexOf(": ");
        return machine.reason().substring(colon + 1).strip();
    }

    /** Tells whether other programs or a limit of the container take the processors away. */
    private static Optional<String> throttled(Machine machine) {
        if (machine.peak().isEmpty() || !machine.isVector()) {
            return Optional.empty();
        }
        double expected =
                SLOWEST_CLOCK * FLOP_PER_BIT * machine.vectorBits() * Math.min(machine.threads(), machine.processors());
        double measured = machine.peak().get().gflops();
        if (measured >= expected) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "The arithmetic is less than the %.0f GFLOP/s of %d processors at a clock of %.0f GHz: other programs"
                        + " use them, or a quota of the container limits them. Look with top, and measure again.",
                expected,
                Math.min(machine.threads(), machine.processors()),
                SLOWEST_CLOCK));
    }
}
