package dev.autodiff.kernel.math;

/**
 * Multiplication and addition in one instruction, where the machine has one. Where it has not, {@link Math#fma(float,
 * float, float)} is exact but some hundred times slower than {@code a * b + c}.
 */
public final class FusedMultiplyAdd {
    /**
     * True if {@link Math#fma(float, float, float)} is an instruction. Measured once, as Java has no way to ask: even
     * an interpreted call takes well below a tenth of a microsecond with the instruction, and about a microsecond by
     * way of {@code BigDecimal} without. The fastest of many short tries counts, so that an interruption cannot tip the
     * balance. Where bits have to be the same on every machine, it is used at any price.
     */
    public static final boolean FAST = ScalarMath.STRICT || measure();

    private static final int TRIES = 20;
    private static final int CALLS = 32;
    private static final long NANOS_A_CALL = 300;

    private FusedMultiplyAdd() {}

    private static boolean measure() {
        float sum = 0.3f;
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            for (int j = 0; j < CALLS; j++) {
                sum = Math.fma(sum, 0.7f, 0.1f);
            }
            best = Math.min(best, System.nanoTime() - start);
        }
        return best < CALLS * NANOS_A_CALL && !Float.isNaN(sum);
    }

    /** Returns {@code a * b + c}, rounded once if that is fast, else twice. */
    public static float madd(float a, float b, float c) {
        return FAST ? Math.fma(a, b, c) : a * b + c;
    }

    /** Returns {@code a * b + c}, rounded once if that is fast, else twice. */
    public static double madd(double a, double b, double c) {
        return FAST ? Math.fma(a, b, c) : a * b + c;
    }
}
