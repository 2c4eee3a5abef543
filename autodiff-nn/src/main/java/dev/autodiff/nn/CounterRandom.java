package dev.autodiff.nn;

/**
 * A source of random numbers from counters, for initial values: each is a hash of seed and position (SplitMix64's
 * finalizer, Steele, Lea and Flood 2014), so that none depends on those before it.
 */
final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    CounterRandom(long seed) {
        this.seed = seed;
    }

    /**
     * Returns the seed of a variable.
     *
     * @param seed the seed of the session
     * @param name the name of the variable
     * @param ordinal the number of variables of this name before it
     */
    static long seed(long seed, String name, int ordinal) {
        long hash = mix(seed);
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash + name.charAt(i));
        }
        return hash(hash, name.length(), ordinal);
    }

    /** Returns a seed that is derived from another and two numbers for its purpose. */
    static long hash(long seed, long what, long which) {
        return mix(mix(mix(seed) + what) + which);
    }

    private static long mix(long x) {
        long z = x + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns the uniform number at a position, in [0, 1), of 53 bits. */
    double uniform(long position) {
        return (mix(seed + position * GOLDEN) >>> 11) * 0x1p-53;
    }

    /** Returns the standard normal number at a position, by the method of Box and Muller (1958). */
    double normal(long position) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * position)));
        return radius * StrictMath.cos(2 * Math.PI * uniform(2 * position + 1));
    }
}
