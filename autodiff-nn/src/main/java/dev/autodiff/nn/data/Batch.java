package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;

/**
 * The examples of one training step.
 *
 * @param features the inputs of the model, one example a row
 * @param labels the expected answers, one example a row
 */
public record Batch(NDArray features, NDArray labels) {

    /** Returns the number of examples. */
    public int rows() {
        return features.dim(0);
    }

    /** Returns a copy with memory of its own, which stays valid after the step. */
    public Batch copy() {
        return new Batch(features.copy(), labels.copy());
    }
}
