package dev.autodiff.benchmarks.compare;

import com.sun.management.ThreadMXBean;
import dev.autodiff.benchmarks.worker.Reply;
import dev.autodiff.benchmarks.worker.Task;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * The memory that a step allocates in steady state, by all threads of the process together. Code that uses the Vector
 * API allocates until it has been compiled, so steps run in windows of time until a window allocates nothing, or for at
 * most 40 seconds.
 */
final class Allocation {
    /** The number of last windows that count. */
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
     * Measures a task. The reply has {@code bytes}, the bytes that a step allocates (the median of the last five
     * windows), and {@code seconds}, the time of the measurement.
     *
     * @throws Exception if the task throws it
     */
    static Reply measure(Task task) throws Exception {
        task.step(); // starts all threads
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

    /** Returns the bytes per step in one window. */
    private double window() throws Exception {
        long start = allocated();
        long reading = allocated() - start; // allocated by reading the counters
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
