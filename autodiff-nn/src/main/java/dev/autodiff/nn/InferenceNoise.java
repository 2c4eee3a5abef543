package dev.autodiff.nn;

import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Provenance;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.graph.Topology;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The check for noise, such as that of dropout, that is meant for training and stays in what is run without training.
 */
final class InferenceNoise {
    private final Map<Tensor, Boolean> trained = new WeakHashMap<>();
    private final Map<Tensor, Boolean> inferred = new WeakHashMap<>();

    /**
     * Warns of random numbers that both a training step and another run draw, unless what is fed can switch them off.
     *
     * @param isTraining whether a training step was compiled, or something else
     * @param nodes the nodes that are computed
     */
    void compiled(boolean isTraining, List<Tensor> nodes) {
        if (!isTraining
                && nodes.stream().anyMatch(node -> Provenance.ruleOf(node).isPresent())) {
            return; // gradients, which belong to training
        }
        for (Tensor node : nodes) {
            if (node.op().type() == Tensors.RANDOM_UNIFORM && !isSwitched(node, nodes)) {
                (isTraining ? trained : inferred).put(node, true);
                if (trained.containsKey(node) && inferred.containsKey(node)) {
                    warn(node);
                }
            }
        }
    }

    private static void warn(Tensor random) {
        GraphWarnings.warn(
                "noise",
                "Random numbers that a training step draws, for "
                        + random.inputs().get(0).describe()
                        + ", are drawn without training as well, so that what is computed from them differs from run"
                        + " to run. That is right for a loss that is an average over noise, as of a variational"
                        + " autoencoder. Predictions are made without dropout and noise: apply layers with"
                        + " Mode.INFERENCE, leave out noise of your own, or make a probability a placeholder,"
                        + " Dropout.keep(x, keep), and feed 1\n    made at " + random.sourceLine());
    }

    /** Tells whether random numbers are compared with what is fed or assigned, such as a placeholder for keep. */
    private static boolean isSwitched(Tensor random, List<Tensor> nodes) {
        for (Tensor node : nodes) {
            boolean compares =
                    node.op().type() == Comparisons.GREATER && node.inputs().contains(random);
            for (Tensor operand : compares ? node.inputs() : List.<Tensor>of()) {
                if (!operand.equals(random)
                        && Topology.order(List.of(operand)).stream().anyMatch(InferenceNoise::isSet)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSet(Tensor leaf) {
        return leaf.op().type() == Leaves.PLACEHOLDER || Leaves.isState(leaf);
    }
}
