package dev.autodiff.nn;

import java.util.concurrent.atomic.AtomicLong;

/** The state of a session's random numbers: its seed, and the number of random runs so far, which counts them apart. */
final class RandomState {
    private final long seed;
    private final AtomicLong runs = new AtomicLong();

    RandomState(long seed) {
        this.seed = seed;
    }

    long seed() {
        return seed;
    }

    /** Returns the number of random runs so far: the number of the next one. */
    long runs() {
        return runs.get();
    }

    /** Returns the number of a run that begins; only a random run counts. */
    long next(boolean isRandom) {
        return isRandom ? runs.getAndIncrement() : 0;
    }

    void set(long newRuns) {
        runs.set(newRuns);
    }
}
