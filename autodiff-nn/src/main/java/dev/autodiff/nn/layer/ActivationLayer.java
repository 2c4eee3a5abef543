package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Locale;
import java.util.Objects;

/** A layer that applies an activation function. */
final class ActivationLayer extends Layer {
    private final Activation function;

    ActivationLayer(Activation function) {
        super(function.name().toLowerCase(Locale.ROOT));
        this.function = Objects.requireNonNull(function, "function is null");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return scope.masked(function.apply(x));
    }

    @Override
    public String kind() {
        return "Activation";
    }

    @Override
    protected Config describe() {
        return Config.of("ActivationLayer").with("function", function);
    }

    static ActivationLayer read(Config config) {
        return new ActivationLayer(config.object("function", Activation.class));
    }
}
