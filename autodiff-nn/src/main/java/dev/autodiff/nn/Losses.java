package dev.autodiff.nn;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;

/**
 * What is minimized. Those of regression give one scalar, the mean over all elements; the cross-entropies give one number for
 * each example, to be reduced with {@code mean()} (or weighted first).
 */
public final class Losses {
    private Losses() {}

    /** Mean squared error: mean of (prediction - target)². Some texts halve it; {@code .mul(0.5)} does. */
    public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
        return difference(prediction, target).square().mean();
    }

    /** Mean absolute error: mean of |prediction - target|. */
    public static Tensor meanAbsoluteError(Tensor prediction, Tensor target) {
        return difference(prediction, target).abs().mean();
    }

    /**
     * Huber's loss (1964), mean over all elements: d²/2 where |d| is at most delta, else delta * (|d| - delta/2).
     *
     * @param delta where the square ends and the line begins, above 0
     */
    public static Tensor huber(Tensor prediction, Tensor target, double delta) {
        if (!(delta > 0)) {
            throw new GraphException("Huber's delta is above 0, not " + delta);
        }
        Tensor d = difference(prediction, target);
        Tensor size = d.abs();
        return Comparisons.where(
                        size.greater(delta),
                        size.sub(delta / 2).mul(delta),
                        d.square().mul(0.5))
                .mean();
    }

    /** Softmax cross-entropy of each example; see {@link CrossEntropy#softmax}. */
    public static Tensor softmaxCrossEntropy(Tensor logits, Tensor labels) {
        return CrossEntropy.softmax(logits, labels);
    }

    /** Sigmoid cross-entropy of each element; see {@link CrossEntropy#sigmoid}. */
    public static Tensor sigmoidCrossEntropy(Tensor logits, Tensor labels) {
        return CrossEntropy.sigmoid(logits, labels);
    }

    /** Broadcasting a column against a vector would make a matrix of all pairs: always a mistake here. */
    private static Tensor difference(Tensor prediction, Tensor target) {
        if (!prediction.shape().accepts(target.shape())) {
            boolean column = prediction.shape().rank() == target.shape().rank() + 1
                    && prediction.shape().dim(-1) == 1;
            throw new GraphException("Prediction and target have the same shape, but these are " + prediction.describe()
                    + " and " + target.describe()
                    + (column
                            ? "; make the target a column with expandDims(-1), or the prediction a vector with squeeze(-1)"
                            : "")
                    + "\n    made at " + prediction.sourceLine() + " and " + target.sourceLine());
        }
        return prediction.sub(target);
    }
}
