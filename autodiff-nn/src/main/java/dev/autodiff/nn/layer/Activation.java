package dev.autodiff.nn.layer;

import dev.autodiff.graph.Activations;
import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import dev.autodiff.nn.config.Described;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * The usual activation functions, as arguments of layers. Where one is asked for, a lambda does as well: {@code new
 * Dense(8, x -> Activations.leakyRelu(x, 0.1))}. A lambda cannot be saved in a model, as it cannot be described.
 *
 * <pre>{@code
 * Activation.RELU.apply(Tensors.constant(-1f, 2f)).eval(); // [0. 2.]
 * }</pre>
 */
public enum Activation implements UnaryOperator<Tensor>, Described {
    /** The identity. */
    LINEAR(x -> x),
    /** max(x, 0). */
    RELU(Tensor::relu),
    /** x, or 0.01 x below 0: PyTorch's slope. */
    LEAKY_RELU(x -> Activations.leakyRelu(x, 0.01)),
    /** x, or e^x - 1 below 0. */
    ELU(x -> Activations.elu(x, 1)),
    /** 1.0507 elu(x, 1.6733), for weights of {@code Initializers.lecunNormal()}. */
    SELU(Activations::selu),
    /** x Φ(x), exactly. */
    GELU(Activations::gelu),
    /** The approximation of {@link #GELU} with tanh, as in GPT-2. */
    GELU_TANH(Activations::geluTanh),
    /** x sigmoid(x), also called swish. */
    SILU(Activations::silu),
    /** x tanh(log(1 + e^x)). */
    MISH(Activations::mish),
    /** log(1 + e^x). */
    SOFTPLUS(Activations::softplus),
    /** x / (1 + |x|). */
    SOFTSIGN(Activations::softsign),
    /** 1 / (1 + e^-x). */
    SIGMOID(Tensor::sigmoid),
    /** The hyperbolic tangent. */
    TANH(Tensor::tanh),
    /** e^x / Σ e^x along the last axis: probabilities of classes. */
    SOFTMAX(Tensor::softmax),
    /** The logarithm of {@link #SOFTMAX}, without overflow. */
    LOG_SOFTMAX(x -> Activations.logSoftmax(x, -1));

    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private final UnaryOperator<Tensor> function;

    Activation(UnaryOperator<Tensor> function) {
        this.function = function;
    }

    @Override
    public Tensor apply(Tensor x) {
        return function.apply(x);
    }

    @Override
    public Config config() {
        return Config.of("Activation").with("function", name().toLowerCase(Locale.ROOT));
    }

    static Activation read(Config config) {
        String function = config.text("function");
        return Arrays.stream(values())
                .filter(activation -> activation.name().toLowerCase(Locale.ROOT).equals(function))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no activation " + function));
    }

    /** Returns the function that is an argument of a layer. */
    @SuppressWarnings("unchecked") // a description has no types of tensors; functions of other things fail when built
    static UnaryOperator<Tensor> in(Config config, String name) {
        return (UnaryOperator<Tensor>) config.object(name, UnaryOperator.class);
    }

    /** Returns a new layer that applies this function and has no variables. */
    public Layer layer() {
        return new ActivationLayer(this);
    }
}
