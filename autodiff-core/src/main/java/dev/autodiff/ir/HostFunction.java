package dev.autodiff.ir;

import dev.autodiff.array.NDArray;
import java.util.List;

/**
 * A computation in plain Java that stands in a program as one instruction: the way in for operations that the kernels
 * do not have. Must be a pure function of its inputs and safe to call from several threads.
 */
@FunctionalInterface
public interface HostFunction {
    /**
     * Computes the output from the inputs.
     *
     * @param inputs the values, valid during the call only; must not be written to
     * @param output an array of the declared type and shape with arbitrary contents, to be filled through
     *     {@link NDArray#storage()} from {@link NDArray#offset()} on
     */
    void compute(List<NDArray> inputs, NDArray output);
}
