package dev.autodiff.nn.layer;

import dev.autodiff.graph.GraphWarnings;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;
import dev.autodiff.nn.config.Config;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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

    /**
     * Warns of random numbers that a function for inference draws itself, as most often they are meant for training.
     *
     * @param inputs the tensors that it was given; nothing that they are computed from is looked at
     * @param calls the applications of layers in it, which draw what they are to draw
     */
    static void checkNoise(List<Tensor> inputs, List<Tensor> outputs, List<LayerCall> calls) {
        Map<Tensor, LayerCall> byResult = new HashMap<>();
        calls.forEach(call -> call.results().forEach(result -> byResult.putIfAbsent(result, call)));
        Set<Tensor> seen = new HashSet<>(inputs);
        Deque<Tensor> next = new ArrayDeque<>(outputs);
        while (!next.isEmpty()) {
            Tensor tensor = next.remove();
            if (!seen.add(tensor)) {
                continue;
            }
            if (tensor.op().type() == Tensors.RANDOM_UNIFORM) {
                GraphWarnings.warn(
                        "function noise",
                        "Random numbers that a function draws between its layers, for "
                                + tensor.inputs().get(0).describe() + ", are drawn in predictions and evaluations too,"
                                + " which then differ from run to run. For noise in training alone, let the function"
                                + " apply a layer: new GaussianNoise(stddev). Noise that predictions are to have is"
                                + " drawn in a class that extends Layer\n    made at " + tensor.sourceLine());
                return; // normal ones are made of two
            }
            LayerCall call = byResult.get(tensor);
            next.addAll(call == null ? tensor.inputs() : call.sources());
        }
    }

    Tensor call(Tensor x) {
        return function.apply(x);
    }
}
