package dev.autodiff.nn.data;

/**
 * A generator of random numbers whose bits depend on the seed alone, not on the Java version or the machine: SplitMix64
 * (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014) counts up by the golden ratio and
 * mixes the count.
 */
final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double TWO_TO_MINUS_53 = 0x1p-53;

    private long state;
    private double spareNormal;
    private boolean hasSpareNormal;

    SeededRandom(long seed) {
        this.state = mix(seed + GOLDEN_GAMMA);
    }

    /**
     * Makes a generator for one member of a family, such as one epoch, that is independent of the other
     * members' generators.
     */
    SeededRandom(long seed, long member) {
        this(mix(seed + GOLDEN_GAMMA) ^ mix(~member));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    long nextLong() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /** Returns a uniform number in [0, 1). */
    double nextDouble() {
        return (nextLong() >>> 11) * TWO_TO_MINUS_53;
    }

    /** Returns a uniform number in [from, to). */
    double uniform(double from, double to) {
        return from + (to - from) * nextDouble();
    }

    /** Returns a uniform integer from 0 to bound-1, without bias. */
    int nextInt(int bound) {
        long range = bound;
        long bits;
        long value;
        do {
            bits = nextLong() >>> 1;
            value = bits % range;
        } while (bits - value + (range - 1) < 0);
        return (int) value;
    }

    /**
     * Returns a standard normal number, by Marsaglia's polar method with StrictMath, as Math.log may differ by machine.
     */
    double nextNormal() {
        if (hasSpareNormal) {
            hasSpareNormal = false;
            return spareNormal;
        }
        double u;
        double v;
        double s;
        do {
            u = uniform(-1, 1);
            v = uniform(-1, 1);
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        double factor = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        spareNormal = v * factor;
        hasSpareNormal = true;
        return u * factor;
    }

    /** Fills with 0 .. length-1 in random order (Fisher and Yates). */
    void permutation(int[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = i;
        }
        for (int i = target.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swapped = target[i];
            target[i] = target[j];
            target[j] = swapped;
        }
    }

    int[] permutation(int length) {
        int[] order = new int[length];
        permutation(order);
        return order;
    }
}
