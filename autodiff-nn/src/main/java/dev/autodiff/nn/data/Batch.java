package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;

/**
 * The examples of one training step.
 *
 * @param features one example a row
 * @param labels one example a row
 */
public record Batch(NDArray features, NDArray labels) {

    /** Number of examples. */
    public int rows() {
        return features.dim(0);
    }

    /** A copy with memory of its own, to keep beyond the step. */
    public Batch copy() {
        return new Batch(features.copy(), labels.copy());
    }
}
