package dev.autodiff.program;

import dev.autodiff.array.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks on while a program runs: called after each instruction. What tracing and the search for non-finite values are built
 * on; a program that is compiled {@linkplain CompileOptions#PLAIN without passes} shows every operation.
 */
@FunctionalInterface
public interface Probe {
    /**
     * An instruction has been executed.
     *
     * @param origin where the operation came from, see {@link ProgramBuilder#origin}
     * @param inputs what it read, valid during the call only
     * @param outputs what it computed, valid during the call only
     * @param nanoseconds how long it took
     */
    void executed(
            @Nullable Object origin, String description, List<NDArray> inputs, List<NDArray> outputs, long nanoseconds);
}
