package dev.autodiff.kernel.vector;

import static dev.autodiff.kernel.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/** The most arithmetic that a core can do: ten independent chains of fused multiply-adds on registers alone. */
final class VectorPeak {
    private static final int CHAINS = 10;

    private VectorPeak() {}

    static long multiplyAdds(float[] numbers, int rounds) {
        FloatVector half = FloatVector.broadcast(SPECIES, 0.5f); // the chains converge to twice what is added
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
        for (int i = 0; i < rounds; i++) {
            s0 = s0.fma(half, x);
            s1 = s1.fma(half, x);
            s2 = s2.fma(half, x);
            s3 = s3.fma(half, x);
            s4 = s4.fma(half, x);
            s5 = s5.fma(half, x);
            s6 = s6.fma(half, x);
            s7 = s7.fma(half, x);
            s8 = s8.fma(half, x);
            s9 = s9.fma(half, x);
        }
        FloatVector sum =
                s0.add(s1).add(s2.add(s3)).add(s4.add(s5)).add(s6.add(s7)).add(s8.add(s9));
        sum.mul(1f / (2 * CHAINS)).intoArray(numbers, 0); // what they were, so that nothing grows
        return 2L * CHAINS * SPECIES.length() * rounds;
    }
}
