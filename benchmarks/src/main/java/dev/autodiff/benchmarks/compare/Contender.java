package dev.autodiff.benchmarks.compare;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A contender before it has been started.
 *
 * @param key its name in the results, as {@code torch}
 * @param title its name in reports
 * @param ours whether it is this project, perhaps set up in another way
 * @param tasks which tasks it takes part in
 * @param command that starts its worker, with arguments
 * @param environment variables that are added to this process's own
 * @param problem why there is no use in starting it, if so
 */
record Contender(
        String key,
        String title,
        boolean ours,
        Predicate<String> tasks,
        List<String> command,
        Map<String, String> environment,
        @Nullable String problem) {
    /** The key of this project as a user gets it. */
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

    /** Whether it is a contender in its own right, rather than another one set up in another way. */
    boolean isMain() {
        return !key.equals(ONE_THREAD) && !key.equals(SCALAR) && !key.equals(TORCH_ONE_THREAD);
    }
}
