package dev.autodiff.nn.optimizer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.Variable;

/**
 * A parameter and the gradient of the cost with respect to it.
 *
 * @param variable the parameter
 * @param gradient of its type and shape
 */
public record VariableGradient(Variable variable, Tensor gradient) {}
