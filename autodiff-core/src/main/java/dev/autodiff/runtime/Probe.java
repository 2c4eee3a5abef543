package dev.autodiff.runtime;

import dev.autodiff.array.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An observer of a run, called after each instruction. Tracing and the search for non-finite values use it; a program
 * that is compiled {@linkplain dev.autodiff.ir.CompileOptions#PLAIN without passes} shows every operation.
 */
@FunctionalInterface
public interface Probe {
    /**
     * Takes note that an instruction has been executed.
     *
     * @param origin the object that the operation came from, see {@link dev.autodiff.ir.ProgramBuilder#origin}
     * @param inputs the values that it read, valid during the call only
     * @param outputs the values that it computed, valid during the call only
     * @param nanoseconds the time that it took
     */
    void executed(
            @Nullable Object origin, String description, List<NDArray> inputs, List<NDArray> outputs, long nanoseconds);
}
