import dev.autodiff.graph.Tensor;

/**
 * Exercise {n}. Write the gradient of a bias.
 *
 * y = xw.add(b): xw has a row for each example and a column for each neuron,
 * shape [n, k], and b, of shape [k], is added to every row. dy, the gradient
 * that arrives, has the shape of y. Return the gradient with respect to b.
 * Useful: dy.sum(axis), dy.mean(axis), dy.transpose(); axis 0 runs over the
 * rows, axis 1 over the columns.
 */
class BiasGradient {
    static Tensor gradient(Tensor xw, Tensor b, Tensor dy) {
        return null; // your turn
    }
}
