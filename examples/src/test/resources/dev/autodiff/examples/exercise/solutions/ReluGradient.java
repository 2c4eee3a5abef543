import dev.autodiff.graph.Comparisons;
import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;

/**
 * Exercise {n}. Write the gradient of relu.
 *
 * x is the operand, y = max(x, 0) the result, dy the gradient that arrives
 * from above. All have the same shape. Return the gradient with respect to x.
 * Useful: x.greater(0) is 1 where x > 0 and 0 elsewhere, and
 * Comparisons.where(condition, a, b) takes a where the condition is not 0 and
 * b elsewhere.
 */
class ReluGradient {
    static Tensor gradient(Tensor x, Tensor y, Tensor dy) {
        return Comparisons.where(x.greater(0), dy, Tensors.scalar(0, dy.dtype()));
    }
}
