package dev.autodiff.profile;

import java.util.function.LongSupplier;

/**
 * The runs before a measurement, until the virtual machine has compiled what is measured: until runs have not become
 * faster for a while.
 *
 * @param nanos the duration of a run in the end
 * @param settled false if runs were still becoming faster when the patience was over, so that what is measured next is
 *     slower than it will be
 */
record WarmUp(long nanos, boolean settled) {
    /** The warm-up is divided into so many parts, */
    private static final int WINDOWS = 6;
    /** goes on while one of the last three parts has a run that takes less than this share of all before, */
    private static final double FASTER = 0.95;
    /** or while there were fewer runs: the virtual machine compiles what has run some thousands of times, */
    private static final int FEWEST_RUNS = 2000;
    /** and takes so many times as long at most. */
    private static final int LONGEST = 10;

    /**
     * Warms a program up.
     *
     * @param run one run, as it will be measured
     * @param other a run of another kind that is measured too, whose time does not count
     * @param duration the shortest duration in nanoseconds; 0 for one run
     * @param clock the time in nanoseconds
     */
    static WarmUp of(Runnable run, Runnable other, long duration, LongSupplier clock) {
        long start = clock.getAsLong();
        long window = duration / WINDOWS;
        long fastest = Long.MAX_VALUE;
        long runs = 0;
        int unchanged = 0;
        int done = 0;
        while (true) {
            long inWindow = Long.MAX_VALUE;
            long now;
            do {
                other.run();
                long before = clock.getAsLong();
                run.run();
                now = clock.getAsLong();
                inWindow = Math.min(inWindow, now - before);
                runs++;
            } while (now - start < (done + 1) * window);
            done++;
            unchanged = inWindow < FASTER * fastest ? 0 : unchanged + 1;
            fastest = Math.min(fastest, inWindow);
            boolean settled = unchanged >= WINDOWS / 2;
            boolean over = window == 0 || done >= LONGEST * WINDOWS;
            if (over || (done >= WINDOWS && settled && runs >= FEWEST_RUNS)) {
                return new WarmUp(inWindow, settled || window == 0);
            }
        }
    }
}
