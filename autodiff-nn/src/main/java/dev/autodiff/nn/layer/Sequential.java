package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Layers one after the other.
 *
 * <pre>{@code
 * Layer network = new Sequential(new Dense(128, Activation.RELU), Dropout.rate(0.5), new Dense(10));
 * Tensor trained = network.apply(x, Mode.TRAINING);
 * Tensor used = network.apply(x, Mode.INFERENCE);
 * used.shape(); // [?, 10]
 * }</pre>
 */
public final class Sequential extends Layer {
    private final List<Layer> layers;

    /** Makes a layer of other ones, which are applied in their order. */
    public Sequential(Layer... layers) {
        this(Arrays.asList(layers));
    }

    /** Makes a layer of other ones, which are applied in their order. */
    public Sequential(List<Layer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            int number = i + 1;
            Objects.requireNonNull(layers.get(i), () -> "layer " + number + " of a Sequential is null");
        }
        this.layers = List.copyOf(layers);
    }

    /** Returns the layers, to be used elsewhere or looked into. */
    public List<Layer> layers() {
        return layers;
    }

    @Override
    protected Config describe() {
        return Config.of("Sequential").with("layers", layers);
    }

    static Sequential read(Config config) {
        return new Sequential(config.objects("layers", Layer.class));
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return inTurn(x);
    }

    Tensor inTurn(Tensor x) {
        Tensor signal = x;
        for (Layer layer : layers) {
            signal = layer.apply(signal);
        }
        return signal;
    }
}
