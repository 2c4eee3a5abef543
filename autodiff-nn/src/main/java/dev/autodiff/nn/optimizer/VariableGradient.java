package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.GraphException;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;

/**
 * A parameter and the gradient of the cost with respect to it.
 *
 * @param variable the parameter
 * @param gradient the gradient, of the type and shape of the parameter
 */
public record VariableGradient(Variable variable, Tensor gradient) {
    /**
     * Checks that the gradient fits the parameter.
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
