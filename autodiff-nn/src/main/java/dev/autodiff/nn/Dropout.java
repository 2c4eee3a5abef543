package dev.autodiff.nn;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;

/**
 * Dropout (Srivastava et al. 2014) in its inverted form: while training, each element is kept with a probability and then
 * divided by it, else 0, so that the expected value stays and testing needs no other scale. The masks come from the session's
 * seed and are other ones in each run.
 *
 * <p>TensorFlow 1 counted by what is kept, Keras, PyTorch and TensorFlow 2 count by what is dropped; the name of the method
 * says which.
 */
public final class Dropout {
    private Dropout() {}

    /** Keeps each element with the given probability, above 0 to 1. */
    public static Tensor keep(Tensor x, double probability) {
        if (!(probability > 0 && probability <= 1)) {
            throw new GraphException("Dropout keeps with a probability above 0 and up to 1, not " + probability);
        }
        return probability == 1 ? x : keep(x, Tensors.scalar(probability, x.dtype()));
    }

    /** Keeps each element with a probability that is a scalar tensor: a placeholder fed 0.5 in training and 1 in testing. */
    public static Tensor keep(Tensor x, Tensor probability) {
        if (!probability.shape().isScalar()) {
            throw new GraphException("The probability of dropout is a scalar, not " + probability.describe());
        }
        Tensor random = Tensors.randomUniformLike(x);
        Tensor scale = Tensors.scalar(1, x.dtype()).div(probability);
        Tensor mask = Comparisons.where(Comparisons.less(random, probability), scale, Tensors.scalar(0, x.dtype()));
        return x.mul(mask).named("dropout");
    }

    /** Drops each element with the given probability, 0 to below 1. */
    public static Tensor rate(Tensor x, double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new GraphException("Dropout drops with a probability from 0 to below 1, not " + probability);
        }
        return keep(x, 1 - probability);
    }

    /** Drops each element with a probability that is a scalar tensor. */
    public static Tensor rate(Tensor x, Tensor probability) {
        return keep(x, Tensors.scalar(1, probability.dtype()).sub(probability));
    }
}
