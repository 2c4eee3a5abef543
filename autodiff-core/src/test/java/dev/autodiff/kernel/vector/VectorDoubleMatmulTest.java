package dev.autodiff.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.autodiff.kernel.DoubleMatmul;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.MatmulLayout;
import dev.autodiff.kernel.Scratch;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of doubles by vectors have the bits of the scalar ones, and change nothing beside the result. */
class VectorDoubleMatmulTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "5, 32, 8",
        "6, 33, 127",
        "4, 31, 128",
        "130, 70, 129",
        "121, 64, 300",
        "10, 1100, 20",
        "7, 9, 257"
    })
    void bitsAreThoseOfTheScalarKernel(int m, int n, int k) {
        assumeTrue(KernelProvider.kernels().name().startsWith("vector"));
        for (int form = 0; form < 4; form++) {
            boolean aTransposed = form % 2 == 1;
            boolean bTransposed = form / 2 == 1;
            MatmulLayout layout = new MatmulLayout(
                    aTransposed ? 1 : k + 2,
                    aTransposed ? m + 1 : 1,
                    bTransposed ? 1 : n + 3,
                    bTransposed ? k + 1 : 1,
                    n + 4);
            double[] a = numbers(1, 3 + (m + 2) * (k + 3));
            double[] b = numbers(2, 5 + (n + 3) * (k + 3));
            double[] expected = new double[2 + m * (n + 4) + 3];
            Arrays.fill(expected, 7);
            double[] actual = expected.clone();
            DoubleMatmul.matmul(layout, a, 3, b, 5, expected, 2, m, n, k, new Scratch());
            VectorDoubleMatmul.matmul(layout, a, 3, b, 5, actual, 2, m, n, k, new Scratch());
            if (n > 1 && m > 1) { // the product with a vector sums in another order
                assertArrayEquals(expected, actual, "form " + form);
            } else {
                assertArrayEquals(expected, actual, 1e-12, "form " + form);
            }
        }
    }

    private static double[] numbers(long seed, int size) {
        return new SplittableRandom(seed).doubles(size, -1, 1).toArray();
    }
}
