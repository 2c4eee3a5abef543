package dev.autodiff.nn.train;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Indexing;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Losses;
import java.util.Arrays;
import java.util.function.BinaryOperator;

/**
 * A measure of how far a model's outputs are from the labels, one number for each example, which training makes
 * smaller. One of your own is a lambda of tensors:
 *
 * <pre>{@code
 * Loss quartic = (output, target) -> output.sub(target).square().square().mean(1);
 * Model model = Model.sequential(new Dense(1)).compile(new Adam(0.01), quartic);
 * }</pre>
 *
 * <p>Those here take labels as data has them: class numbers or one-hot rows, whole numbers or fractions, a column or a
 * vector; and say what would fit if they do not.
 */
@FunctionalInterface
public interface Loss {
    /**
     * Returns the loss.
     *
     * @param output the output of the model, one example a row
     * @param labels the labels, one example a row. Those of a {@link Model} have a last axis of size 1 if the output
     *     has one, as in Keras, unless the loss makes a vector of the output
     * @return one number for each example {@code [examples]}, or each of its positions, such as {@code [examples,
     *     time]}, of which those that a {@link dev.autodiff.nn.layer.Masking} leaves out do not count; or a scalar,
     *     with which examples cannot be weighted
     */
    Tensor apply(Tensor output, Tensor labels);

    /**
     * Returns the cross-entropy of classes. The outputs are logits {@code [examples, classes]}; if the model ends with
     * softmax, the logits are what that is applied to, so that nothing is lost in rounding and softmax is not applied
     * twice. The labels are INT32 class numbers {@code [examples]} or rows of probabilities {@code [examples,
     * classes]}, such as one-hot ones: Keras's sparse categorical and categorical cross-entropy. To label each position
     * of sequences, there are logits {@code [examples, time, classes]} and class numbers {@code [examples, time]}.
     */
    static Loss softmaxCrossEntropy() {
        return (output, labels) -> crossEntropy(
                before(output, Activations.SOFTMAX, Activations.LOG_SOFTMAX),
                labels,
                "softmaxCrossEntropy",
                Losses::softmaxCrossEntropy);
    }

    private static Tensor crossEntropy(Tensor scores, Tensor labels, String name, BinaryOperator<Tensor> loss) {
        boolean rows = labels.dtype().isFloating() || isOneHot(labels, scores);
        Tensor fitting = rows ? labels : vector(labels, scores);
        check(problem(scores, fitting, rows), name, scores, labels);
        return loss.apply(scores, rows ? labels.cast(scores.dtype()) : fitting);
    }

    /** Returns whether whole numbers are a row for each row of several logits. */
    private static boolean isOneHot(Tensor labels, Tensor logits) {
        return labels.shape().rank() == logits.shape().rank()
                && labels.shape().dim(-1) > 1
                && logits.shape().accepts(labels.shape());
    }

    /**
     * Returns the reason why logits and labels do not fit; empty if they do.
     *
     * @param rows the kind of labels: true for rows of probabilities, false for class numbers
     */
    private static String problem(Tensor logits, Tensor labels, boolean rows) {
        int rank = logits.shape().rank();
        int labelRank = labels.shape().rank();
        if (rank < 2 || logits.shape().dim(-1) == 1) {
            return "softmax of a single output is always 1: give the last layer one unit for each class, or use"
                    + " Loss.sigmoidCrossEntropy() for two classes";
        }
        if (rank > Math.max(2, rows && labelRank > 1 ? labelRank : labelRank + 1)) {
            return "the outputs have " + rank + " axes, where one row of logits for each label is needed: "
                    + (rank == 3
                            ? "a recurrent layer without returnSequences() gives its last output alone, or flatten"
                                    + " with new Flatten() before the last Dense"
                            : "end the model with new Flatten() and a Dense, or with a pooling such as"
                                    + " new GlobalAveragePooling2D()");
        }
        if (!rows) {
            return labelRank == rank - 1
                    ? ""
                    : "class numbers are INT32 of shape [examples], and one-hot rows have "
                            + logits.shape().dim(-1) + " columns";
        }
        if (logits.shape().accepts(labels.shape())) {
            return "";
        }
        return labelRank == rank && labels.shape().dim(-1) > 1
                ? "one-hot labels have a column for each class: give the last layer "
                        + labels.shape().dim(-1) + " units"
                : "class numbers are INT32: read them with CsvTable.classDataset(\"label\"), or convert them with"
                        + " cast(DType.INT32)";
    }

    /**
     * Returns the cross-entropy of classes with smoothed labels (Szegedy and others 2016): those of {@link
     * #softmaxCrossEntropy()}, as rows z of K probabilities, become (1 - s) z + s / K, as {@code label_smoothing} in
     * Keras and PyTorch.
     *
     * @param smoothing s, from 0 to 1, often 0.1
     * @throws GraphException if it is out of range
     */
    static Loss smoothedSoftmaxCrossEntropy(double smoothing) {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new GraphException(
                    "Labels are smoothed by 0 to 1, such as 0.1, not " + smoothing + "\n    at " + SourceLine.here());
        }
        return (output, labels) -> {
            Loss plain = softmaxCrossEntropy();
            plain.apply(output, labels); // checks them as they are given
            int classes = output.shape().dim(-1);
            Tensor rows = labels.dtype().isFloating()
                    ? labels.cast(output.dtype())
                    : Indexing.oneHot(vector(labels, output), classes, output.dtype());
            return plain.apply(output, rows.mul(1 - smoothing).add(smoothing / classes));
        };
    }

    /**
     * Returns this loss without the examples or positions of one class, such as padding. Their loss is 0, and that of
     * the others is scaled so that the mean over all is the mean over those that count, as {@code ignore_class} in
     * Keras and {@code ignore_index} in PyTorch. {@link dev.autodiff.nn.metric.Metric#ignoreClass} is the same for
     * metrics.
     *
     * <pre>{@code
     * Model model = Model.sequential(new Embedding(50, 8), new GRU(16).returnSequences(), new Dense(5));
     * model.compile(new Adam(0.01), Loss.softmaxCrossEntropy().ignoreClass(-1), Metric.accuracy().ignoreClass(-1));
     * }</pre>
     *
     * @param number the number in INT32 labels, which need not be that of a class
     */
    default Loss ignoreClass(int number) {
        return (output, labels) -> {
            boolean isClasses = labels.dtype() == DType.INT32;
            check(isClasses ? "" : "classes are ignored by their INT32 numbers", "ignoreClass", output, labels);
            Tensor ignored = Comparisons.eq(labels, number);
            Tensor loss = apply(output, Comparisons.where(ignored, Tensors.zerosLike(labels), labels));
            Tensor shaped = vector(ignored, output);
            boolean isEach = loss.shape().accepts(shaped.shape());
            check(isEach ? "" : "the loss has not one number for each label", "ignoreClass", output, labels);
            Tensor counts = Comparisons.eq(shaped, 0).cast(loss.dtype());
            // the mean over what a mask leaves in is taken outside
            Tensor share = Attachments.mask(output)
                    .filter(mask -> counts.shape().accepts(mask.shape()))
                    .map(mask -> mask.cast(loss.dtype()))
                    .map(mask -> counts.mul(mask).sum().div(atLeast(1, mask.sum())))
                    .orElseGet(counts::mean);
            // where none counts, the loss is 0
            return Comparisons.where(shaped, Tensors.zerosLike(loss), loss).div(atLeast(1e-30, share));
        };
    }

    /**
     * Returns the cross-entropy of yes-or-no answers, averaged over the outputs: Keras's binary cross-entropy. The
     * outputs are logits {@code [examples, answers]}; if the model ends with sigmoid, the logits are what that is
     * applied to. The labels are 0 or 1, or probabilities.
     */
    static Loss sigmoidCrossEntropy() {
        return (output, labels) -> {
            Tensor logits = before(output, Activations.SIGMOID);
            return meanOfOutputs(Losses.sigmoidCrossEntropy(logits, like(logits, labels, "sigmoidCrossEntropy")));
        };
    }

    /**
     * Returns the cross-entropy of yes-or-no answers in which those that are yes have a weight: {@link
     * Losses#weightedSigmoidCrossEntropy}, averaged over the outputs.
     *
     * @param positiveWeight the weight of yes, 0 or more: PyTorch's {@code pos_weight}
     */
    static Loss weightedSigmoidCrossEntropy(double positiveWeight) {
        return (output, labels) -> {
            Tensor logits = before(output, Activations.SIGMOID);
            return meanOfOutputs(Losses.weightedSigmoidCrossEntropy(
                    logits, like(logits, labels, "weightedSigmoidCrossEntropy"), positiveWeight));
        };
    }

    /**
     * Returns the cross-entropy of yes-or-no answers whose probabilities the outputs are, averaged over them: Keras's
     * binary cross-entropy, {@link Losses#binaryCrossEntropy}. If the model ends with sigmoid, it is computed from what
     * that is applied to, as {@link #sigmoidCrossEntropy} is, so that nothing is lost in rounding.
     */
    static Loss binaryCrossEntropy() {
        return (output, labels) -> {
            Tensor logits = before(output, Activations.SIGMOID);
            Tensor fitting = like(logits, labels, "binaryCrossEntropy");
            return meanOfOutputs(
                    logits.equals(output)
                            ? Losses.binaryCrossEntropy(output, fitting)
                            : Losses.sigmoidCrossEntropy(logits, fitting));
        };
    }

    /**
     * Returns the cross-entropy of classes whose probabilities the outputs are: Keras's categorical and sparse
     * categorical cross-entropy, {@link Losses#categoricalCrossEntropy}, with labels as {@link #softmaxCrossEntropy}
     * has them. If the model ends with softmax, it is computed from what that is applied to.
     */
    static Loss categoricalCrossEntropy() {
        return (output, labels) -> {
            Tensor logits = before(output, Activations.SOFTMAX, Activations.LOG_SOFTMAX);
            return logits.equals(output)
                    ? crossEntropy(output, labels, "categoricalCrossEntropy", Losses::categoricalCrossEntropy)
                    : crossEntropy(logits, labels, "categoricalCrossEntropy", Losses::softmaxCrossEntropy);
        };
    }

    /**
     * Returns the divergence of Kullback and Leibler, {@link Losses#klDivergence}, of labels that are rows of
     * probabilities {@code [examples, classes]}. The outputs are logits; if the model ends with softmax, the logits are
     * what that is applied to.
     */
    static Loss klDivergence() {
        return (output, labels) -> {
            Tensor logits = before(output, Activations.SOFTMAX, Activations.LOG_SOFTMAX);
            return Losses.klDivergence(logits, like(logits, labels, "klDivergence"));
        };
    }

    /** Returns the negative cosine of the angle between outputs and labels, {@link Losses#cosineSimilarity}. */
    static Loss cosineSimilarity() {
        return (output, labels) -> Losses.cosineSimilarity(output, like(output, labels, "cosineSimilarity"));
    }

    /**
     * Returns the hinge loss of yes-or-no answers, {@link Losses#hinge}, averaged over the outputs. The labels are 1
     * for yes, and 0 or -1 for no.
     */
    static Loss hinge() {
        return (output, labels) -> meanOfOutputs(Losses.hinge(output, like(output, labels, "hinge")));
    }

    /** Returns the squared error, averaged over the outputs. */
    static Loss meanSquaredError() {
        return (output, labels) -> meanOfOutputs(
                output.sub(like(output, labels, "meanSquaredError")).square());
    }

    /** Returns the absolute error, averaged over the outputs. */
    static Loss meanAbsoluteError() {
        return (output, labels) -> meanOfOutputs(
                output.sub(like(output, labels, "meanAbsoluteError")).abs());
    }

    /**
     * Returns Huber's loss (1964), averaged over the outputs: with d the error, d²/2 if |d| is at most delta, else
     * delta * (|d| - delta/2).
     *
     * @param delta the error at which the loss passes from quadratic to linear, above 0
     * @throws GraphException if delta is not above 0 and finite
     */
    static Loss huber(double delta) {
        if (!(delta > 0) || Double.isInfinite(delta)) {
            throw new GraphException(
                    "Huber's delta is above 0 and finite, not " + delta + "\n    at " + SourceLine.here());
        }
        return (output, labels) -> {
            Tensor d = output.sub(like(output, labels, "huber"));
            Tensor size = d.abs();
            Tensor linear = size.sub(delta / 2).mul(delta);
            return meanOfOutputs(
                    Comparisons.where(size.greater(delta), linear, d.square().mul(0.5)));
        };
    }

    /** Returns what the last operation of an output is applied to if it is one of the given ones, else the output. */
    private static Tensor before(Tensor output, OpType... last) {
        Tensor end = Attachments.detach(output);
        return Arrays.asList(last).contains(end.op().type()) ? end.inputs().get(0) : output;
    }

    private static Tensor atLeast(double least, Tensor number) {
        return Arithmetic.maximum(number, Tensors.scalar(least, number.dtype()));
    }

    /** Returns class numbers that are a column as a vector. */
    private static Tensor vector(Tensor labels, Tensor logits) {
        boolean column =
                labels.shape().rank() == logits.shape().rank() && labels.shape().dim(-1) == 1;
        return column ? labels.squeeze(-1) : labels;
    }

    /** Returns labels in the type and the shape of an output: a vector is a column, and whole numbers are fractions. */
    private static Tensor like(Tensor output, Tensor labels, String name) {
        Tensor shaped = labels;
        if (labels.shape().rank() == output.shape().rank() - 1 && output.shape().dim(-1) == 1) {
            shaped = labels.expandDims(-1);
        } else if (labels.shape().rank() == output.shape().rank() + 1
                && labels.shape().dim(-1) == 1) {
            shaped = labels.squeeze(-1);
        }
        check(ofOneOutput(output), name, output, labels);
        Shape wanted = output.shape();
        check(wanted.accepts(shaped.shape()) ? "" : difference(wanted, labels), name, output, labels);
        return shaped.cast(output.dtype());
    }

    /** Returns the words about labels that differ from outputs in shape. */
    private static String difference(Shape outputs, Tensor labels) {
        int rank = labels.shape().rank();
        String compared = "it compares a number for each output";
        if (outputs.rank() > 2
                && rank < outputs.rank()
                && (rank < 2 || labels.shape().dim(-1) == 1)) {
            return compared + ": the outputs have an axis of steps that the labels have not; leave out"
                    + " returnSequences(), or add a GlobalAveragePooling1D";
        }
        return labels.dtype() == DType.INT32 && outputs.rank() > 0 && outputs.dim(-1) > 1
                ? compared + "; for class numbers there is Loss.softmaxCrossEntropy(), or make them rows with"
                        + " OneHot.encode(labels, " + outputs.dim(-1) + ")"
                : compared + ": give the last layer as many units as the labels have columns";
    }

    /** Returns the mistake of a softmax over one number; empty if there is none. */
    private static String ofOneOutput(Tensor output) {
        Tensor end = Attachments.detach(output);
        boolean isAlone = end.op().type() == Activations.SOFTMAX && end.shape().dim(-1) == 1;
        return isAlone
                ? "softmax of a single output is always 1, and nothing is learned: let the last layer end with sigmoid"
                        + " or no activation"
                : "";
    }

    private static void check(String problem, String name, Tensor output, Tensor labels) {
        if (!problem.isEmpty()) {
            throw new GraphException("Loss." + name + "() does not fit labels " + labels.type() + " and outputs "
                    + output.type() + ": " + problem + "\n    at " + SourceLine.here());
        }
    }

    private static Tensor meanOfOutputs(Tensor loss) {
        return loss.shape().rank() < 2 ? loss : loss.mean(-1);
    }
}
