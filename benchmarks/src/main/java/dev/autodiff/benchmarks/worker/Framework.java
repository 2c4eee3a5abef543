package dev.autodiff.benchmarks.worker;

/** A framework that takes part in the comparison, as seen by its worker process. */
public interface Framework {
    /** The framework's name. */
    String name();

    /** The framework's version. */
    String version();

    /** How it is set up: threads, libraries underneath. */
    String about();

    /**
     * Builds a task, with first values, and data of its own making.
     *
     * @param id a workload ({@code W4}) or a matrix product ({@code G128x784Tx128})
     * @throws UnsupportedOperationException if this framework cannot do it; the message says why
     * @throws Exception whatever the framework throws
     */
    Task prepare(String id) throws Exception;

    /**
     * Answers a question of its own, beyond those that every worker knows.
     *
     * @param question the question's name
     * @param id what it is about
     * @throws Exception whatever goes wrong
     */
    default Reply answer(String question, String id) throws Exception {
        throw new UnsupportedOperationException("the worker does not know the question '" + question + "'");
    }
}
