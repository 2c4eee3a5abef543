package dev.autodiff.examples.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.profile.Peak;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reports about machines that are made up, so that nothing is measured. */
class DoctorReportTest {
    private static final long GB = 1L << 30;
    private static final String MISSING = "the faster vector kernels cannot be used: the module jdk.incubator.vector is"
            + " missing; start Java with --add-modules jdk.incubator.vector";

    private static Machine machine(String kernels, String reason, int widest, int threads, long heap, Peak peak) {
        return new Machine(
                "17.0.13, Example",
                "OpenJDK 64-Bit Server VM, mixed mode",
                "Linux, amd64",
                kernels,
                reason,
                widest,
                threads,
                4,
                heap,
                16 * GB,
                Optional.of(peak));
    }

    private static List<String> advice(String kernels, String reason, int widest, int threads, long heap) {
        return Doctor.advice(machine(kernels, reason, widest, threads, heap, new Peak(300, 20)));
    }

    private static void assertOnly(String part, List<String> advice) {
        assertEquals(1, advice.size(), advice::toString);
        assertTrue(advice.get(0).contains(part), advice::toString);
    }

    @Test
    void aFastMachine() {
        String report = Doctor.report(machine("vector-256", "", 256, 4, 4 * GB, new Peak(201.4, 20.25)));
        assertEquals("""
                Java             17.0.13, Example
                virtual machine  OpenJDK 64-Bit Server VM, mixed mode
                system           Linux, amd64
                kernels          vector-256 (the fastest that this Java has)
                vectors          256 bits, 8 floats
                threads          4 of 4 processors
                heap             4.0 GB at most, of 16.0 GB of memory
                arithmetic       201 GFLOP/s with all threads, FLOAT32
                memory traffic   20.3 GB/s with all threads, read and written

                There is nothing to change.""", report.replace(System.lineSeparator(), "\n"));
    }

    @Test
    void theModuleIsMissing() {
        String report = Doctor.report(machine("scalar", MISSING, 256, 4, 4 * GB, new Peak(40, 20)));
        assertTrue(report.contains("kernels          scalar (" + MISSING + ")"), report);
        assertTrue(report.contains("vectors          none"), report);
        assertOnly(
                "vector kernels: the module jdk.incubator.vector is missing; start Java with --add-modules"
                        + " jdk.incubator.vector.",
                advice("scalar", MISSING, 256, 4, 4 * GB));
    }

    @Test
    void aPropertyAsksForScalarKernels() {
        assertOnly(
                "leave -Dautodiff.kernels out",
                advice("scalar", "the system property autodiff.kernels asks for them", 256, 4, 4 * GB));
    }

    @Test
    void vectorsNarrowerThanTheProcessors() {
        assertOnly("-XX:UseAVX=3", advice("vector-256", "", 512, 4, 4 * GB));
        assertEquals(List.of(), advice("vector-512", "", 512, 4, 4 * GB));
        assertEquals(List.of(), advice("vector-128", "", 0, 4, 4 * GB)); // not known
    }

    @Test
    void theWidestVectorsByTheFeaturesOfTheProcessor() {
        assertEquals(512, Machine.widestVector("flags\t\t: fpu avx2 fma avx512f avx512dq"));
        assertEquals(512, Machine.widestVector("flags\t\t: fpu avx2 avx512f"));
        assertEquals(256, Machine.widestVector("flags\t\t: fpu avx avx2 fma"));
        assertEquals(0, Machine.widestVector("flags\t\t: fpu sse4_2 avx512fp16 avx2x"));
        assertEquals(0, Machine.widestVector(""));
    }

    @Test
    void fewerOrMoreThreadsThanProcessors() {
        assertOnly("There are 4 processors, of which 1 compute", advice("vector-256", "", 256, 1, 4 * GB));
        assertOnly("8 threads share 4 processors", advice("vector-256", "", 256, 8, 4 * GB));
    }

    @Test
    void aSmallHeap() {
        assertOnly("-Xmx4g", advice("vector-256", "", 256, 4, GB / 2));
    }

    @Test
    void aMachineTooBusyToCompileTheMeasurement() {
        Machine busy = machine("vector-256", "", 256, 4, 4 * GB, new Peak(0.3, 20));
        assertTrue(Doctor.report(busy).contains("arithmetic       not compiled within half a second"));
        assertOnly("less than the 128 GFLOP/s", Doctor.advice(busy));
    }

    @Test
    void aBusyMachine() {
        assertOnly(
                "less than the 128 GFLOP/s of 4 processors at a clock of 1 GHz",
                Doctor.advice(machine("vector-256", "", 256, 4, 4 * GB, new Peak(127, 20))));
        assertEquals(List.of(), Doctor.advice(machine("vector-256", "", 256, 4, 4 * GB, new Peak(129, 20))));
    }
}
