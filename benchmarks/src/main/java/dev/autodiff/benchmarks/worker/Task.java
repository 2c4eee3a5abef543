package dev.autodiff.benchmarks.worker;

/** A computation that is measured, ready to run repeatedly. */
public interface Task extends AutoCloseable {
    /**
     * Runs one step: feeds the batch and computes everything, synchronously.
     *
     * @throws Exception if the framework throws it
     */
    void step() throws Exception;

    /**
     * Returns a number that depends on the steps, such as the loss; a finite one shows that something was computed.
     *
     * @throws Exception if the framework throws it
     */
    double result() throws Exception;

    /** Returns the floating-point operations or bytes of one step; 0 if they are not reported. */
    default double work() {
        return 0;
    }

    /** Releases the resources of the task. */
    @Override
    default void close() {}
}
