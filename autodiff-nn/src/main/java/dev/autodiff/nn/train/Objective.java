package dev.autodiff.nn.train;

import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Placeholder;
import dev.autodiff.nn.layer.Mode;
import dev.autodiff.nn.layer.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The cost of a network: what it is fed besides its inputs, and one scalar for each mode. */
final class Objective {
    private final Network network;
    private final List<Loss> losses;
    private final List<Placeholder> labels = new ArrayList<>();
    private final @Nullable Placeholder weights;

    /**
     * Makes placeholders for labels.
     *
     * @param examples labels of some examples for each output, whose types and shapes all labels have
     * @param exampleWeights weights of some examples, whose shape all weights have; null if examples have none
     */
    Objective(Network network, List<Loss> losses, List<NDArray> examples, @Nullable NDArray exampleWeights) {
        this.network = network;
        this.losses = losses;
        int outputs = network.outputs(Mode.TRAINING).size();
        if (losses.size() != outputs || examples.size() != outputs) {
            throw new GraphException("There are a loss and labels for each output of the model, but it has " + outputs
                    + " outputs, " + losses.size() + " losses and " + examples.size() + " arrays of labels\n    at "
                    + SourceLine.here());
        }
        for (NDArray example : examples) {
            String name = outputs == 1 ? "labels" : "labels" + (labels.size() + 1);
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

    /** Tells whether examples are fed with weights such as these, or with none if these are null. */
    boolean takes(@Nullable NDArray exampleWeights) {
        return weights == null
                ? exampleWeights == null
                : exampleWeights != null && weights.shape().accepts(exampleWeights.shape());
    }

    /** Returns the mean loss of the examples, summed over the outputs, and the penalties of the layers. */
    Tensor cost(Mode mode) {
        List<Tensor> terms = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            Tensor output = network.outputs(mode).get(i);
            terms.add(mean(losses.get(i).apply(output, labels.get(i))));
        }
        terms.addAll(network.penalties(mode));
        return terms.stream().reduce(Tensor::add).orElseThrow().named("loss");
    }

    private Tensor mean(Tensor loss) {
        Tensor each = weights == null ? loss : loss.mul(weightsOf(loss, weights));
        return each.shape().isScalar() ? each : each.mean();
    }

    /** Returns the weights in the type of a loss, with as many axes. */
    private static Tensor weightsOf(Tensor loss, Tensor weights) {
        if (loss.shape().isScalar()) {
            throw new GraphException("Examples cannot be weighted, because the loss " + loss.describe()
                    + " is one number for all of them: return one for each example\n    at " + SourceLine.here());
        }
        int rank = weights.shape().rank();
        Shape leading = Shape.of(Arrays.copyOf(
                loss.shape().dims(), Math.min(rank, loss.shape().rank())));
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
