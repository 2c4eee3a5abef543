package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.function.UnaryOperator;

/** A layer that is a function, usually of other layers. */
final class Block extends Layer {
    private final UnaryOperator<Tensor> function;

    Block(UnaryOperator<Tensor> function) {
        this.function = function;
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return call(x);
    }

    @Override
    protected Config describe() {
        throw new UnsupportedOperationException("it is a function of Layer.of, which cannot be described: write a class"
                + " that extends Layer, with describe()");
    }

    Tensor call(Tensor x) {
        return function.apply(x);
    }
}
