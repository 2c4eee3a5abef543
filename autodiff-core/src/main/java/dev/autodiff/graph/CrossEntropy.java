package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Cross-entropies that take logits, the numbers before softmax or sigmoid. Doing both steps at once keeps them
 * accurate: at logits of 1000 a probability is 1 or 0 in floating point, and its logarithm is lost.
 *
 * <pre>{@code
 * Tensor logits = Tensors.constant(new double[][] {{0, 0}, {1000, 0}});
 * Tensor losses = CrossEntropy.softmax(logits, Tensors.constant(0, 1));                // [0.693147, 1000.0]
 * Tensor loss = CrossEntropy.sigmoid(Tensors.constant(0.0), Tensors.constant(1.0));    // [0.693147]
 * }</pre>
 */
public final class CrossEntropy {
    public static final OpType SOFTMAX = new OpType("softmaxCrossEntropy", SoftmaxCrossEntropy::new);
    public static final OpType SPARSE_SOFTMAX = new OpType("sparseSoftmaxCrossEntropy", SparseSoftmaxCrossEntropy::new);
    public static final OpType SIGMOID = new OpType("sigmoidCrossEntropy", SigmoidCrossEntropy::new);

    /** Labels as one-hot rows in the type and shape of logits, in gradients. */
    public static final OpType ONE_HOT_LIKE = new OpType("oneHotLike", OneHotLike::new);

    private CrossEntropy() {}

    /**
     * Returns -Σ labels * log softmax(logits) along the last axis: one number for each example, {@code [...]}.
     *
     * @param logits the logits, floating-point numbers of shape {@code [..., classes]}
     * @param labels the labels, either probabilities (one-hot rows, most often) of the type and shape of the logits, or
     *     INT32 class numbers of shape {@code [...]}, which are checked at run time
     * @throws GraphException if the labels have neither of these shapes
     */
    public static Tensor softmax(Tensor logits, Tensor labels) {
        requireOrder("softmaxCrossEntropy", logits, labels);
        Tensor losses =
                labels.dtype() == DType.INT32 ? SPARSE_SOFTMAX.apply(logits, labels) : SOFTMAX.apply(logits, labels);
        LikelyMistakes.twice(logits, Activations.SOFTMAX, "softmaxCrossEntropy");
        LikelyMistakes.constantLabels(SOFTMAX, labels);
        return losses;
    }

    /**
     * Returns -z log sigmoid(x) - (1 - z) log(1 - sigmoid(x)) for each element, computed as max(x, 0) - xz + log(1 +
     * e^-|x|), as in TensorFlow's {@code sigmoid_cross_entropy_with_logits}.
     *
     * @param logits the logits x, floating-point numbers of any shape
     * @param labels the labels z, from 0 to 1, of the same shape and type
     * @throws GraphException if type or shape differ
     */
    public static Tensor sigmoid(Tensor logits, Tensor labels) {
        requireOrder("sigmoidCrossEntropy", logits, labels);
        Tensor losses = SIGMOID.apply(logits, labels);
        LikelyMistakes.twice(logits, Activations.SIGMOID, "sigmoidCrossEntropy");
        LikelyMistakes.constantLabels(SIGMOID, labels);
        return losses;
    }

    /**
     * Gives a {@linkplain GraphWarnings warning} if the value of labels is none that a cross-entropy is meant for:
     * numbers outside of 0 to 1 for {@link #SIGMOID}; for {@link #SOFTMAX} rows that do not sum to 1, except rows of
     * zeros, which are examples that do not count. A session calls it for the first value that is fed.
     *
     * @param loss the type of the cross-entropy
     * @param labels the tensor that has the value, for the message
     * @param value the value of the labels
     */
    public static void checkLabels(OpType loss, Tensor labels, NDArray value) {
        // no name of a function: losses by several names are made of these
        String kind = loss == SIGMOID ? "a cross-entropy of two classes" : "a cross-entropy of classes";
        LikelyMistakes.labelMistake(loss, value)
                .ifPresent(mistake -> GraphWarnings.warn(
                        "labels", "Labels of " + kind + " " + mistake + ". These are " + labels.describe()));
    }

    private static void requireOrder(String loss, Tensor logits, Tensor labels) {
        boolean missing = Objects.isNull(logits) || Objects.isNull(labels); // which the operation names
        if (!missing && logits.dtype() == DType.INT32 && labels.dtype().isFloating()) {
            throw GraphErrors.mistake(
                    loss,
                    "the logits come first, then the labels, but the first operand holds whole numbers and the second"
                            + " floating-point ones: are they the other way round?",
                    logits,
                    labels);
        }
    }

    private static void checkLogits(Tensor logits) {
        Checks.floating(logits);
        if (logits.shape().isScalar()) {
            throw new GraphException("logits need a last axis with one number for each class, but they are a scalar");
        }
    }

    private static Shape withoutLast(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 1));
    }

    private static final class SoftmaxCrossEntropy extends Op {
        SoftmaxCrossEntropy(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "z");
        }

        @Override
        public String formula() {
            return "-Σ (z * log softmax(x))";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "(softmax(x) * Σ z - z) * dy" : "-log softmax(x) * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape logits = in.get(0).shape();
            Shape labels = in.get(1).shape();
            checkLogits(in.get(0));
            if (!logits.accepts(labels)) {
                boolean numbers =
                        labels.rank() == logits.rank() - 1 || (labels.rank() == logits.rank() && labels.dim(-1) == 1);
                throw new GraphException(
                        "labels of probabilities have the shape of the logits, " + logits + ", but these have "
                                + labels
                                + (numbers
                                        ? "; if they are class numbers, they must be INT32 of shape "
                                                + withoutLast(logits) + ", or go through oneHot(" + logits.dim(-1) + ")"
                                        : ""));
            }
            return new TensorType(Checks.sameType(in), withoutLast(logits));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor z = in.get(1);
            Tensor rows = dy.expandDims(-1);
            return input == 0
                    ? rows.mul(x.softmax().mul(Reductions.sum(z, true, -1)).sub(z))
                    : rows.mul(Activations.logSoftmax(x, -1)).neg();
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.crossEntropy(in.get(0), in.get(1));
        }
    }

    private static final class SparseSoftmaxCrossEntropy extends Op {
        SparseSoftmaxCrossEntropy(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "k");
        }

        @Override
        public String formula() {
            return "-log softmax(x)[k]";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "(softmax(x) - oneHot(k)) * dy" : "none: labels are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape logits = in.get(0).shape();
            Shape labels = in.get(1).shape();
            checkLogits(in.get(0));
            if (!withoutLast(logits).accepts(labels)) {
                boolean column = labels.rank() == logits.rank() && labels.dim(-1) == 1;
                throw new GraphException(
                        "INT32 labels are class numbers, one for each row of logits: for logits of " + logits
                                + " their shape is " + withoutLast(logits) + ", but it is " + labels
                                + (column
                                        ? "; drop the last axis with squeeze(-1)"
                                        : labels.equals(logits)
                                                ? "; if they are one-hot rows, convert them with cast(DType."
                                                        + in.get(0).dtype() + ")"
                                                : ""));
            }
            return new TensorType(in.get(0).dtype(), withoutLast(logits));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input == 0;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor oneHot = ONE_HOT_LIKE.apply(in.get(1), x);
            return dy.expandDims(-1).mul(x.softmax().sub(oneHot));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            return ir.crossEntropy(x, ir.oneHot(in.get(1), x.shape().dim(-1), x.dtype()));
        }
    }

    /** Labels as one-hot rows in the type and shape of logits. */
    private static final class OneHotLike extends Op {
        OneHotLike(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("k", "like");
        }

        @Override
        public String formula() {
            return "1 at class k, else 0";
        }

        @Override
        public String rule(int input) {
            return "none: labels are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(1).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Labels are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(1);
            return ir.oneHot(in.get(0), x.shape().dim(-1), x.dtype());
        }
    }

    private static final class SigmoidCrossEntropy extends Op {
        SigmoidCrossEntropy(OpType type) {
            super(type);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "z");
        }

        @Override
        public boolean isElementwise() {
            return true;
        }

        @Override
        public String formula() {
            return "max(x, 0) - x * z + log(1 + e^(-|x|))";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "(sigmoid(x) - z) * dy" : "-x * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            Shape logits = in.get(0).shape();
            Shape labels = in.get(1).shape();
            if (!logits.accepts(labels)) {
                boolean sameSize = logits.rank() == labels.rank() + 1 && logits.dim(-1) == 1;
                throw new GraphException("labels have the shape of the logits, " + logits + ", but these have " + labels
                        + (sameSize ? "; make them a column with expandDims(-1)" : ""));
            }
            return new TensorType(Checks.sameType(in), logits);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            return input == 0 ? dy.mul(x.sigmoid().sub(in.get(1))) : dy.mul(x).neg();
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            if (!x.shape().equals(in.get(1).shape())) {
                throw new GraphException("labels have the shape of the logits, " + x.shape() + ", but these have "
                        + in.get(1).shape());
            }
            // max(x, 0) - xz as |x| (1 - z) or |x| z, since the difference loses digits where z is near 1
            Value size = ir.map(Elementwise.ABS, x);
            Value positive = ir.map(Elementwise.GREATER, x, ir.number(x.dtype(), 0));
            Value missing = ir.map(Elementwise.SUB, ir.number(x.dtype(), 1), in.get(1));
            Value linear = ir.map(Elementwise.MUL, size, ir.map(Elementwise.SELECT, positive, missing, in.get(1)));
            Value away = ir.map(Elementwise.EXP, ir.map(Elementwise.NEG, size));
            return ir.map(Elementwise.ADD, linear, ir.map(Elementwise.LOG1P, away));
        }
    }
}
