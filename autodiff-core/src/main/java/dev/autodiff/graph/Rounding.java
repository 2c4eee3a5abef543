package dev.autodiff.graph;

import static dev.autodiff.graph.ElementwiseOp.rounding;

import dev.autodiff.kernel.math.Elementwise;

/**
 * Rounding to whole numbers, which stay in the floating-point type of the operand. No gradient flows through it, as the
 * result changes only in steps.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(-1.5, -0.2, 0.5, 2.5);
 * Tensor below = Rounding.floor(x);    // [-2.0, -1.0, 0.0, 2.0]
 * Tensor above = Rounding.ceil(x);     // [-1.0, -0.0, 1.0, 3.0]
 * Tensor nearest = Rounding.round(x);  // [-2.0, -0.0, 0.0, 2.0]
 * }</pre>
 */
public final class Rounding {
    public static final OpType FLOOR = rounding("floor", "⌊x⌋", Elementwise.FLOOR);
    public static final OpType CEIL = rounding("ceil", "⌈x⌉", Elementwise.CEIL);
    public static final OpType ROUND = rounding("round", "the integer nearest to x", Elementwise.ROUND);

    private Rounding() {}

    /** Returns the largest whole number that is not above x. */
    public static Tensor floor(Tensor x) {
        return FLOOR.apply(x);
    }

    /** Returns the smallest whole number that is not below x; from -1 to 0 that is -0.0. */
    public static Tensor ceil(Tensor x) {
        return CEIL.apply(x);
    }

    /** Returns the nearest whole number, the even one if two are equally near, as NumPy and PyTorch do. */
    public static Tensor round(Tensor x) {
        return ROUND.apply(x);
    }
}
