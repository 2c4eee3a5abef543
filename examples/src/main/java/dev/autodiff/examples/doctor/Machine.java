package dev.autodiff.examples.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.parallel.ThreadTeam;
import dev.autodiff.profile.Peak;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The facts about a machine and a virtual machine on which the speed of training depends.
 *
 * @param java the version and the vendor of Java
 * @param virtualMachine the name and the mode of the virtual machine, such as {@code mixed mode}
 * @param system the operating system and the processor's architecture
 * @param kernels the name of the kernels in use, such as {@code vector-256}
 * @param reason why they were chosen; empty if they are the fastest ones
 * @param widestVector the width in bits of the widest vectors that the processor is known to have; 0 if it is not known
 * @param threads the number of threads that compute
 * @param processors the number of processors that Java may use
 * @param heap the number of bytes that Java may use for its heap
 * @param memory the number of bytes of the machine, or of its container; 0 if it is not known
 * @param peak the measured rates of all threads; empty if they were not measured
 */
record Machine(
        String java,
        String virtualMachine,
        String system,
        String kernels,
        String reason,
        int widestVector,
        int threads,
        int processors,
        long heap,
        long memory,
        Optional<Peak> peak) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final String VECTOR = "vector-";

    /**
     * Finds out about this machine.
     *
     * @param measured true to measure its rates, which takes half a second
     */
    static Machine here(boolean measured) {
        return new Machine(
                System.getProperty("java.version") + ", " + System.getProperty("java.vendor"),
                System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.info"),
                System.getProperty("os.name") + ", " + System.getProperty("os.arch"),
                KernelProvider.kernels().name(),
                KernelProvider.reason(),
                widestVectorHere(),
                ThreadTeam.shared().threads(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                memoryHere(),
                measured ? Optional.of(Peak.measure()) : Optional.empty());
    }

    /** Returns whether the kernels are those on the Vector API. */
    boolean isVector() {
        return kernels.startsWith(VECTOR);
    }

    /** Returns the width in bits of the vectors that the kernels use; 0 if they use none. */
    int vectorBits() {
        return isVector() ? Integer.parseInt(kernels.substring(VECTOR.length())) : 0;
    }

    private static long memoryHere() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                ? bean.getTotalMemorySize()
                : 0;
    }

    /** Reads what Linux tells about the processor; other systems have no such file. */
    private static int widestVectorHere() {
        if (!Files.isReadable(CPU_INFO)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return widestVector(
                    lines.filter(line -> line.startsWith("flags")).findFirst().orElse(""));
        } catch (IOException e) {
            return 0; // a hint less; all else is known
        }
    }

    /** Returns the width of the widest vectors by the line of {@code /proc/cpuinfo} with the features of x86. */
    static int widestVector(String flags) {
        String features = flags + " ";
        return features.contains(" avx512f ") ? 512 : features.contains(" avx2 ") ? 256 : 0;
    }
}
