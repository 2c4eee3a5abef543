package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.Attachments;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The cost of a network: what it is fed besides its inputs, and one scalar for each mode. */
final class Objective {
    private final Network network;
    private final List<Output> outputs;
    private final List<Placeholder> labels = new ArrayList<>();
    private final @Nullable Placeholder weights;

    /**
     * Makes placeholders for labels.
     *
     * @param examples labels of some examples for each output, whose types and shapes all labels have
     * @param exampleWeights weights of some examples, whose shape all weights have; null if examples have none
     */
    Objective(Network network, List<Output> compiled, List<NDArray> examples, @Nullable NDArray exampleWeights) {
        this.network = network;
        this.outputs = compiled;
        int count = network.outputs(Mode.TRAINING).size();
        if (compiled.size() != count || examples.size() != count) {
            throw new GraphException("There are a loss and labels for each output of the model, but it has " + count
                    + " outputs, " + compiled.size() + " losses and " + examples.size() + " arrays of labels: compile"
                    + " it with an Output.of(loss) for each output\n    at " + SourceLine.here());
        }
        for (NDArray example : examples) {
            String name = count == 1 ? "labels" : "labels" + (labels.size() + 1);
            labels.add(Placeholder.of(name, example.dtype(), withOpenBatch(example)));
        }
        this.weights = exampleWeights == null ? null : Placeholder.of("sampleWeights", withOpenBatch(exampleWeights));
    }

    /** Returns the shape of examples whose number is not known. */
    static Shape withOpenBatch(NDArray examples) {
        if (examples.shape().isScalar()) {
            throw new GraphException("Data has one example a row, but a scalar was given\n    at " + SourceLine.here());
        }
        return examples.shape().with(0, Shape.UNKNOWN);
    }

    /** Returns what is fed besides the inputs: the labels, and the weights if there are any. */
    List<Placeholder> placeholders() {
        List<Placeholder> all = new ArrayList<>(labels);
        if (weights != null) {
            all.add(weights);
        }
        return all;
    }

    Network network() {
        return network;
    }

    /** Tells whether examples are fed with labels and weights such as these, or without weights if these are null. */
    boolean takes(List<NDArray> examples, @Nullable NDArray exampleWeights) {
        for (int i = 0; i < labels.size(); i++) {
            NDArray example = examples.get(i);
            if (labels.get(i).dtype() != example.dtype()
                    || !labels.get(i).shape().accepts(example.shape())) {
                return false;
            }
        }
        return weights == null
                ? exampleWeights == null
                : exampleWeights != null && weights.shape().accepts(exampleWeights.shape());
    }

    /** Returns the mean loss of the examples for each output. */
    List<Tensor> losses(Mode mode) {
        List<Tensor> losses = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Tensor output = network.outputs(mode).get(i);
            Tensor loss = AlignedLabels.loss(outputs.get(i).loss(), output, labels.get(i));
            if (weights != null) {
                requireExamples(loss, output);
            }
            losses.add(mean(loss, Attachments.mask(output)));
        }
        return losses;
    }

    /**
     * Returns the weighted sum of losses and the penalties of the layers.
     *
     * @param losses the loss of each output
     */
    Tensor cost(Mode mode, List<Tensor> losses) {
        List<Tensor> terms = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            double weight = outputs.get(i).weight();
            terms.add(weight == 1 ? losses.get(i) : losses.get(i).mul(weight));
        }
        terms.addAll(network.penalties(mode));
        return terms.stream().reduce(Tensor::add).orElseThrow().named("loss");
    }

    /** Returns the mean over all positions, or over those that count. */
    private Tensor mean(Tensor loss, Optional<Tensor> mask) {
        Tensor each = weights == null ? loss : loss.mul(weightsOf(loss, weights));
        if (each.shape().isScalar()) {
            return each;
        }
        if (mask.isPresent() && !hasSteps(each, mask.get())) {
            GraphWarnings.warn(
                    "mask",
                    "The loss " + loss.describe() + " has not a number for each step, so that padding counts in it,"
                            + " which the mask of the output leaves out: return one for each step, or leave padding"
                            + " out");
        }
        return mask.filter(steps -> hasSteps(each, steps))
                .map(steps -> mean(each, steps))
                .orElseGet(each::mean);
    }

    /** Returns whether a loss has a number for each step, and not one for a whole example. */
    private static boolean hasSteps(Tensor loss, Tensor mask) {
        return loss.shape().rank() == 2 && loss.shape().accepts(mask.shape());
    }

    private static Tensor mean(Tensor loss, Tensor mask) {
        Tensor counts = mask.cast(loss.dtype());
        Tensor counted = Comparisons.where(counts, loss, Tensors.zerosLike(loss));
        // where none counts, the loss is 0
        return counted.sum().div(Arithmetic.maximum(counts.sum(), Tensors.scalar(1, loss.dtype())));
    }

    /** Checks that a loss has a number for each example, as far as its shape tells. */
    private static void requireExamples(Tensor loss, Tensor output) {
        int first = loss.shape().isScalar() ? Shape.UNKNOWN : loss.shape().dim(0);
        if (first != Shape.UNKNOWN && first != output.shape().dim(0)) {
            throw new GraphException("Examples cannot be weighted, because the loss " + loss.describe()
                    + " has not a number for each example of the output " + output.describe()
                    + ": reduce other axes than the first, as mean(-1) does\n    at " + SourceLine.here());
        }
    }

    /** Returns the weights in the type of a loss, with as many axes. */
    private static Tensor weightsOf(Tensor loss, Tensor weights) {
        if (loss.shape().isScalar()) {
            throw new GraphException("Examples cannot be weighted, because the loss " + loss.describe()
                    + " is one number for all of them: return one for each example\n    at " + SourceLine.here());
        }
        int rank = weights.shape().rank();
        Shape leading = Shape.of(
                Arrays.copyOf(loss.shape().dims(), Math.min(rank, loss.shape().rank())));
        if (!leading.accepts(weights.shape())) {
            throw new GraphException("The weights of examples have the shape of the loss, " + loss.shape()
                    + ", or its first axes, but their shape is " + weights.shape() + "\n    at " + SourceLine.here());
        }
        Tensor expanded = weights.cast(loss.dtype());
        for (int axis = rank; axis < loss.shape().rank(); axis++) {
            expanded = expanded.expandDims(axis);
        }
        return expanded;
    }
}
