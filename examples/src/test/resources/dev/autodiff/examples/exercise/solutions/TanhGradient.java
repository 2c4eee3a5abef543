import dev.autodiff.graph.Tensor;
import dev.autodiff.graph.Tensors;

/**
 * Exercise {n}. Write the gradient of tanh.
 *
 * x is the operand, y = tanh(x) the result, dy the gradient that arrives from
 * above. All have the same shape. Return the gradient with respect to x,
 * built from x, y and dy with the methods of Tensor: a.mul(b), a.add(b),
 * a.sub(b), a.square(), a.mul(2), a.neg() and so on.
 */
class TanhGradient {
    static Tensor gradient(Tensor x, Tensor y, Tensor dy) {
        return dy.mul(Tensors.scalar(1, y.dtype()).sub(y.square()));
    }
}
