package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Convolutions;
import dev.autodiff.graph.CrossEntropy;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Reductions;
import dev.autodiff.graph.Shaping;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.graph.Tensors;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import java.util.Set;

/**
 * Loss functions. The errors and {@link #huber} return a scalar, the mean over all elements; the others return
 * one number for each example, to be reduced with {@code mean()} (or weighted first). Predictions come first,
 * targets second.
 *
 * <p>Predictions and targets of a regression have the same shape and floating-point type; they are not broadcast,
 * because a column minus a vector would be a matrix of all pairs, which is always a mistake here.
 */
public final class Losses {
    /** A subtraction that does not broadcast. */
    public static final OpType DIFFERENCE = new OpType("difference");

    private static final Difference SUB = new Difference();

    private static final double LEAST_PROBABILITY = 1e-7;

    private static final Set<OpType> UNCHANGED =
            Set.of(Shaping.RESHAPE, Shaping.SQUEEZE, Shaping.EXPAND_DIMS, Shaping.CAST);
    private static final Set<OpType> LINEAR =
            Set.of(Arithmetic.ADD, LinearAlgebra.MATMUL, Convolutions.CONVOLUTION, Convolutions.CONVOLUTION_TRANSPOSE);
    private static final Set<OpType> UNBOUNDED =
            Set.of(Activations.RELU, Activations.LEAKY_RELU, Activations.ELU, Activations.SOFTPLUS, Activations.TANH);

    private Losses() {}

    /**
     * Returns the mean squared error: the mean of (prediction - target)². Some texts halve it, as {@code
     * .mul(0.5)} does.
     *
     * <pre>{@code
     * Tensor prediction = Tensors.constant(1f, 2f, 3f);
     * Tensor target = Tensors.constant(1f, 2f, 6f);
     * Losses.meanSquaredError(prediction, target).eval(); // 3.0
     * }</pre>
     *
     * @param prediction the output of the model, of any shape
     * @param target the true values, of the same shape and type
     * @return a scalar
     * @throws GraphException if type or shape differ
     */
    public static Tensor meanSquaredError(Tensor prediction, Tensor target) {
        return difference(prediction, target).square().mean();
    }

    /**
     * Returns the mean absolute error: the mean of |prediction - target|.
     *
     * <pre>{@code
     * Tensor prediction = Tensors.constant(1f, 2f, 3f);
     * Tensor target = Tensors.constant(1f, 2f, 6f);
     * Losses.meanAbsoluteError(prediction, target).eval(); // 1.0
     * }</pre>
     *
     * @param prediction the output of the model, of any shape
     * @param target the true values, of the same shape and type
     * @return a scalar
     * @throws GraphException if type or shape differ
     */
    public static Tensor meanAbsoluteError(Tensor prediction, Tensor target) {
        return difference(prediction, target).abs().mean();
    }

    /**
     * Returns Huber's loss (1964), the mean over all elements d = prediction - target of d²/2 if |d| is at most delta,
     * else of delta * (|d| - delta/2).
     *
     * <pre>{@code
     * Tensor prediction = Tensors.constant(1f, 5f);
     * Tensor target = Tensors.constant(0f, 0f);
     * Losses.huber(prediction, target, 1).eval(); // 2.5
     * }</pre>
     *
     * @param prediction the output of the model, of any shape
     * @param target the true values, of the same shape and type
     * @param delta the error at which the loss passes from quadratic to linear, above 0
     * @return a scalar
     * @throws GraphException if type or shape differ, or delta is not above 0 and finite
     */
    public static Tensor huber(Tensor prediction, Tensor target, double delta) {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new GraphException(
                    "Huber's delta is above 0 and finite, not " + delta + "\n    at " + SourceLine.here());
        }
        Tensor d = difference(prediction, target);
        Tensor size = d.abs();
        // Both branches are computed everywhere; the square of a large d would overflow, and its gradient be NaN
        Tensor near = Arithmetic.clip(d, -delta, delta);
        return Comparisons.where(
                        size.greater(delta),
                        size.sub(delta / 2).mul(delta),
                        near.square().mul(0.5))
                .mean();
    }

    /**
     * Returns the softmax cross-entropy of each example, -Σ labels * log softmax(logits) along the last axis; see
     * {@link CrossEntropy#softmax}.
     *
     * <pre>{@code
     * Tensor logits = Tensors.constant(new float[][] {{1, 1}, {1000, 0}});
     * Losses.softmaxCrossEntropy(logits, Tensors.constant(0, 0)).eval(); // [0.6931472 0. ]
     * }</pre>
     *
     * @param logits the output of the model before softmax, {@code [..., classes]}
     * @param labels the probabilities of the classes (usually one-hot rows), of the type and shape of the logits; or
     *     INT32 class numbers, {@code [...]}, which are checked when the graph is run
     * @return one number for each example, {@code [...]}
     * @throws GraphException if types or shapes do not fit
     */
    public static Tensor softmaxCrossEntropy(Tensor logits, Tensor labels) {
        return CrossEntropy.softmax(logits, labels);
    }

    /**
     * Returns the sigmoid cross-entropy of each element, -z log sigmoid(x) - (1 - z) log(1 - sigmoid(x)); see
     * {@link CrossEntropy#sigmoid}.
     *
     * <pre>{@code
     * Tensor logits = Tensors.constant(0f, 1000f);
     * Losses.sigmoidCrossEntropy(logits, Tensors.constant(1f, 1f)).eval(); // [0.6931472 0. ]
     * }</pre>
     *
     * @param logits x, the output of the model before sigmoid, of any shape
     * @param labels z, the probabilities of class 1, from 0 to 1, of the same shape and type
     * @return one number for each element, of the shape of the logits
     * @throws GraphException if type or shape differ
     */
    public static Tensor sigmoidCrossEntropy(Tensor logits, Tensor labels) {
        return CrossEntropy.sigmoid(logits, labels);
    }

    /**
     * Returns the sigmoid cross-entropy of each element with a weight for class 1, -w z log sigmoid(x) - (1 - z) log(1
     * - sigmoid(x)): PyTorch's {@code pos_weight}. Above 1 it makes answers of class 1 count more, which are often
     * rare.
     *
     * @param logits x, the output of the model before sigmoid, of any shape
     * @param labels z, the probabilities of class 1, from 0 to 1, of the same shape and type
     * @param positiveWeight w, 0 or more
     * @return one number for each element, of the shape of the logits
     * @throws GraphException if type or shape differ, or the weight is negative or not finite
     */
    public static Tensor weightedSigmoidCrossEntropy(Tensor logits, Tensor labels, double positiveWeight) {
        if (!(positiveWeight >= 0) || Double.isInfinite(positiveWeight)) {
            throw new GraphException("The weight of class 1 is a finite number of 0 or more, not " + positiveWeight
                    + "\n    at " + SourceLine.here());
        }
        Tensor more = labels.mul(Activations.softplus(logits.neg())).mul(positiveWeight - 1);
        return CrossEntropy.sigmoid(logits, labels).add(more);
    }

    /**
     * Returns the cross-entropy of each element with probabilities instead of logits, -z log p - (1 - z) log(1 - p):
     * PyTorch's {@code BCELoss}, and Keras's, whose clipping of p to 1e-7 ... 1 - 1e-7 this is. Where the probabilities
     * are those of sigmoid, {@link #sigmoidCrossEntropy} of what that is applied to is exact.
     *
     * @param probabilities p, from 0 to 1, of any shape
     * @param labels z, the probabilities of class 1, from 0 to 1, of the same shape and type
     * @return one number for each element, of the shape of the probabilities
     * @throws GraphException if type or shape differ
     */
    public static Tensor binaryCrossEntropy(Tensor probabilities, Tensor labels) {
        SUB.checkFit(probabilities, labels);
        requireProbabilities(probabilities, Activations.SIGMOID, "binaryCrossEntropy", "sigmoidCrossEntropy");
        Tensor p = clipped(probabilities);
        return labels.mul(p.log())
                .add(labels.neg().add(1).mul(p.neg().add(1).log()))
                .neg();
    }

    /**
     * Returns the cross-entropy of each example with probabilities instead of logits, -Σ z log(p / Σp) along the last
     * axis, for p of at least 1e-7, as in Keras. Where they are those of softmax, {@link #softmaxCrossEntropy} of what
     * that is applied to is exact.
     *
     * @param probabilities p, {@code [..., classes]}
     * @param labels the probabilities of the classes (usually one-hot rows), of the type and shape of p; or INT32 class
     *     numbers, {@code [...]}
     * @return one number for each example, {@code [...]}
     * @throws GraphException if types or shapes do not fit
     */
    public static Tensor categoricalCrossEntropy(Tensor probabilities, Tensor labels) {
        requireProbabilities(probabilities, Activations.SOFTMAX, "categoricalCrossEntropy", "softmaxCrossEntropy");
        return CrossEntropy.softmax(clipped(probabilities).log(), labels);
    }

    /** Warns of outputs of a linear layer, or of one with another activation, as of probabilities. */
    private static void requireProbabilities(Tensor output, OpType missing, String loss, String ofLogits) {
        Tensor made = Attachments.detach(output);
        while (UNCHANGED.contains(made.op().type())) {
            made = Attachments.detach(made.inputs().get(0));
        }
        OpType last = made.op().type();
        // sums and products of tensors may be mixtures of probabilities; those with a variable are layers
        boolean isLinear = LINEAR.contains(last) && made.inputs().stream().anyMatch(Variable.class::isInstance);
        if (isLinear || UNBOUNDED.contains(last)) {
            GraphWarnings.warn(
                    "noProbabilities",
                    loss + " takes probabilities, from 0 to 1, but " + made.describe() + " (made at "
                            + made.sourceLine() + ") is the result of "
                            + (isLinear ? "a layer without activation" : "a " + last)
                            + ", of which numbers outside of 0 to 1 are cut off and learn nothing: let the"
                            + " last layer end with " + missing + ", or take the loss of logits, " + ofLogits);
        }
    }

    private static Tensor clipped(Tensor probabilities) {
        return Arithmetic.clip(probabilities, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
    }

    /**
     * Returns the divergence of Kullback and Leibler (1951) of each example, Σ labels * (log labels - log
     * softmax(logits)) along the last axis: the cross-entropy less that of the labels themselves. A label of 0 adds 0.
     *
     * <pre>{@code
     * Tensor logits = Tensors.constant(new float[][] {{1, 1}});
     * Losses.klDivergence(logits, Tensors.constant(new float[][] {{0.5f, 0.5f}})).eval(); // [0.]
     * }</pre>
     *
     * @param logits the output of the model before softmax, {@code [..., classes]}
     * @param labels the probabilities of the classes, of the same shape and type
     * @return one number for each example, {@code [...]}
     * @throws GraphException if type or shape differ
     */
    public static Tensor klDivergence(Tensor logits, Tensor labels) {
        Tensor crossEntropy = CrossEntropy.softmax(logits, labels);
        Tensor logLabels = Arithmetic.maximum(labels, Tensors.scalar(Float.MIN_NORMAL, labels.dtype()))
                .log();
        return crossEntropy.add(labels.mul(logLabels).sum(-1));
    }

    /**
     * Returns the negative cosine of the angle between prediction and target of each example, -Σ p z / (|p| |z|) along
     * the last axis, as Keras's loss: -1 for the same direction, 1 for the opposite one. Squares of lengths are at
     * least 1e-12.
     *
     * <pre>{@code
     * Tensor prediction = Tensors.constant(new float[][] {{2, 0}, {0, 3}});
     * Losses.cosineSimilarity(prediction, Tensors.constant(new float[][] {{1, 0}, {1, 0}})).eval(); // [-1. 0.]
     * }</pre>
     *
     * @param prediction p, the output of the model, {@code [..., features]}
     * @param target z, the true direction, of the same shape and type
     * @return one number for each example, {@code [...]}
     * @throws GraphException if type or shape differ
     */
    public static Tensor cosineSimilarity(Tensor prediction, Tensor target) {
        SUB.checkFit(prediction, target);
        return unit(prediction).mul(unit(target)).sum(-1).neg();
    }

    private static Tensor unit(Tensor x) {
        Tensor square = Reductions.sum(x.square(), true, -1);
        return x.div(
                Arithmetic.maximum(square, Tensors.scalar(1e-12, x.dtype())).sqrt());
    }

    /**
     * Returns the hinge loss of each element, max(1 - z x, 0) with z = 1 for targets above 0 and z = -1 for others, so
     * that classes may be 1 and -1 or 1 and 0, as in Keras.
     *
     * <pre>{@code
     * Losses.hinge(Tensors.constant(2f, 0.5f, 0.5f), Tensors.constant(1f, 1f, 0f)).eval(); // [0. 0.5 1.5]
     * }</pre>
     *
     * @param prediction x, the output of the model, of any shape
     * @param target the classes, of the same shape and type
     * @return one number for each element, of the shape of the predictions
     * @throws GraphException if type or shape differ
     */
    public static Tensor hinge(Tensor prediction, Tensor target) {
        SUB.checkFit(prediction, target);
        Tensor ones = Tensors.onesLike(target);
        Tensor sign = Comparisons.where(target.greater(0), ones, ones.neg());
        return Activations.relu(sign.mul(prediction).neg().add(1));
    }

    private static Tensor difference(Tensor prediction, Tensor target) {
        return SUB.apply(prediction, target);
    }

    /**
     * A subtraction that does not broadcast, neither when the graph is written nor when it is run: a column minus a
     * vector would be a matrix of all pairs, always a mistake here.
     */
    private static final class Difference extends Op {
        Difference() {
            super(DIFFERENCE);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("prediction", "target");
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
            checkFit(in.get(0), in.get(1));
            return in.get(0).type();
        }

        private void checkFit(Tensor prediction, Tensor target) {
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
