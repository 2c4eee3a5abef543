package dev.autodiff.nn.data;

import dev.autodiff.array.NDArray;
import java.util.List;
import java.util.Objects;

/**
 * The examples of one training step.
 *
 * @param inputs the values of the inputs of the model, one example a row
 * @param targets the expected answers for its outputs, one example a row
 */
public record Batch(List<NDArray> inputs, List<NDArray> targets) {

    /** Makes a batch for a model with several inputs or outputs. */
    public Batch {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
    }

    /**
     * Makes a batch of features and labels.
     *
     * @param features the input of the model, one example a row
     * @param labels the expected answers, one example a row
     */
    public Batch(NDArray features, NDArray labels) {
        this(
                List.of(Objects.requireNonNull(features, "features is null")),
                List.of(Objects.requireNonNull(labels, "labels is null")));
    }

    /**
     * Returns the only array of features.
     *
     * @throws IllegalStateException if there are several, which {@link #inputs} returns
     */
    public NDArray features() {
        return Dataset.only(inputs, "arrays of features; inputs()");
    }

    /**
     * Returns the only array of labels.
     *
     * @throws IllegalStateException if there are several, which {@link #targets} returns
     */
    public NDArray labels() {
        return Dataset.only(targets, "arrays of labels; targets()");
    }

    /** Returns the number of examples. */
    public int rows() {
        return inputs.get(0).dim(0);
    }

    /** Returns a copy with memory of its own, which stays valid after the step. */
    public Batch copy() {
        return new Batch(
                inputs.stream().map(NDArray::copy).toList(),
                targets.stream().map(NDArray::copy).toList());
    }
}
