package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.autodiff.ForkedJvm;
import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.math.Elementwise;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("kernel-independent")
class InterpretedLoopTest {
    /** Computes a small model and its gradients, and prints their bits and the kind of the loops. */
    static final class Compute {
        public static void main(String[] args) {
            LoopCode code = LoopRun.single(Elementwise.ADD, DType.FLOAT32, false, true);
            boolean interpreted = KernelProvider.kernels().loop(code) instanceof InterpretedLoop;
            System.out.println("interpreted=" + interpreted + " " + bits());
        }
    }

    private static String bits() {
        float[] values = new float[700];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        Tensor w = Tensors.constant(NDArray.wrap(values, 70, 10));
        Tensor loss = Activations.gelu(w.mul(3).exp().add(w.tanh())).square().mean();
        loss.backward();
        return loss.eval() + " " + Arrays.hashCode(w.grad().toFloats());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Dautodiff.kernels=scalar", ForkedJvm.VECTOR})
    void thePropertyAsksForItAndTheBitsAreTheSame(String kernels) throws Exception {
        String generated = ForkedJvm.run(Compute.class, kernels);
        String interpreted = ForkedJvm.run(Compute.class, kernels, "-Dautodiff.codegen=false");
        assertTrue(generated.contains("interpreted=false"), generated);
        assertTrue(interpreted.contains("interpreted=true"), interpreted);
        assertEquals(result(generated), result(interpreted));
    }

    private static String result(String output) {
        return output.replaceAll("(?s).*interpreted=\\w+ ", "");
    }
}
