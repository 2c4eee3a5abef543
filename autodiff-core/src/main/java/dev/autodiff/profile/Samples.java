package dev.autodiff.profile;

import dev.autodiff.profile.Profile.Timing;
import java.util.Arrays;

/** Readings of the clock of a number of runs, and what follows from them. */
final class Samples {
    private static final int CLOCK_TRIES = 1000;

    private final long[][] readings;
    private final long[] starts;
    private final long[] steps;
    private final long[] profiled;
    private final long clockNanos = clockNanos();

    Samples(int runs, int readingsPerRun) {
        this.readings = new long[runs][readingsPerRun];
        this.starts = new long[runs];
        this.steps = new long[runs];
        this.profiled = new long[runs];
    }

    /** The shortest time that reading the clock takes. */
    private static long clockNanos() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < CLOCK_TRIES; i++) {
            long start = System.nanoTime();
            least = Math.min(least, System.nanoTime() - start);
        }
        return least;
    }

    /** The readings of a run. */
    long[] readings(int run) {
        return readings[run];
    }

    /** A pair of runs is done, one of them without readings, that took so long, and one with, from start to end. */
    void finished(int run, long unobserved, long start, long end) {
        steps[run] = unobserved;
        starts[run] = start;
        profiled[run] = end - start;
    }

    Timing step() {
        return timing(steps);
    }

    Timing profiled() {
        return timing(profiled);
    }

    /** The time from one reading to the next, less that of the reading itself. */
    Timing interval(int index) {
        return timing(Arrays.stream(readings)
                .mapToLong(of -> Math.max(0, of[index + 1] - of[index] - clockNanos))
                .toArray());
    }

    private static Timing timing(long[] nanoseconds) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
        return new Timing(sorted.length, Arrays.stream(sorted).sum(), sorted[0], median);
    }

    /** The readings of the run that took nearest to the median, from its start. */
    long[] typical() {
        double median = profiled().median();
        int nearest = 0;
        for (int i = 1; i < profiled.length; i++) {
            if (Math.abs(profiled[i] - median) < Math.abs(profiled[nearest] - median)) {
                nearest = i;
            }
        }
        long start = starts[nearest];
        return Arrays.stream(readings[nearest]).map(reading -> reading - start).toArray();
    }
}
