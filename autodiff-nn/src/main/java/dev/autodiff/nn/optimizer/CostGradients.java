package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Gradients;
import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.SourceLine;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Topology;
import dev.autodiff.nn.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The gradients of a cost with respect to variables. */
final class CostGradients {
    private CostGradients() {}

    /**
     * Returns the gradients with respect to the given variables.
     *
     * @throws GraphException if the cost is not a scalar, or does not depend on one of them, with the reason
     */
    static List<VariableGradient> of(Tensor cost, List<Variable> variables) {
        Gradients gradients = Gradients.of(cost, variables);
        for (Variable variable : variables) {
            if (!variable.isTrainable() && gradients.find(variable).isEmpty()) {
                throw new GraphException(variable.describe() + " is not trainable, and no gradient reaches it: it is"
                        + " written in another way, as moving averages are. Name the trainable variables alone;"
                        + " layer.trainableVariables() are those of a layer\n    at " + SourceLine.here());
            }
        }
        return variables.stream()
                .map(variable -> new VariableGradient(variable, gradients.of(variable)))
                .toList();
    }

    /**
     * Returns the gradients with respect to all trainable variables that the cost depends on.
     *
     * @throws GraphException if the cost is not a scalar, or depends on no trainable variable
     */
    static List<VariableGradient> of(Tensor cost) {
        List<Variable> variables = new ArrayList<>();
        for (Tensor node : Topology.orderOfMaking(List.of(Objects.requireNonNull(cost, "cost is null")))) {
            if (node instanceof Variable variable) {
                variables.add(variable);
            }
        }
        List<Variable> trainable = new ArrayList<>(variables);
        trainable.removeIf(variable -> !variable.isTrainable());
        Gradients gradients = Gradients.of(cost, trainable);
        List<VariableGradient> pairs = new ArrayList<>();
        for (Variable variable : trainable) {
            Optional<Tensor> gradient = gradients.find(variable);
            if (gradient.isPresent()) {
                pairs.add(new VariableGradient(variable, gradient.get()));
            }
        }
        if (!pairs.isEmpty()) {
            return List.copyOf(pairs);
        }
        if (!trainable.isEmpty()) {
            gradients.of(trainable.get(0)); // throws, with the reason why no gradient reaches it
        }
        throw new GraphException(
                "There is nothing to train: " + cost.describe() + " is computed from no trainable variable"
                        + (variables.isEmpty()
                                ? ", nor from any other. Parameters that are learned are made with Variable.of(...)"
                                : "; those that are not trainable must be named: minimize(cost, "
                                        + variables.get(0).name() + ")")
                        + "\n    made at " + cost.sourceLine());
    }
}
