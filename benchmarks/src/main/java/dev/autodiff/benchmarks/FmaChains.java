package dev.autodiff.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The peak performance of one core: fused multiply-adds on registers alone, in ten independent chains. */
public final class FmaChains {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 100_000;

    private final float[] numbers = new float[SPECIES.length()];

    /** Returns the floating-point operations of one run; a multiplication and an addition count as two. */
    public static double flop() {
        return 20.0 * STEPS * SPECIES.length();
    }

    /** Runs the chains and returns a number that depends on all of them. */
    public float run() {
        FloatVector x = FloatVector.fromArray(SPECIES, numbers, 0);
        FloatVector s0 = x;
        FloatVector s1 = x;
        FloatVector s2 = x;
        FloatVector s3 = x;
        FloatVector s4 = x;
        FloatVector s5 = x;
        FloatVector s6 = x;
        FloatVector s7 = x;
        FloatVector s8 = x;
        FloatVector s9 = x;
        for (int i = 0; i < STEPS; i++) {
            s0 = x.fma(x, s0);
            s1 = x.fma(x, s1);
            s2 = x.fma(x, s2);
            s3 = x.fma(x, s3);
            s4 = x.fma(x, s4);
            s5 = x.fma(x, s5);
            s6 = x.fma(x, s6);
            s7 = x.fma(x, s7);
            s8 = x.fma(x, s8);
            s9 = x.fma(x, s9);
        }
        FloatVector sum =
                s0.add(s1).add(s2.add(s3)).add(s4.add(s5)).add(s6.add(s7)).add(s8.add(s9));
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
