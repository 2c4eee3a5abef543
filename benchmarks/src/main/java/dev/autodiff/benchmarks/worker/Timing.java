package dev.autodiff.benchmarks.worker;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The time of a step in microseconds, over many samples. A sample is one step, or, for steps shorter than
 * {@link #SAMPLE_NANOS}, the mean of as many steps as take that long, because reading the clock takes a fraction of
 * a microsecond.
 *
 * @param median the median of the samples
 * @param min the shortest sample
 * @param p90 the 90th percentile of the samples
 * @param steps the number of steps that were timed
 */
public record Timing(double median, double min, double p90, long steps) {
    /** The minimum length of a sample, in nanoseconds. */
    static final long SAMPLE_NANOS = 100_000;
    /**
     * The fraction of the time that is spent on steps before the first sample, to fill the caches and to estimate the
     * length of a step.
     */
    private static final double LEAD_IN = 0.2;

    private static final int FEWEST_SAMPLES = 5;
    private static final int MOST_SAMPLES = 100_000;

    /**
     * Runs a task repeatedly and measures the time of its steps.
     *
     * @param task the task
     * @param seconds the approximate time, in which at least five samples are taken
     * @throws Exception if the task throws it
     */
    static Timing measure(Task task, double seconds) throws Exception {
        return measure(task, seconds, System::nanoTime);
    }

    /** Measures with another clock than the system's. */
    static Timing measure(Task task, double seconds, LongSupplier clock) throws Exception {
        long start = clock.getAsLong();
        long leadIn = (long) (seconds * LEAD_IN * 1e9);
        long before = 0;
        long now = start;
        do {
            task.step();
            before++;
            now = clock.getAsLong();
        } while (now - start < leadIn);
        int batch = (int) Math.max(1, SAMPLE_NANOS * before / Math.max(1, now - start));

        double[] micros = new double[MOST_SAMPLES];
        int samples = 0;
        long begin = clock.getAsLong();
        long length = (long) (seconds * 1e9);
        now = begin;
        while (samples < FEWEST_SAMPLES || (now - begin < length && samples < MOST_SAMPLES)) {
            long from = clock.getAsLong();
            for (int i = 0; i < batch; i++) {
                task.step();
            }
            now = clock.getAsLong();
            micros[samples++] = (now - from) / (1e3 * batch);
        }
        return of(Arrays.copyOf(micros, samples), (long) samples * batch);
    }

    static Timing of(double[] micros, long steps) {
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new Timing(median, sorted[0], sorted[(n - 1) * 9 / 10], steps);
    }

    /** Returns the numbers as a reply. */
    Reply reply() {
        return new Reply().put("median", median).put("min", min).put("p90", p90).put("steps", (double) steps);
    }
}
