package dev.autodiff.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LongProductTest {
    private static final int K = 20_000_000;

    /** Products of m x k and k x n matrices whose elements are all the same: one number in memory, or one row of b. */
    private static float product(Kernels kernels, float a, float b, int m, int n) {
        MatmulLayout layout = new MatmulLayout(0, 0, 0, 1, n);
        float[] row = new float[n];
        Arrays.fill(row, b);
        float[] c = new float[m * n];
        kernels.matmul(layout, new float[] {a}, 0, row, 0, c, 0, m, n, K, new Scratch());
        for (float element : c) {
            assertEquals(c[0], element);
        }
        return c[0];
    }

    private static List<Kernels> all() {
        return List.of(new ScalarKernels(), KernelProvider.kernels());
    }

    /** A plain sum of floats stops at 2^24. */
    @Test
    void sumsOfOnesAreCounts() {
        for (Kernels kernels : all()) {
            assertEquals(K, product(kernels, 1, 1, 2, 3), kernels.name());
            assertEquals(K, product(kernels, 1, 1, 1, 1), kernels.name());
            assertEquals(K, product(kernels, 1, 1, 1, 16), kernels.name());
        }
    }

    /**
     * Equal terms are the worst case: rounding errors of a sum have one sign. A plain sum is wrong by tens of percent.
     */
    @Test
    void errorsDoNotGrowWithTheLength() {
        for (Kernels kernels : all()) {
            double exact = (double) 0.1f * 0.7f * K;
            assertEquals(exact, product(kernels, 0.1f, 0.7f, 2, 3), 4e-5 * exact, kernels.name());
        }
    }
}
