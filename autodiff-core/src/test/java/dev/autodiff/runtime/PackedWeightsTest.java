package dev.autodiff.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.PackedMatmul;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Weights stay packed from run to run, until something changes them. */
class PackedWeightsTest {
    private static final int M = 64;
    private static final int N = 112;
    private static final int K = 300;

    private final Random random = new Random(1);

    @Test
    void changesAreSeen() {
        PackedMatmul kernel = KernelProvider.kernels().packedMatmul();
        assumeTrue(kernel != null);
        State weights = TestLeaf.state(numbers(K, N));
        Tensor w = TestLeaf.variable(weights);
        Tensor x = TestLeaf.input(DType.FLOAT32, M, K);
        Program predict = Lowering.compile(
                List.of(x.matmul(w)), List.of(), List.of(x), List.of(x.shape()), CompileOptions.OPTIMIZED);
        Program train = TestLeaf.compile(
                CompileOptions.OPTIMIZED,
                List.of(),
                List.of(Tensors.assign(w, w.mul(0.5).add(0.25))));
        NDArray fed = numbers(M, K);
        NDArray plain = predict.run(fed).get(0);
        while (!kernel.isReady(new MatmulLayout(K, 1, N, 1, N), M, N, K)) {
            assertEquals(plain, predict.run(fed).get(0));
        }
        assertEquals(plain, predict.run(fed).get(0), "the first run packs");
        assertEquals(plain, predict.run(fed).get(0), "the second finds it packed");

        train.run();
        NDArray trained = predict.run(fed).get(0);
        assertNotEquals(plain, trained, "a program has assigned them");
        assertEquals(product(fed, weights.value()), trained);

        weights.assign(numbers(K, N));
        assertEquals(product(fed, weights.value()), predict.run(fed).get(0), "they were set");
        NDArray other = numbers(M, K);
        assertEquals(product(other, weights.value()), predict.run(other).get(0), "other features");
    }

    /** The same by a program that has been given the weights, too, and so keeps nothing. */
    private static NDArray product(NDArray a, NDArray b) {
        Tensor x = TestLeaf.input(DType.FLOAT32, M, K);
        Tensor w = TestLeaf.input(DType.FLOAT32, K, N);
        return Lowering.compile(
                        List.of(x.matmul(w)),
                        List.of(),
                        List.of(x, w),
                        List.of(x.shape(), w.shape()),
                        CompileOptions.OPTIMIZED)
                .run(a, b)
                .get(0);
    }

    private NDArray numbers(int rows, int columns) {
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() - 0.5f;
        }
        return NDArray.wrap(numbers, rows, columns);
    }
}
