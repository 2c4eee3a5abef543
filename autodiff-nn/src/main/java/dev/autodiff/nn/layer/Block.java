package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
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

    Tensor call(Tensor x) {
        return function.apply(x);
    }
}
