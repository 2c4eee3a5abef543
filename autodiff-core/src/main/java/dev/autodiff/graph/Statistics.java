package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;

/**
 * Statistics over axes: length, spread, and tests of all elements. Axes are given as for {@link Reductions}.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{3, 4}, {0, 0}});
 * Tensor length = Statistics.norm(x, false, 1);            // [5.0, 0.0]
 * Tensor spread = Statistics.std(x, 0, false, 1);          // [0.5, 0.0]
 * Tensor some = Statistics.any(x, false, 1);               // [1.0, 0.0]
 * Tensor slope = Tensors.gradients(length.sum(), x).get(0);   // [[0.6, 0.8], [0.0, 0.0]]
 * }</pre>
 */
public final class Statistics {
    public static final OpType NORM = new OpType("norm");

    private Statistics() {}

    /**
     * Returns the Euclidean norm √Σ x² of floating-point numbers; squares do not overflow. The gradient at the zero
     * vector is taken to be 0, as in PyTorch.
     */
    public static Tensor norm(Tensor x, boolean keepDims, int... axes) {
        return new Norm(keepDims, axes).apply(x);
    }

    /**
     * Returns the variance Σ (x - mean)² / (n - correction) of n floating-point numbers; NaN if n is not above the
     * correction.
     *
     * @param correction the number that is taken off n, as PyTorch calls it (NumPy's {@code ddof}): 1 for an unbiased
     *     estimate from a sample, which is PyTorch's default; 0 for the variance of just these numbers, NumPy's default
     */
    public static Tensor variance(Tensor x, double correction, boolean keepDims, int... axes) {
        Tensor squares = Reductions.sum(deviations(x, axes).square(), keepDims, axes);
        return squares.div(degreesOfFreedom(x, correction, axes));
    }

    /**
     * Returns the standard deviation, the square root of the {@link #variance}. The gradient where all numbers are
     * equal is taken to be 0, as in PyTorch.
     *
     * @param correction the number that is taken off n; see {@link #variance}
     */
    public static Tensor std(Tensor x, double correction, boolean keepDims, int... axes) {
        return norm(deviations(x, axes), keepDims, axes)
                .div(degreesOfFreedom(x, correction, axes).sqrt());
    }

    /** Returns 1 if any element is not 0 (NaN is not), else 0, in the type of x; 0 over no elements. */
    public static Tensor any(Tensor x, boolean keepDims, int... axes) {
        return Comparisons.greater(Reductions.sum(Comparisons.ne(x, 0), keepDims, axes), 0);
    }

    /** Returns 1 if no element is 0 (NaN is not), else 0, in the type of x; 1 over no elements. */
    public static Tensor all(Tensor x, boolean keepDims, int... axes) {
        return Comparisons.eq(Reductions.sum(Comparisons.eq(x, 0), keepDims, axes), 0);
    }

    private static Tensor deviations(Tensor x, int... axes) {
        return x.sub(Reductions.mean(x, true, axes));
    }

    /** Returns the number of elements less the correction, and 0 where that would be negative. */
    private static Tensor degreesOfFreedom(Tensor x, double correction, int... axes) {
        Tensor free = Reductions.count(x, axes).sub(correction);
        return Arithmetic.maximum(free, Tensors.like(free, 0));
    }

    private static final class Norm extends Reductions.OverAxes {
        Norm(boolean keepDims, int[] axes) {
            super(NORM, keepDims, axes);
        }

        @Override
        public String formula() {
            return "√(Σ x²)";
        }

        @Override
        public String rule(int input) {
            return "x / y * dy (0 where y is 0)";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            return super.infer(in);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor length = kept(y, x);
            Tensor none = length.eq(0);
            Tensor direction = x.div(Comparisons.where(none, Tensors.like(x, 1), length));
            return kept(dy, x).mul(Comparisons.where(none, Tensors.like(x, 0), direction));
        }

        /** Divides by the largest magnitude before squares are taken, and multiplies by it after the root. */
        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int[] normal = Checks.axes(x.shape(), axes);
            Shape wide = Checks.reduced(x.shape(), normal, true);
            Value zero = ir.number(x.dtype(), 0);
            Value largest = ir.reshape(ir.reduce(Reduction.MAX, ir.map(Elementwise.ABS, x), normal), wide);
            largest = ir.map(Elementwise.MAXIMUM, largest, zero); // over no elements it is minus infinity
            Value infinity = ir.number(x.dtype(), Double.POSITIVE_INFINITY);
            Value one = ir.number(x.dtype(), 1);
            Value unusable = ir.map(
                    Elementwise.ADD, ir.map(Elementwise.EQ, largest, zero), ir.map(Elementwise.EQ, largest, infinity));
            Value scale = ir.map(Elementwise.SELECT, unusable, one, largest);
            Value scaled = ir.map(Elementwise.DIV, x, scale);
            Value squares = ir.reduce(Reduction.SUM, ir.map(Elementwise.MUL, scaled, scaled), normal);
            Value root = ir.map(Elementwise.SQRT, ir.reshape(squares, wide));
            return ir.reshape(ir.map(Elementwise.MUL, root, scale), Checks.reduced(x.shape(), normal, keepDims));
        }
    }
}
