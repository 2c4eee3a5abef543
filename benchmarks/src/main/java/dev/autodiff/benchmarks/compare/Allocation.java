package dev.autodiff.benchmarks.compare;

import com.sun.management.ThreadMXBean;
import dev.autodiff.benchmarks.worker.Reply;
import dev.autodiff.benchmarks.worker.Task;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * What a step allocates in steady state, by all threads of the process together. Code over the Vector API allocates until it
 * has been compiled, so steps are made in windows until nothing is allocated any more, or for as long as anybody would call
 * warm-up.
 */
final class Allocation {
    /** Windows that decide: the last ones. */
    private static final int WINDOWS = 5;

    private static final long WINDOW_NANOS = 250_000_000;
    private static final long LONGEST_NANOS = 40_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Task task;
    private long[] ids = {};

    private Allocation(Task task) {
        this.task = task;
    }

    /**
     * The bytes that a step allocates, {@code bytes}: the median of the last five windows. {@code seconds}: how long it took to
     * get there.
     *
     * @throws Exception what the task throws
     */
    static Reply measure(Task task) throws Exception {
        task.step(); // so that all threads are there
        return new Allocation(task).measure();
    }

    private Reply measure() throws Exception {
        ids = threads.getAllThreadIds();
        double[] last = new double[WINDOWS];
        Arrays.fill(last, Double.MAX_VALUE);
        long start = System.nanoTime();
        do {
            System.arraycopy(last, 1, last, 0, WINDOWS - 1);
            last[WINDOWS - 1] = window();
        } while (Arrays.stream(last).anyMatch(bytes -> bytes != 0) && System.nanoTime() - start < LONGEST_NANOS);
        return new Reply().put("bytes", Statistics.median(last)).put("seconds", (System.nanoTime() - start) / 1e9);
    }

    /** Bytes a step, over steps of a quarter of a second. */
    private double window() throws Exception {
        long start = allocated();
        long reading = allocated() - start; // what it takes to read the counters
        long before = allocated();
        long end = System.nanoTime() + WINDOW_NANOS;
        int steps = 0;
        do {
            task.step();
            steps++;
        } while (System.nanoTime() < end);
        return (double) (allocated() - before - reading) / steps;
    }

    private long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(ids)) {
            sum += bytes;
        }
        return sum;
    }
}
