package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;

/**
 * A parameter and the gradient of the cost with respect to it.
 *
 * @param variable the parameter
 * @param gradient of its type and shape
 */
public record VariableGradient(Variable variable, Tensor gradient) {
    /**
     * Checks that they fit together.
     *
     * @throws GraphException if type or shape differ
     */
    public VariableGradient {
        if (gradient.dtype() != variable.dtype() || !variable.shape().accepts(gradient.shape())) {
            throw new GraphException("A gradient has the type and shape of its variable, but these are " + gradient
                    + " and " + variable);
        }
    }
}
