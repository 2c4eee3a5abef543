package dev.autodiff.runtime;

/** Random numbers from counters: a key for each random operation in each run, by hashing what identifies it. */
final class RandomKeys {
    private RandomKeys() {}

    /** Returns half of the key of an operation in a run, 24 bits. */
    static int half(long seed, long step, int node, int half) {
        long hash = mix(mix(mix(seed) + step) + node);
        return (int) (half == 0 ? hash >>> 40 : hash >>> 16) & 0xFFFFFF;
    }

    /** Returns the finalizer of SplitMix64 (Steele, Lea and Flood 2014) with its golden-ratio increment. */
    private static long mix(long x) {
        long z = x + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
