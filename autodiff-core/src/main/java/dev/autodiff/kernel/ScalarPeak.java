package dev.autodiff.kernel;

import static dev.autodiff.kernel.math.FusedMultiplyAdd.madd;

/**
 * The most arithmetic that scalar Java gets out of a core: a polynomial of each of some numbers in the nearest cache, a
 * loop that C2 vectorises by itself. Each element is a chain, but the processor overlaps those of several vectors.
 */
final class ScalarPeak {
    private static final int CHAIN = 16;

    private ScalarPeak() {}

    static long multiplyAdds(float[] numbers, int rounds) {
        for (int round = 0; round < rounds; round++) {
            polynomials(numbers);
        }
        return 2L * CHAIN * Kernels.PEAK_NUMBERS * rounds;
    }

    /** Converges to 0.2, so that the numbers stay ordinary however often it is repeated. */
    private static void polynomials(float[] x) {
        for (int i = 0; i < Kernels.PEAK_NUMBERS; i++) {
            float a = x[i];
            float y = madd(a, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            y = madd(y, 0.5f, 0.1f);
            x[i] = madd(y, 0.5f, 0.1f);
        }
    }
}
