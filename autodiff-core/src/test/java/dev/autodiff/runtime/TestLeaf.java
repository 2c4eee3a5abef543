package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Lowering;
import dev.autodiff.graph.Op;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.State;
import java.util.List;

/** Placeholders and variables as small as can be, and programs of them. */
public final class TestLeaf extends Tensor {
    private TestLeaf(Op op, TensorType type, String name) {
        super(op, type, name);
    }

    public static Tensor input(DType dtype, int... dims) {
        return new TestLeaf(Leaves.input(), new TensorType(dtype, Shape.of(dims)), "input");
    }

    public static Tensor variable(State state) {
        return new TestLeaf(Leaves.state(state), new TensorType(state.dtype(), state.shape()), "variable");
    }

    public static State state(NDArray value) {
        State state = new State(value.dtype(), value.shape());
        state.assign(value);
        return state;
    }

    public static Program compile(CompileOptions options, List<Tensor> fetches, List<Tensor> updates) {
        return Lowering.compile(fetches, updates, List.of(), List.of(), options);
    }

    public static List<NDArray> run(CompileOptions options, List<Tensor> fetches, Tensor... updates) {
        return compile(options, fetches, List.of(updates)).run();
    }
}
