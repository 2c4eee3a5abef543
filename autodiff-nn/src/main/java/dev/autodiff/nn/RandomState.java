package dev.autodiff.nn;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The state of a session's random numbers: its seed, and a count that no two random runs have in common.
 *
 * <p>Steps, which assign variables, are counted apart from runs that only look. The position of a step is the number of
 * steps before it, so that what is looked at in between does not change its random numbers; that of a look also depends
 * on how many there were since the last step.
 */
final class RandomState {
    /** The low bits of the count are the looks since the last step, the high ones are the steps. */
    private static final int LOOK_BITS = 24;

    private static final long STEP = 1L << LOOK_BITS;

    private final long seed;
    private final AtomicLong count = new AtomicLong();

    RandomState(long seed) {
        this.seed = seed;
    }

    long seed() {
        return seed;
    }

    /** Returns the position of the next look: the number of steps, with the number of looks in the high bits. */
    long position() {
        return position(count.get(), false);
    }

    /** Returns the position of a run that {@link #begin} gave the count for. */
    long position(long before, boolean isStep) {
        return Long.rotateRight(isStep ? before & -STEP : before, LOOK_BITS);
    }

    /**
     * Counts a random run that begins.
     *
     * @param isStep whether it assigns variables
     * @return the count before
     */
    long begin(boolean isStep) {
        long before = count.get();
        while (!count.compareAndSet(before, after(before, isStep))) {
            before = count.get();
        }
        return before;
    }

    /** Takes back the counting of a run that failed, so that a second attempt draws the same numbers. */
    void giveBack(long before, boolean isStep) {
        count.compareAndSet(after(before, isStep), before); // unless another run has begun since
    }

    private static long after(long before, boolean isStep) {
        return isStep ? (before & -STEP) + STEP : before + 1;
    }

    void set(long position) {
        count.set(Long.rotateLeft(position, LOOK_BITS));
    }
}
