package dev.autodiff.examples.mlp;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;

/** The activation of the hidden layers. */
public enum Activation {
    /** max(x, 0). */
    RELU,
    /** x above 0, 0.01 x below. */
    LEAKY_RELU,
    /** The hyperbolic tangent, from -1 to 1. */
    TANH,
    /** 1 / (1 + e^-x), from 0 to 1. */
    SIGMOID,
    /** x above 0, e^x - 1 below. */
    ELU,
    /** x Φ(x), where Φ is the cumulative distribution function of the standard normal distribution. */
    GELU,
    /** log(1 + e^x). */
    SOFTPLUS,
    /** No activation: the layer is linear, and so is a stack of such layers. */
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
