package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import java.util.List;

/** Placeholders and variables as small as can be, and programs of them. */
final class Leaf extends Tensor {
    private Leaf(Op op, TensorType type, String name) {
        super(op, type, name);
    }

    static Tensor input(DType dtype, int... dims) {
        return new Leaf(Leaves.input(), new TensorType(dtype, Shape.of(dims)), "input");
    }

    static Tensor variable(State state) {
        return new Leaf(Leaves.state(state), new TensorType(state.dtype(), state.shape()), "variable");
    }

    static State state(NDArray value) {
        State state = new State(value.dtype(), value.shape());
        state.assign(value);
        return state;
    }

    static Program compile(CompileOptions options, List<Tensor> fetches, List<Tensor> updates) {
        return Lowering.compile(fetches, updates, List.of(), List.of(), options);
    }

    static List<NDArray> run(CompileOptions options, List<Tensor> fetches, Tensor... updates) {
        return compile(options, fetches, List.of(updates)).run();
    }
}
