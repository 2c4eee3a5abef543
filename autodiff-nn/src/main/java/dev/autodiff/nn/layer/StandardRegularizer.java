package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/** A penalty with its description. */
record StandardRegularizer(Config config, UnaryOperator<Tensor> function) implements Regularizer {
    @Override
    public Tensor penalty(Tensor x) {
        return function.apply(x);
    }
}
