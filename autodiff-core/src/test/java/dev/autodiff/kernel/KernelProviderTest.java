package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelProviderTest {
    /** Prints the name of the kernels chosen. */
    static final class PrintName {
        public static void main(String[] args) {
            System.out.println("chosen: " + KernelProvider.kernels().name());
            System.out.println("reason: <" + KernelProvider.reason() + ">");
        }
    }

    private static void assertContains(String output, String... parts) {
        for (String part : parts) {
            assertTrue(output.contains(part), output);
        }
    }

    @Test
    void withoutTheModuleScalarKernelsSayHowToGetFaster() throws Exception {
        assertContains(
                ForkedJvm.run(PrintName.class),
                "chosen: scalar",
                "reason: <the faster vector kernels cannot be used: the module jdk.incubator.vector is missing; start"
                        + " Java with --add-modules jdk.incubator.vector>");
    }

    @Test
    void withTheModuleVectorKernels() throws Exception {
        assertContains(ForkedJvm.run(PrintName.class, ForkedJvm.VECTOR), "chosen: vector-", "reason: <>");
    }

    @Test
    void scalarOnRequest() throws Exception {
        assertContains(
                ForkedJvm.run(PrintName.class, ForkedJvm.VECTOR, "-Dautodiff.kernels=scalar"),
                "chosen: scalar",
                "reason: <the system property autodiff.kernels asks for them>");
    }

    @Test
    void vectorOnRequestWithoutTheModuleSaysWhichFlag() throws Exception {
        assertContains(
                ForkedJvm.run(PrintName.class, "-Dautodiff.kernels=vector"),
                "IllegalStateException",
                "start Java with --add-modules jdk.incubator.vector");
    }

    @Test
    void unknownValueListsTheKnownOnes() throws Exception {
        assertContains(
                ForkedJvm.run(PrintName.class, "-Dautodiff.kernels=fast"), "\"fast\"", "\"vector\"", "\"scalar\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1"})
    void withoutC2ScalarKernels(String option) throws Exception {
        assertContains(ForkedJvm.run(PrintName.class, ForkedJvm.VECTOR, option), "chosen: scalar", "C2");
    }

    @Test
    void theseTestsRunOnWhatTheyWereStartedFor() {
        boolean scalar = "scalar".equals(System.getProperty(KernelProvider.PROPERTY))
                || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty();
        assertEquals(scalar, KernelProvider.kernels().name().equals("scalar"));
    }
}
