package dev.autodiff.nn;

/**
 * Random numbers from counters, for initial values: each is a hash of seed and position (SplitMix64's finalizer, Steele, Lea
 * and Flood 2014), so any of them can be had without the ones before.
 */
final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    CounterRandom(long seed) {
        this.seed = seed;
    }

    /** A seed for the variable of the given name, of several with that name for the given one. */
    static long seed(long seed, String name, int ordinal) {
        long hash = mix(seed);
        for (int i = 0; i < name.length(); i++) {
            hash = mix(hash + name.charAt(i));
        }
        return hash(hash, name.length(), ordinal);
    }

    /** A seed from a seed and what it is for. */
    static long hash(long seed, long what, long which) {
        return mix(mix(mix(seed) + what) + which);
    }

    private static long mix(long x) {
        long z = x + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1), 53 bits. */
    double uniform(long position) {
        return (mix(seed + position * GOLDEN) >>> 11) * 0x1p-53;
    }

    /** Standard normal, by Box and Muller's method (1958). */
    double normal(long position) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * position)));
        return radius * StrictMath.cos(2 * Math.PI * uniform(2 * position + 1));
    }
}
