package dev.autodiff.nn.layer;

import dev.autodiff.graph.Tensor;
import dev.autodiff.nn.config.Config;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A layer that is a function, usually of other layers. */
final class Block extends Layer {
    private final UnaryOperator<Tensor> function;
    private @Nullable Supplier<LayerGraph> graph;

    Block(UnaryOperator<Tensor> function) {
        this.function = Objects.requireNonNull(function, "function is null");
    }

    @Override
    protected Tensor build(Tensor x, LayerScope scope) {
        return call(x);
    }

    /**
     * Describes the layers and operations that the function applied last.
     *
     * @throws UnsupportedOperationException if it has not been applied
     */
    @Override
    protected Config describe() {
        if (graph == null) {
            throw new UnsupportedOperationException(
                    "it is a function of Layer.of, which is described by what it does: apply it first");
        }
        return Config.of("Block").with("graph", graph.get());
    }

    static Block read(Config config) {
        LayerGraph graph = config.object("graph", LayerGraph.class);
        Block block = new Block(x -> graph.apply(List.of(x)).get(0));
        block.graph = () -> graph;
        return block;
    }

    /**
     * Keeps what the function did.
     *
     * @param calls the applications of layers in it
     */
    void remember(Tensor x, Tensor y, List<LayerCall> calls) {
        graph = () -> LayerGraph.of(List.of(x), List.of(y), calls);
    }

    Tensor call(Tensor x) {
        return function.apply(x);
    }
}
