package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.ForkedJvm;
import dev.autodiff.kernel.KernelProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class VectorLengthTest {
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

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void anyVectorLengthGivesTheSameBits(int bytes) throws Exception {
        String output = ForkedJvm.run(CompareTwins.class, ForkedJvm.VECTOR, "-XX:MaxVectorSize=" + bytes);
        assertTrue(output.contains("same bits: 3 vector-"), output);
    }
}
