package dev.autodiff.examples.mlp;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;

/** What a hidden layer does to its sums. */
public enum Activation {
    /** max(x, 0). */
    RELU,
    /** x, or a hundredth of it below 0. */
    LEAKY_RELU,
    /** From -1 to 1. */
    TANH,
    /** From 0 to 1. */
    SIGMOID,
    /** x, or e^x - 1 below 0. */
    ELU,
    /** x times the share of a normal distribution that is below x. */
    GELU,
    /** log(1 + e^x). */
    SOFTPLUS,
    /** Nothing: the layer stays linear, and so does a stack of them. */
    NONE;

    Tensor apply(Tensor x) {
        return switch (this) {
            case RELU -> x.relu();
            case LEAKY_RELU -> Activations.leakyRelu(x, 0.01);
            case TANH -> x.tanh();
            case SIGMOID -> x.sigmoid();
            case ELU -> Activations.elu(x, 1);
            case GELU -> Activations.gelu(x);
            case SOFTPLUS -> Activations.softplus(x);
            case NONE -> x;
        };
    }
}
