package dev.autodiff.benchmarks.compare;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A contender: a framework with a configuration, and the command that starts it.
 *
 * @param key the name in the results, for example {@code torch}
 * @param title the name in reports
 * @param ours true for this project in any configuration
 * @param tasks the tasks that it runs
 * @param command the command that starts the worker, with arguments
 * @param environment the environment variables of the worker, in addition to those of this process
 * @param problem the reason why it cannot be started, or null
 */
record Contender(
        String key,
        String title,
        boolean ours,
        Predicate<String> tasks,
        List<String> command,
        Map<String, String> environment,
        @Nullable String problem) {
    /** This project in its default configuration. */
    static final String AUTODIFF = "autodiff";
    /** This project on one thread. */
    static final String ONE_THREAD = "autodiff-1-thread";
    /** This project without the Vector API. */
    static final String SCALAR = "autodiff-scalar";
    /** PyTorch. */
    static final String TORCH = "torch";
    /** PyTorch on one thread. */
    static final String TORCH_ONE_THREAD = "torch-1-thread";
    /** JAX. */
    static final String JAX = "jax";

    /** Returns false if it is a variation of another contender. */
    boolean isMain() {
        return !key.equals(ONE_THREAD) && !key.equals(SCALAR) && !key.equals(TORCH_ONE_THREAD);
    }
}
