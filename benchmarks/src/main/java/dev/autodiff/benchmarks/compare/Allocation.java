package dev.autodiff.benchmarks.compare;

import com.sun.management.ThreadMXBean;
import dev.autodiff.benchmarks.worker.Reply;
import dev.autodiff.benchmarks.worker.Task;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What a step allocates in steady state, by all threads of the process together. */
final class Allocation {
    private static final int WINDOWS = 5;
    private static final int STEPS = 200;
    private static final long WARM_UP_NANOS = 1_000_000_000;

    private Allocation() {}

    /**
     * The bytes that a step allocates: the median of five windows of steps, so that one in which the virtual machine was still
     * about to compile something does not decide.
     *
     * @throws Exception what the task throws
     */
    static Reply measure(Task task) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long end = System.nanoTime() + WARM_UP_NANOS;
        do {
            task.step();
        } while (System.nanoTime() < end);
        long[] ids = threads.getAllThreadIds();
        double[] windows = new double[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) {
            long start = allocated(threads, ids);
            long reading = allocated(threads, ids) - start; // what it takes to read the counters
            long before = allocated(threads, ids);
            for (int step = 0; step < STEPS; step++) {
                task.step();
            }
            windows[i] = (double) (allocated(threads, ids) - before - reading) / STEPS;
        }
        Arrays.sort(windows);
        return new Reply().put("bytes", windows[WINDOWS / 2]);
    }

    private static long allocated(ThreadMXBean threads, long[] ids) {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(ids)) {
            sum += bytes;
        }
        return sum;
    }
}
