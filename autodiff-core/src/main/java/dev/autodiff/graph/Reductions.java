package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.List;

/**
 * Reductions over axes. Without axes they reduce over all; negative axes count from the end; with {@code keepDims} the
 * axes stay with length 1, so that the result broadcasts against the operand. An axis that does not exist, or is named
 * twice, is refused with a {@link GraphException}.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2, 3}, {4, 6, 8}});
 * Tensor columns = Reductions.sum(x, false, 0);             // [5.0, 8.0, 11.0]
 * Tensor centered = x.sub(Reductions.mean(x, true, 1));     // [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0]]
 * Tensor largest = Reductions.max(x, false);                // 8.0
 * Tensor where = Reductions.argmin(x, 0);                   // [0, 0, 0]
 * }</pre>
 */
public final class Reductions {
    public static final OpType SUM = new OpType("sum");
    public static final OpType MEAN = new OpType("mean");
    public static final OpType MAX = new OpType("max");
    public static final OpType MIN = new OpType("min");
    public static final OpType LOG_SUM_EXP = new OpType("logSumExp");
    public static final OpType ARGMAX = new OpType("argmax");
    public static final OpType ARGMIN = new OpType("argmin");

    /** The axes that are reduced, as they were given: negative ones count from the end, none stand for all. */
    public static final Attribute<List<Integer>> AXES = new Attribute<>("axes", List.of());

    /** The choice to keep the reduced axes, with length 1. */
    public static final Attribute<Boolean> KEEP_DIMS = new Attribute<>("keepDims", false);

    /** The axis along which {@link #ARGMAX} and {@link #ARGMIN} search; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    private Reductions() {}

    /** Returns the sum; 0 over no elements. A sum of INT32 that is outside of its range is an error when it is run. */
    public static Tensor sum(Tensor x, boolean keepDims, int... axes) {
        return new Sum(false, keepDims, axes).apply(x);
    }

    /** Returns the arithmetic mean of floating-point numbers; NaN over no elements. */
    public static Tensor mean(Tensor x, boolean keepDims, int... axes) {
        return new Sum(true, keepDims, axes).apply(x);
    }

    /**
     * Returns the number of elements along axes, all if none are given, as a scalar of the type of x; of an unknown
     * dimension it is known when the graph is run. No gradient flows through it.
     */
    public static Tensor count(Tensor x, int... axes) {
        Checks.axes(x.shape(), axes);
        return new LikeOps.Count(axes, 0).apply(x);
    }

    /**
     * Returns the largest element, or NaN if there is one; elements that are equally large share the gradient evenly.
     *
     * @throws GraphException if there are no elements, now or when the graph is run
     */
    public static Tensor max(Tensor x, boolean keepDims, int... axes) {
        return new Extremum(Reduction.MAX, keepDims, axes).apply(x);
    }

    /**
     * Returns the smallest element, or NaN if there is one; elements that are equally small share the gradient evenly.
     *
     * @throws GraphException if there are no elements, now or when the graph is run
     */
    public static Tensor min(Tensor x, boolean keepDims, int... axes) {
        return new Extremum(Reduction.MIN, keepDims, axes).apply(x);
    }

    /** Returns log Σ e^x without overflow, of floating-point numbers. */
    public static Tensor logSumExp(Tensor x, boolean keepDims, int... axes) {
        return new LogSumExp(keepDims, axes).apply(x);
    }

    /** Returns half the sum of squares, Σ x² / 2: the L2 penalty of TensorFlow's {@code l2_loss}. Its gradient is x. */
    public static Tensor l2Loss(Tensor x) {
        return x.square().sum().mul(0.5);
    }

    /** Returns the position (INT32) of the first largest element along an axis, which is dropped. No gradient flows. */
    public static Tensor argmax(Tensor x, int axis) {
        return new ArgExtremum(true, axis).apply(x);
    }

    /**
     * Returns the position (INT32) of the first smallest element along an axis, which is dropped. No gradient flows.
     */
    public static Tensor argmin(Tensor x, int axis) {
        return new ArgExtremum(false, axis).apply(x);
    }

    /** Returns what {@link #argmax(Tensor, int)} does, with {@code keepDims} with the axis kept. */
    public static Tensor argmax(Tensor x, boolean keepDims, int axis) {
        return keepDims ? argmax(x, axis).expandDims(Checks.axis(x.shape(), axis)) : argmax(x, axis);
    }

    /** Returns what {@link #argmin(Tensor, int)} does, with {@code keepDims} with the axis kept. */
    public static Tensor argmin(Tensor x, boolean keepDims, int axis) {
        return keepDims ? argmin(x, axis).expandDims(Checks.axis(x.shape(), axis)) : argmin(x, axis);
    }

    /** An operation that reduces over axes. */
    abstract static class OverAxes extends Op {
        final boolean keepDims;
        final int[] axes;

        OverAxes(OpType type, boolean keepDims, int[] axes) {
            super(type);
            this.keepDims = keepDims;
            this.axes = axes.clone();
        }

        @Override
        public final Attributes attributes() {
            return Attributes.of(AXES, axes).with(KEEP_DIMS, keepDims);
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            return new TensorType(in.get(0).dtype(), Checks.reduced(shape, Checks.axes(shape, axes), keepDims));
        }

        /** Returns a result or its gradient with the reduced axes kept, so that it broadcasts against the operand. */
        final Tensor kept(Tensor reduced, Tensor x) {
            if (keepDims || x.shape().isScalar()) {
                return reduced;
            }
            Tensor result = reduced;
            for (int axis : Checks.axes(x.shape(), axes)) {
                result = result.expandDims(axis);
            }
            return result;
        }

        final Value reduce(ProgramBuilder ir, Reduction reduction, Value x) {
            int[] normal = Checks.axes(x.shape(), axes);
            return ir.reshape(ir.reduce(reduction, x, normal), Checks.reduced(x.shape(), normal, keepDims));
        }
    }

    private static final class Sum extends OverAxes {
        private final boolean mean;

        Sum(boolean mean, boolean keepDims, int[] axes) {
            super(mean ? MEAN : SUM, keepDims, axes);
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
                Checks.floating(in.get(0));
            }
            return super.infer(in);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            // Over no elements the count would be 0, and the second derivative 0 / 0
            Tensor each = mean ? dy.div(new LikeOps.Count(axes, 1).apply(x)) : dy;
            return LikeOps.broadcastLike(kept(each, x), x);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            Value sum = reduce(ir, Reduction.SUM, x);
            if (!mean) {
                return sum;
            }
            return ir.map(Elementwise.DIV, sum, ir.number(x.dtype(), LikeOps.count(x.shape(), axes)));
        }
    }

    private static final class Extremum extends OverAxes {
        private final Reduction reduction;

        Extremum(Reduction reduction, boolean keepDims, int[] axes) {
            super(reduction == Reduction.MAX ? MAX : MIN, keepDims, axes);
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
        protected TensorType infer(List<Tensor> in) {
            checkNotEmpty(in.get(0).shape());
            return super.infer(in);
        }

        private void checkNotEmpty(Shape shape) {
            for (int axis : Checks.axes(shape, axes)) {
                if (shape.dim(axis) == 0) {
                    throw new GraphException(
                            "axis " + axis + " of " + shape + " has no elements, and so no " + words());
                }
            }
        }

        private String words() {
            return reduction == Reduction.MAX ? "largest one" : "smallest one";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            Tensor chosen = Comparisons.eq(x, kept(y, x));
            int[] all = Checks.axes(x.shape(), axes);
            return kept(dy, x).mul(chosen).div(Reductions.sum(chosen, true, all));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            checkNotEmpty(in.get(0).shape());
            return reduce(ir, reduction, in.get(0));
        }
    }

    private static final class LogSumExp extends OverAxes {
        LogSumExp(boolean keepDims, int[] axes) {
            super(LOG_SUM_EXP, keepDims, axes);
        }

        @Override
        public String formula() {
            return "log Σ e^x";
        }

        @Override
        public String rule(int input) {
            return "softmax(x) * dy";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.floating(in.get(0));
            return super.infer(in);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Tensor x = in.get(0);
            if (x.shape().isScalar()) {
                return dy;
            }
            // Not e^(x - y): y is rounded, which at large x would change the difference
            return kept(dy, x).mul(Activations.softmaxOver(x, Checks.axes(x.shape(), axes)));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Value x = in.get(0);
            int[] normal = Checks.axes(x.shape(), axes);
            Shape wide = Checks.reduced(x.shape(), normal, true);
            Value largest = ir.reshape(ir.reduce(Reduction.MAX, x, normal), wide);
            // An infinite maximum must not be subtracted: infinity - infinity is NaN.
            Value infinite = ir.map(
                    Elementwise.EQ, ir.map(Elementwise.ABS, largest), ir.number(x.dtype(), Double.POSITIVE_INFINITY));
            Value shift = ir.map(Elementwise.SELECT, infinite, ir.number(x.dtype(), 0), largest);
            // Terms that are 1 are counted apart: log1p of the sum less 1 keeps the digits of small terms
            Value isOne = ir.map(Elementwise.EQ, x, shift);
            Value exponentials = ir.map(Elementwise.EXP, ir.map(Elementwise.SUB, x, shift));
            Value small = ir.map(Elementwise.SELECT, isOne, ir.number(x.dtype(), 0), exponentials);
            Value ones = ir.reshape(ir.reduce(Reduction.SUM, isOne, normal), wide);
            Value rest = ir.reshape(ir.reduce(Reduction.SUM, small, normal), wide);
            Value withoutOne = ir.map(Elementwise.ADD, rest, ir.map(Elementwise.SUB, ones, ir.number(x.dtype(), 1)));
            Value result = ir.map(Elementwise.ADD, ir.map(Elementwise.LOG1P, withoutOne), shift);
            return ir.reshape(result, Checks.reduced(x.shape(), normal, keepDims));
        }
    }

    private static final class ArgExtremum extends Op {
        private final boolean largest;
        private final int axis;

        ArgExtremum(boolean largest, int axis) {
            super(largest ? ARGMAX : ARGMIN);
            this.largest = largest;
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
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
            int[] axes = Checks.axes(shape, axis);
            if (shape.dim(axis) == 0) {
                throw new GraphException("axis " + axis + " of " + shape + " has no elements to choose from");
            }
            return new TensorType(DType.INT32, Checks.reduced(shape, axes, false));
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
    }
}
