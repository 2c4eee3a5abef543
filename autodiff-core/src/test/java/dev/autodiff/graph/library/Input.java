package dev.autodiff.graph.library;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;

/** A placeholder. */
public final class Input extends Tensor {
    public Input(String name, DType dtype, int... dims) {
        super(Leaves.input(), new TensorType(dtype, Shape.of(dims)), name);
    }
}
