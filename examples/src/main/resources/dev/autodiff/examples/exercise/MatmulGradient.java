import dev.autodiff.graph.Tensor;

/**
 * Exercise {n}. Write the gradients of a matrix product.
 *
 * y = a.matmul(b) with a of shape [m, k] and b of shape [k, n]; dy, the
 * gradient that arrives from above, has the shape of y. Return the gradients
 * with respect to a and to b. Useful: p.matmul(q), p.transpose().
 */
class MatmulGradient {
    static Tensor gradientOfA(Tensor a, Tensor b, Tensor dy) {
        return null; // your turn
    }

    static Tensor gradientOfB(Tensor a, Tensor b, Tensor dy) {
        return null; // your turn
    }
}
