package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.kernel.Elementwise;
import dev.autodiff.program.ProgramBuilder;
import dev.autodiff.program.Value;
import java.util.List;

/**
 * What is minimized. Those of regression give one scalar, the mean over all elements; the cross-entropies give one number for
 * each example, to be reduced with {@code mean()} (or weighted first).
 */
public final class Losses {
    /** A subtraction that does not broadcast. */
    public static final OpType DIFFERENCE = new OpType("difference");

    private static final Op SUB = new Difference();

    private Losses() {}

    /**
     * Mean squared error: mean of (prediction - target)². Some texts halve it; {@code .mul(0.5)} does.
     *
     * @throws GraphException if type or shape differ
     */
    public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
        return difference(prediction, target).square().mean();
    }

    /**
     * Mean absolute error: mean of |prediction - target|.
     *
     * @throws GraphException if type or shape differ
     */
    public static Tensor meanAbsoluteError(Tensor prediction, Tensor target) {
        return difference(prediction, target).abs().mean();
    }

    /**
     * Huber's loss (1964), mean over all elements: d²/2 where |d| is at most delta, else delta * (|d| - delta/2).
     *
     * @param delta where the square ends and the line begins, above 0
     */
    public static Tensor huber(Tensor prediction, Tensor target, double delta) {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new GraphException(
                    "Huber's delta is above 0 and finite, not " + delta + "\n    at " + SourceLine.here());
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

    private static Tensor difference(Tensor prediction, Tensor target) {
        return SUB.apply(prediction, target);
    }

    /**
     * A subtraction that does not broadcast, neither when the graph is written nor when it is run: a column minus a vector
     * would be a matrix of all pairs, always a mistake here.
     */
    private static final class Difference extends Op {
        Difference() {
            super(DIFFERENCE);
        }

        @Override
        public String formula() {
            return "prediction - target";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy" : "-dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Tensor prediction = in.get(0);
            Tensor target = in.get(1);
            if (!prediction.dtype().isFloating() || prediction.dtype() != target.dtype()) {
                throw new GraphException("prediction and target must be of the same floating-point type, but are "
                        + prediction.dtype() + " and " + target.dtype() + "; convert with cast(DType."
                        + (prediction.dtype().isFloating() ? prediction.dtype() : DType.FLOAT32) + ")");
            }
            Shape a = prediction.shape();
            Shape b = target.shape();
            if (!a.accepts(b)) {
                boolean column = a.rank() == b.rank() + 1 && a.dim(-1) == 1;
                boolean row = b.rank() == a.rank() + 1 && b.dim(-1) == 1;
                throw new GraphException("prediction and target must have the same shape, but have " + a + " and " + b
                        + (column
                                ? "; make the target a column with expandDims(-1), or the prediction a vector with"
                                        + " squeeze(-1)"
                                : "")
                        + (row
                                ? "; make the prediction a column with expandDims(-1), or the target a vector with"
                                        + " squeeze(-1)"
                                : ""));
            }
            return prediction.type();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return input == 0 ? dy : dy.neg();
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            if (!in.get(0).shape().equals(in.get(1).shape())) {
                throw new GraphException("prediction and target must have the same shape");
            }
            return ir.map(Elementwise.SUB, in.get(0), in.get(1));
        }
    }
}
