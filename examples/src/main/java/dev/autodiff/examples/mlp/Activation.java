package dev.autodiff.examples.mlp;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;
import java.util.function.UnaryOperator;

/** What a hidden layer does to its sums. */
public enum Activation {
    /** max(x, 0). */
    RELU(Tensor::relu),
    /** x, or a hundredth of it below 0. */
    LEAKY_RELU(x -> Activations.leakyRelu(x, 0.01)),
    /** From -1 to 1. */
    TANH(Tensor::tanh),
    /** From 0 to 1. */
    SIGMOID(Tensor::sigmoid),
    /** x, or e^x - 1 below 0. */
    ELU(x -> Activations.elu(x, 1)),
    /** x times the share of a normal distribution that is below x. */
    GELU(Activations::gelu),
    /** log(1 + e^x). */
    SOFTPLUS(Activations::softplus),
    /** Nothing: the layer stays linear, and so does a stack of them. */
    NONE(x -> x);

    private final UnaryOperator<Tensor> function;

    Activation(UnaryOperator<Tensor> function) {
        this.function = function;
    }

    Tensor apply(Tensor x) {
        return function.apply(x);
    }
}
