package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelProviderTest {
    private static final String VECTOR = "--add-modules=jdk.incubator.vector";

    /** What a program of one line prints in a virtual machine of its own, error output included. */
    private static String inOwnMachine(Class<?> main, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /** Prints the name of the kernels chosen. */
    static final class PrintName {
        public static void main(String[] args) {
            System.out.println("chosen: " + KernelProvider.kernels().name());
        }
    }

    /** Compares vector loops with scalar ones at the vector length of the machine. */
    static final class CompareTwins {
        public static void main(String[] args) {
            LoopCompilerTest loops = new LoopCompilerTest();
            loops.randomCodes();
            loops.anyDivisionIntoBlocksGivesTheSameBits();
            System.out.println("same bits: " + LoopCompilerTest.compilers().size() + " "
                    + KernelProvider.kernels().name());
        }
    }

    private static void assertContains(String output, String... parts) {
        for (String part : parts) {
            assertTrue(output.contains(part), output);
        }
    }

    @Test
    void withoutTheModuleScalarKernelsSayHowToGetFaster() throws Exception {
        assertContains(inOwnMachine(PrintName.class), "chosen: scalar", "--add-modules jdk.incubator.vector");
    }

    @Test
    void withTheModuleVectorKernels() throws Exception {
        assertContains(inOwnMachine(PrintName.class, VECTOR), "chosen: vector-");
    }

    @Test
    void scalarOnRequest() throws Exception {
        assertContains(inOwnMachine(PrintName.class, VECTOR, "-Dautodiff.kernels=scalar"), "chosen: scalar");
    }

    @Test
    void vectorOnRequestWithoutTheModuleSaysWhichFlag() throws Exception {
        assertContains(
                inOwnMachine(PrintName.class, "-Dautodiff.kernels=vector"),
                "IllegalStateException",
                "start Java with --add-modules jdk.incubator.vector");
    }

    @Test
    void unknownValueListsTheKnownOnes() throws Exception {
        assertContains(
                inOwnMachine(PrintName.class, "-Dautodiff.kernels=fast"), "\"fast\"", "\"vector\"", "\"scalar\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1"})
    void withoutC2ScalarKernels(String option) throws Exception {
        assertContains(inOwnMachine(PrintName.class, VECTOR, option), "chosen: scalar", "C2");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void anyVectorLengthGivesTheSameBits(int bytes) throws Exception {
        assertContains(inOwnMachine(CompareTwins.class, VECTOR, "-XX:MaxVectorSize=" + bytes), "same bits: 2 vector-");
    }

    @Test
    void theseTestsRunOnWhatTheyWereStartedFor() {
        boolean scalar = "scalar".equals(System.getProperty(KernelProvider.PROPERTY))
                || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty();
        assertEquals(scalar, KernelProvider.kernels().name().equals("scalar"));
    }
}
