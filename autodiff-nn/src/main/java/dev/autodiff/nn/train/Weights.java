package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.nn.data.Dataset;
import dev.autodiff.nn.data.OneHot;
import org.jspecify.annotations.Nullable;

/** The weights of examples, from those of the examples themselves and those of their classes. */
final class Weights {
    private Weights() {}

    /**
     * Returns a weight for each example, FLOAT32 {@code [rows]}; null if all are 1.
     *
     */
    static @Nullable NDArray of(Dataset data, FitOptions options) {
        if (options.sampleWeights() == null && options.classWeights().isEmpty()) {
            return null;
        }
        float[] weights = new float[data.rows()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 1;
        }
        if (options.sampleWeights() != null) {
            multiply(weights, options.sampleWeights());
        }
        if (!options.classWeights().isEmpty()) {
            NDArray classes = classes(data.labels());
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= options.classWeights()
                        .getOrDefault((int) classes.at(i), 1.0)
                        .floatValue();
            }
        }
        return NDArray.wrap(weights, weights.length);
    }

    private static void multiply(float[] weights, NDArray given) {
        if (given.shape().rank() != 1 || given.dim(0) != weights.length) {
            throw new IllegalArgumentException("There is one weight for each of the " + weights.length
                    + " examples, but the weights have shape " + given.shape());
        }
        for (int i = 0; i < weights.length; i++) {
            double weight = given.at(i);
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "The weight of an example is a finite number of 0 or more, but that of row " + i + " is "
                                + weight);
            }
            weights[i] *= (float) weight;
        }
    }

    private static NDArray classes(NDArray labels) {
        int rank = labels.shape().rank();
        boolean column = rank == 1 || (rank == 2 && labels.dim(1) == 1);
        if (column && labels.dtype() == DType.INT32) {
            return labels.reshape(labels.dim(0));
        }
        if (column || rank != 2) {
            throw new IllegalArgumentException(
                    "Classes are weighted by INT32 class numbers or one-hot rows, but the labels" + " are "
                            + labels.dtype() + " " + labels.shape());
        }
        return OneHot.decode(labels);
    }
}
