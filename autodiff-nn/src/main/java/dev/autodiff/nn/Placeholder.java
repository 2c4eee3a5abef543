package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;

/** A value that is fed when the graph is run: the inputs of a model, most often. */
public final class Placeholder extends Tensor {
    private Placeholder(String name, DType dtype, Shape shape) {
        super(Leaves.input(), new TensorType(dtype, shape), name);
    }

    /** A FLOAT32 placeholder; the batch dimension, say, may be {@link Shape#UNKNOWN}. */
    public static Placeholder of(String name, Shape shape) {
        return of(name, DType.FLOAT32, shape);
    }

    /** A placeholder of the given type. */
    public static Placeholder of(String name, DType dtype, Shape shape) {
        return new Placeholder(name, dtype, shape);
    }
}
