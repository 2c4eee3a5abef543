package dev.autodiff.nn;

import dev.autodiff.array.Shape;
import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Arithmetic;
import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.LinearAlgebra;
import dev.autodiff.graph.OpType;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The check for hidden layers whose weights are all zero, as training begins. Their units are alike. If the next
 * layer's weights are zero too, or relu gets nothing but zeros, at which its derivative is 0, they stay so: the layer
 * learns nothing. Zeros in the only layer, or in the last one, do no harm.
 */
final class ZeroWeights {
    private final Set<Variable> trained = new HashSet<>();
    /** The tensors that are zero whatever is fed. */
    private final Set<Tensor> zero = new HashSet<>();
    /** The tensors whose units, along the last axis, are all alike because of zero weights; and those weights. */
    private final Map<Tensor, Variable> alike = new HashMap<>();

    private ZeroWeights(TrainOp train) {
        train.updates().forEach(update -> trained.add(update.variable()));
    }

    /** Warns if the weights of a hidden layer cannot leave zero. */
    static void check(TrainOp train) {
        ZeroWeights weights = new ZeroWeights(train);
        if (weights.trained.stream().anyMatch(variable -> variable.shape().rank() > 1 && isZero(variable))) {
            for (Tensor node : Topology.order(List.of(train.cost()))) {
                weights.visit(node);
            }
        }
    }

    private void visit(Tensor node) {
        if (node instanceof Variable variable) {
            if (isZero(variable)) {
                zero.add(variable);
            }
        } else if (node.op().type() == LinearAlgebra.MATMUL) {
            visitProduct(node, node.inputs().get(0), node.inputs().get(1));
        } else if (node.op().isElementwise()) {
            visitElementwise(node);
        }
    }

    private void visitProduct(Tensor node, Tensor units, Tensor weights) {
        if (zero.contains(weights) && weights instanceof Variable variable && trained.contains(variable)) {
            Variable before = alike.get(units);
            if (before != null && !before.equals(variable)) {
                warn(before, "those of the next layer, " + variable.describe() + ", are zero too");
            }
            zero.add(node);
            alike.put(node, variable);
        }
    }

    private void visitElementwise(Tensor node) {
        OpType type = node.op().type();
        Variable weights = weightsOf(node);
        if (weights == null) {
            return;
        }
        boolean zeros = zero.containsAll(node.inputs());
        if (zeros && type == Activations.RELU) {
            warn(weights, "relu gets zeros alone, at which its derivative is 0");
        }
        if (zeros && (type == Arithmetic.ADD || type == Activations.RELU || type == Activations.TANH)) {
            zero.add(node);
        }
        alike.put(node, weights);
    }

    /** Returns the weights because of which all units of a result are alike; null if they are not. */
    private @Nullable Variable weightsOf(Tensor node) {
        Variable found = null;
        for (Tensor operand : node.inputs()) {
            Variable weights = alike.get(operand);
            if (weights == null && !zero.contains(operand) && !operand.shape().equals(Shape.scalar())) {
                return null;
            }
            found = found == null ? weights : found;
        }
        return found;
    }

    private static void warn(Variable weights, String reason) {
        GraphWarnings.warn(
                "zeroWeights",
                "The weights " + weights.describe() + " of a hidden layer start at zero, and " + reason
                        + ": all units of the layer are alike, and stay so, or get no gradient at all. Give weights"
                        + " random initial values, as Initializers.glorotUniform() or, before relu, heNormal(); only"
                        + " biases start at zero\n    made at " + weights.sourceLine());
    }

    private static boolean isZero(Variable variable) {
        Object values = variable.state().storage();
        if (values instanceof float[] floats) {
            for (float value : floats) {
                if (value != 0) {
                    return false;
                }
            }
        } else if (values instanceof double[] doubles) {
            for (double value : doubles) {
                if (value != 0) {
                    return false;
                }
            }
        } else {
            return false;
        }
        return true;
    }
}
