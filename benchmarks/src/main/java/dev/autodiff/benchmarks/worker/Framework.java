package dev.autodiff.benchmarks.worker;

/** A framework that takes part in the comparison, as seen by its worker process. */
public interface Framework {
    /** Returns the name of the framework. */
    String name();

    /** Returns the version of the framework. */
    String version();

    /** Returns the configuration: number of threads, underlying libraries. */
    String about();

    /**
     * Builds a task with initial parameters and random data.
     *
     * @param id a workload ({@code W4}) or a matrix product ({@code G128x784Tx128})
     * @throws UnsupportedOperationException if this framework cannot do it; the message says why
     * @throws Exception if the framework throws it
     */
    Task prepare(String id) throws Exception;

    /**
     * Answers a question that not every worker knows.
     *
     * @param question the question's name
     * @param id the id of the task
     * @throws Exception if the answer fails
     */
    default Reply answer(String question, String id) throws Exception {
        throw new UnsupportedOperationException("the worker does not know the question '" + question + "'");
    }
}
