package dev.autodiff.nn;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.graph.Leaves;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.TensorType;

/**
 * A tensor whose value is fed when the graph is run, such as the inputs of a model and the labels.
 *
 * <pre>{@code
 * // any number of rows
 * Placeholder x = Placeholder.of("x", Shape.of(Shape.UNKNOWN, 2));
 * try (Session session = new Session()) {
 *     session.run(x.sum(1), Feed.feed(x, new float[][] {{1, 2}, {3, 4}})); // [3. 7.]
 * }
 * }</pre>
 */
public final class Placeholder extends Tensor {
    private Placeholder(String name, DType dtype, Shape shape) {
        super(Leaves.input(), new TensorType(dtype, shape), name);
    }

    /**
     * Makes a FLOAT32 placeholder.
     *
     * @param name the name, for messages and drawings
     * @param shape the shape of the values to feed; a dimension that differs from run to run, such as that of the
     *     batch, is {@link Shape#UNKNOWN}
     */
    public static Placeholder of(String name, Shape shape) {
        return of(name, DType.FLOAT32, shape);
    }

    /**
     * Makes a placeholder of any type.
     *
     * @param name the name, for messages and drawings
     * @param dtype the type of the values to feed; INT32 for class numbers and indices
     * @param shape the shape of the values to feed; a dimension that differs from run to run is {@link Shape#UNKNOWN}
     */
    public static Placeholder of(String name, DType dtype, Shape shape) {
        return new Placeholder(name, dtype, shape);
    }
}
