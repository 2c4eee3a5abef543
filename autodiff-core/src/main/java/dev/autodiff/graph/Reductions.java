package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.Arrays;
import java.util.List;

/**
 * Reductions over axes. Without axes they reduce over all; negative axes count from the end; with {@code keepDims} the axes
 * stay with length 1, so that the result broadcasts against the operand.
 */
public final class Reductions {
    private Reductions() {}

    /** The sum; 0 over no elements. */
    public static Tensor sum(Tensor x, boolean keepDims, int... axes) {
        return new Sum(false, keepDims, axes).apply(x);
    }

    /** The arithmetic mean; NaN over no elements. */
    public static Tensor mean(Tensor x, boolean keepDims, int... axes) {
        return new Sum(true, keepDims, axes).apply(x);
    }

    /** The largest element, or NaN if there is one; elements that share the first place share the gradient evenly. */
    public static Tensor max(Tensor x, boolean keepDims, int... axes) {
        return new Extremum(Reduction.MAX, keepDims, axes).apply(x);
    }

    /** The smallest element, or NaN if there is one; elements that share the last place share the gradient evenly. */
    public static Tensor min(Tensor x, boolean keepDims, int... axes) {
        return new Extremum(Reduction.MIN, keepDims, axes).apply(x);
    }

    /** log(sum(e^x)) without overflow. */
    public static Tensor logSumExp(Tensor x, boolean keepDims, int... axes) {
        return new LogSumExp(keepDims, axes).apply(x);
    }

    /** Half the sum of squares, Σx²/2: the L2 penalty as TensorFlow's {@code l2_loss} defines it. Its gradient is x. */
    public static Tensor l2Loss(Tensor x) {
        return x.square().sum().mul(0.5);
    }

    /** The position (INT32) of the first largest element along an axis, which disappears. No gradient flows through it. */
    public static Tensor argmax(Tensor x, int axis) {
        return new Position(true, axis).apply(x);
    }

    /** The position (INT32) of the first smallest element along an axis, which disappears. No gradient flows through it. */
    public static Tensor argmin(Tensor x, int axis) {
        return new Position(false, axis).apply(x);
    }

    /** As {@link #argmax(Tensor, int)}, with the axis kept with length 1 if so wished. */
    public static Tensor argmax(Tensor x, boolean keepDims, int axis) {
        return keepDims ? argmax(x, axis).expandDims(Require.axis(x.shape(), axis)) : argmax(x, axis);
    }

    /** As {@link #argmin(Tensor, int)}, with the axis kept with length 1 if so wished. */
    public static Tensor argmin(Tensor x, boolean keepDims, int axis) {
        return keepDims ? argmin(x, axis).expandDims(Require.axis(x.shape(), axis)) : argmin(x, axis);
    }

    private abstract static class OverAxes extends Op {
        final boolean keepDims;
        final int[] axes;

        OverAxes(String name, boolean keepDims, int[] axes) {
            super(name);
            this.keepDims = keepDims;
            this.axes = axes.clone();
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            return new TensorType(in.get(0).dtype(), Require.reduced(shape, Require.axes(shape, axes), keepDims));
        }

        /** A result or its gradient with the reduced axes kept, so that it broadcasts against the operand. */
        final Tensor kept(Tensor reduced, Tensor x) {
            if (keepDims || x.shape().isScalar()) {
                return reduced;
            }
            Tensor result = reduced;
            for (int axis : Require.axes(x.shape(), axes)) {
                result = result.expandDims(axis);
            }
            return result;
        }

        final Value reduce(ProgramBuilder ir, Reduction reduction, Value x) {
            int[] normal = Require.axes(x.shape(), axes);
            return ir.reshape(ir.reduce(reduction, x, normal), Require.reduced(x.shape(), normal, keepDims));
        }
    }

    private static final class Sum extends OverAxes {
        private final boolean mean;

        Sum(boolean mean, boolean keepDims, int[] axes) {
            super(mean ? "mean" : "sum", keepDims, axes);
            this.mean = mean;
        }

        @Override
        public String formula() {
            return mean ? "Σ x / n" : "Σ x";
        }

        @Override
        public String rule(int input) {
            return mean ? "dy / n, for every element" : "dy, for every element";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            if (mean) {
                Require.floating(in.get(0));
            }
            return super.infer(in);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor each = mean ? dy.div(new Adjustments.Count(axes).apply(x)) : dy;
            return Adjustments.broadcastLike(kept(each, x), x);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            Value sum = reduce(ir, Reduction.SUM, x);
            if (!mean) {
                return sum;
            }
            return ir.map(Elementwise.DIV, sum, ir.number(x.dtype(), Adjustments.count(x.shape(), axes)));
        }
    }

    private static final class Extremum extends OverAxes {
        private final Reduction reduction;

        Extremum(Reduction reduction, boolean keepDims, int[] axes) {
            super(reduction == Reduction.MAX ? "max" : "min", keepDims, axes);
            this.reduction = reduction;
        }

        @Override
        public String formula() {
            return name() + " of x";
        }

        @Override
        public String rule(int input) {
            return "dy where x = y (shared evenly if there are several), else 0";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor chosen = Comparisons.eq(x, kept(y, x));
            int[] all = Require.axes(x.shape(), axes);
            return kept(dy, x).mul(chosen).div(Reductions.sum(chosen, true, all));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return reduce(ir, reduction, in.get(0));
        }
    }

    private static final class LogSumExp extends OverAxes {
        LogSumExp(boolean keepDims, int[] axes) {
            super("logSumExp", keepDims, axes);
        }

        @Override
        public String formula() {
            return "log Σ e^x";
        }

        @Override
        public String rule(int input) {
            return "e^(x - y) * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Require.floating(in.get(0));
            return super.infer(in);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            return kept(dy, x).mul(x.sub(kept(y, x)).exp());
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int[] normal = Require.axes(x.shape(), axes);
            Shape wide = Require.reduced(x.shape(), normal, true);
            Value largest = ir.reshape(ir.reduce(Reduction.MAX, x, normal), wide);
            // An infinite maximum must not be subtracted: infinity - infinity is NaN.
            Value infinite = ir.map(
                    Elementwise.EQ, ir.map(Elementwise.ABS, largest), ir.number(x.dtype(), Double.POSITIVE_INFINITY));
            Value shift = ir.map(Elementwise.SELECT, infinite, ir.number(x.dtype(), 0), largest);
            Value exponentials = ir.map(Elementwise.EXP, ir.map(Elementwise.SUB, x, shift));
            Value sum = ir.reshape(ir.reduce(Reduction.SUM, exponentials, normal), wide);
            Value result = ir.map(Elementwise.ADD, ir.map(Elementwise.LOG, sum), shift);
            return ir.reshape(result, Require.reduced(x.shape(), normal, keepDims));
        }
    }

    private static final class Position extends Op {
        private final boolean largest;
        private final int axis;

        Position(boolean largest, int axis) {
            super(largest ? "argmax" : "argmin");
            this.largest = largest;
            this.axis = axis;
        }

        @Override
        public String formula() {
            return "position of the " + (largest ? "largest" : "smallest") + " in x";
        }

        @Override
        public String rule(int input) {
            return "none: a position does not change gradually";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            if (shape.isScalar()) {
                throw new GraphException("needs an axis, but the operand is a scalar");
            }
            int[] axes = Require.axes(shape, axis);
            if (shape.dim(axis) == 0) {
                throw new GraphException("axis " + axis + " of " + shape + " has no elements to choose from");
            }
            return new TensorType(DType.INT32, Require.reduced(shape, axes, false));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("A position is not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.argReduce(largest, in.get(0), in.get(0).shape().axis(axis));
        }

        @Override
        public String toString() {
            return name() + Arrays.toString(new int[] {axis});
        }
    }
}
