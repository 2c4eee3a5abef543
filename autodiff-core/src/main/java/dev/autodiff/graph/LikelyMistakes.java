package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import java.util.Optional;

/** The checks for graphs that are well formed but compute something else than was probably meant. */
final class LikelyMistakes {
    /** The error of a sum of probabilities that come from a softmax in single precision, and more. */
    private static final double ROUNDING = 1e-3;

    private LikelyMistakes() {}

    /** Warns of a column that meets a vector of the same length: of predictions and targets, it makes all pairs. */
    static void pairs(String op, Tensor a, Tensor b) {
        if (isColumnBeside(a, b) || isColumnBeside(b, a)) {
            GraphWarnings.warn(
                    "pairs",
                    op + " of a column and a vector: " + a.describe() + " and " + b.describe()
                            + " broadcast to the matrix of all pairs, " + Shape.broadcast(a.shape(), b.shape())
                            + ". To take them number by number, drop the column's axis with squeeze(-1), or make the"
                            + " vector a column with expandDims(-1). If all pairs are wanted, make the column with"
                            + " expandDims(-1)");
        }
    }

    private static boolean isColumnBeside(Tensor column, Tensor vector) {
        Shape c = column.shape();
        Shape v = vector.shape();
        return c.rank() == 2
                && v.rank() == 1
                && c.dim(1) == 1
                && c.dim(0) == v.dim(0)
                && v.dim(0) != 1
                && !isMadeColumn(column)
                && !(isConstant(column) && isConstant(vector));
    }

    /** Tells whether someone made a column on purpose. */
    private static boolean isMadeColumn(Tensor tensor) {
        OpType type = tensor.op().type();
        return type == Shaping.EXPAND_DIMS || type == Shaping.RESHAPE || type == Shaping.TRANSPOSE;
    }

    private static boolean isConstant(Tensor tensor) {
        return tensor.op().type() == Leaves.CONSTANT;
    }

    /** Warns of a cross-entropy of what has been through the function that it applies itself, or one like it. */
    static void twice(Tensor logits, OpType function, String loss) {
        Tensor made = logits;
        while (made.op().type() == Shaping.RESHAPE
                || made.op().type() == Shaping.SQUEEZE
                || made.op().type() == Shaping.CAST) {
            made = made.inputs().get(0);
        }
        OpType last = made.op().type();
        if (last == Activations.SOFTMAX || last == Activations.SIGMOID) {
            GraphWarnings.warn(
                    "twice",
                    loss + " takes logits and applies " + function + " itself, but " + made.describe() + " (made at "
                            + made.sourceLine() + ") is the result of a " + last
                            + (last == function ? " already" : ", from 0 to 1")
                            + ": the gradients would be small and training slow. Pass what goes into that " + last
                            + ", or take the loss of probabilities: "
                            + (last == Activations.SIGMOID ? "binaryCrossEntropy" : "categoricalCrossEntropy"));
        }
    }

    /** Warns of labels that are no probabilities, if they are a constant. */
    static void constantLabels(OpType loss, Tensor labels) {
        if (labels.dtype().isFloating()) {
            Leaves.value(labels).ifPresent(value -> CrossEntropy.checkLabels(loss, labels, value));
        }
    }

    /** Returns the words about labels that are no probabilities, as follow the labels' name. */
    static Optional<String> labelMistake(OpType loss, NDArray labels) {
        return loss == CrossEntropy.SIGMOID
                ? outsideUnit(labels)
                : loss == CrossEntropy.SOFTMAX ? sums(labels) : none();
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    private static Optional<String> outsideUnit(NDArray labels) {
        for (int i = 0; i < labels.size(); i++) {
            double label = labels.at(i);
            if (!(label >= 0 && label <= 1)) {
                return Optional.of("are probabilities of class 1, from 0 to 1, but one of them is " + label
                        + ": name the two classes 0 and 1");
            }
        }
        return none();
    }

    /** Looks for rows that do not sum to 1; rows of zeros alone are examples that shall not count. */
    private static Optional<String> sums(NDArray labels) {
        int classes = labels.shape().isScalar() ? 0 : labels.dim(-1);
        for (int row = 0; classes > 0 && row < labels.size() / classes; row++) {
            double sum = 0;
            boolean zeros = true;
            for (int k = 0; k < classes; k++) {
                double label = labels.at(row * classes + k);
                sum += label;
                zeros &= label == 0;
            }
            if (!zeros && !(Math.abs(sum - 1) <= ROUNDING)) {
                return Optional.of("are rows of probabilities, which sum to 1, but row " + row + " sums to "
                        + (float) sum
                        + ": one-hot rows have a single 1, and class numbers are INT32; the logits come first, then"
                        + " the labels");
            }
        }
        return none();
    }

    /** Warns of a quotient of integers that were written as numbers, if it loses its fraction. */
    static void integerDivision(Tensor a, Tensor b) {
        if (a.dtype() != DType.INT32 || b.dtype() != DType.INT32) {
            return;
        }
        Optional<NDArray> dividend = Leaves.value(a);
        Optional<NDArray> divisor = Leaves.value(b);
        if (dividend.isPresent() && divisor.isPresent() && hasRemainder(dividend.get(), divisor.get())) {
            GraphWarnings.warn(
                    "integerDivision",
                    "div of integers cuts off fractions: " + a.describe() + " is INT32, as numbers without a point"
                            + " are. For fractions write constant(1f, 2f), or cast(DType.FLOAT32) first; for whole"
                            + " quotients then take Rounding.floor of the result");
        }
    }

    private static boolean hasRemainder(NDArray a, NDArray b) {
        if (b.size() != 1 && !a.shape().equals(b.shape())) {
            return false; // broadcast, which nobody writes by accident
        }
        for (int i = 0; i < a.size(); i++) {
            double divisor = b.at(b.size() == 1 ? 0 : i);
            if (divisor != 0 && a.at(i) % divisor != 0) {
                return true;
            }
        }
        return false;
    }
}
