package dev.autodiff.benchmarks.worker;

/** Something to be measured, ready to be run again and again. */
public interface Task extends AutoCloseable {
    /**
     * One step: feeds the batch and computes everything; done when it returns.
     *
     * @throws Exception whatever the framework throws
     */
    void step() throws Exception;

    /**
     * A number that the steps have led to, such as the loss; tells that something was computed at all.
     *
     * @throws Exception whatever the framework throws
     */
    double result() throws Exception;

    /** What one step amounts to, in floating-point operations or bytes; 0 where nobody asks. */
    default double work() {
        return 0;
    }

    /** Lets go of what the task holds. */
    @Override
    default void close() {}
}
