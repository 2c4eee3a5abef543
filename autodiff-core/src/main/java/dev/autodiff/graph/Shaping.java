package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The same elements arranged in another way, in another type, or without a gradient.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2, 3}, {4, 5, 6}});
 * Tensor flat = Shaping.reshape(x, -1);                     // [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
 * Tensor column = Shaping.expandDims(x.sum(1), -1);         // [[6.0], [15.0]]
 * Tensor wide = Shaping.broadcastTo(column, 2, 2);          // [[6.0, 6.0], [15.0, 15.0]]
 * Tensor turned = Shaping.transpose(x, 1, 0);               // [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
 * Tensor whole = Shaping.cast(x.div(2), DType.INT32);       // [[0, 1, 1], [2, 2, 3]]
 * }</pre>
 */
public final class Shaping {
    public static final OpType RESHAPE = new OpType("reshape");
    public static final OpType TRANSPOSE = new OpType("transpose");
    public static final OpType EXPAND_DIMS = new OpType("expandDims");
    public static final OpType SQUEEZE = new OpType("squeeze");
    public static final OpType BROADCAST_TO = new OpType("broadcastTo");
    public static final OpType CAST = new OpType("cast");
    public static final OpType STOP_GRADIENT = new OpType("stopGradient", StopGradient::new);

    /** The dimensions that {@link #RESHAPE} (where one may be -1) and {@link #BROADCAST_TO} lead to. */
    public static final Attribute<List<Integer>> DIMS = new Attribute<>("dims");

    /** The axes of the operand in the order in which {@link #TRANSPOSE} puts them; negative ones count from the end. */
    public static final Attribute<List<Integer>> PERMUTATION = new Attribute<>("permutation", List.of(1, 0));

    /** The place of the axis that {@link #EXPAND_DIMS} adds; negative ones count from the end of the result. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    /** The axes that {@link #SQUEEZE} drops; negative ones count from the end. */
    public static final Attribute<List<Integer>> AXES = new Attribute<>("axes");

    /** The type that {@link #CAST} converts to. */
    public static final Attribute<DType> DTYPE = new Attribute<>("dtype");

    private Shaping() {}

    /**
     * Returns the same elements in another shape; one dimension may be -1 and follows from the others.
     *
     * @throws GraphException if the numbers of elements differ
     */
    public static Tensor reshape(Tensor x, int... dims) {
        return new Views.Reshape(dims).apply(x);
    }

    /**
     * Returns x with its last two axes exchanged: {@code [..., m, n] -> [..., n, m]}.
     *
     * @throws GraphException if there are fewer than two axes
     */
    public static Tensor transpose(Tensor x) {
        int rank = x.shape().rank();
        if (rank < 2) {
            throw GraphErrors.mistake(
                    "transpose",
                    "needs a matrix, but shape " + x.shape() + " has fewer than two axes"
                            + (rank == 1 ? "; to make a vector a column, use expandDims(1)" : ""),
                    x);
        }
        int[] axes = IntStream.range(0, rank).toArray();
        axes[rank - 2] = rank - 1;
        axes[rank - 1] = rank - 2;
        return transpose(x, axes);
    }

    /**
     * Returns x with its axes in another order: axis i of the result is axis {@code axes[i]} of x.
     *
     * @throws GraphException if an axis is missing or named twice
     */
    public static Tensor transpose(Tensor x, int... axes) {
        return axes.length == 0 && x.shape().rank() >= 2 ? transpose(x) : new Transpose(axes).apply(x);
    }

    /** Adds an axis of length 1 before the given one; -1 adds a last axis. */
    public static Tensor expandDims(Tensor x, int axis) {
        return new Views.ExpandDims(axis).apply(x);
    }

    /**
     * Drops the given axes; without any given, all that are known to have length 1.
     *
     * @throws GraphException if an axis has another length than 1
     */
    public static Tensor squeeze(Tensor x, int... axes) {
        if (axes.length > 0) {
            return new Views.Squeeze(axes).apply(x);
        }
        int[] ones = IntStream.range(0, x.shape().rank())
                .filter(axis -> x.shape().dim(axis) == 1)
                .toArray();
        return ones.length == 0 ? x : new Views.Squeeze(ones).apply(x);
    }

    /**
     * Returns x repeated along new leading axes and along axes of length 1, as NumPy's {@code broadcast_to}.
     *
     * @throws GraphException if another dimension of x differs from the target's
     */
    public static Tensor broadcastTo(Tensor x, int... dims) {
        return new BroadcastTo(dims).apply(x);
    }

    /**
     * Returns the same values in another type. On the way to INT32 fractions are cut off, and what is not a number or
     * outside of its range is an error when the graph is run. Whole numbers above 2^24 may change on the way to
     * FLOAT32; FLOAT64 has them all.
     */
    public static Tensor cast(Tensor x, DType dtype) {
        return x.dtype() == dtype ? x : new Cast(dtype).apply(x);
    }

    /** Returns the same value, through which no gradient flows. */
    public static Tensor stopGradient(Tensor x) {
        return STOP_GRADIENT.apply(x);
    }

    private static final class Transpose extends Op {
        private final int[] axes;

        Transpose(int[] axes) {
            super(TRANSPOSE);
            this.axes = axes.clone();
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(PERMUTATION, axes);
        }

        @Override
        public String formula() {
            return axes.length == 2 ? "xᵀ" : "axes of x in the order " + Arrays.toString(axes);
        }

        @Override
        public String rule(int input) {
            return axes.length == 2 ? "dyᵀ" : "axes of dy in the order of before";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            int[] order = Arrays.stream(axes).map(shape::axis).toArray();
            int[] sorted = order.clone();
            Arrays.sort(sorted);
            if (!Arrays.equals(sorted, IntStream.range(0, shape.rank()).toArray())) {
                throw new GraphException("the order " + Arrays.toString(axes) + " must name each of the " + shape.rank()
                        + " axes of " + shape + " once");
            }
            return new TensorType(
                    in.get(0).dtype(),
                    Shape.of(Arrays.stream(order).map(shape::dim).toArray()));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            Shape shape = in.get(0).shape();
            int[] inverse = new int[axes.length];
            for (int i = 0; i < axes.length; i++) {
                inverse[shape.axis(axes[i])] = i;
            }
            return transpose(dy, inverse);
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(0).shape();
            return ir.transpose(in.get(0), Arrays.stream(axes).map(shape::axis).toArray());
        }
    }

    private static final class BroadcastTo extends Op {
        private final Shape target;

        BroadcastTo(int[] dims) {
            super(BROADCAST_TO);
            this.target = Shape.of(dims);
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(DIMS, target.dims());
        }

        @Override
        public String formula() {
            return "x repeated to " + target;
        }

        @Override
        public String rule(int input) {
            return "Σ dy over the repetitions";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            if (!target.isKnown()) {
                throw new GraphException("the target shape must be known, but is " + target);
            }
            boolean fits = shape.rank() <= target.rank();
            for (int i = 1; fits && i <= shape.rank(); i++) {
                int dim = shape.dim(-i);
                fits = dim == 1 || dim == Shape.UNKNOWN || dim == target.dim(-i);
            }
            if (!fits) {
                throw new GraphException("shape " + shape + " cannot be repeated to " + target
                        + ": aligned at their last axes, its dimensions must be equal to the target's or 1");
            }
            return new TensorType(in.get(0).dtype(), target);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return LikeOps.sumLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.broadcast(in.get(0), target);
        }
    }

    private static final class Cast extends Op {
        private final DType dtype;

        Cast(DType dtype) {
            super(CAST);
            this.dtype = Objects.requireNonNull(dtype, "dtype is null");
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(DTYPE, dtype);
        }

        @Override
        public String formula() {
            return "x as " + dtype;
        }

        @Override
        public String rule(int input) {
            return dtype.isFloating() ? "dy in the type of x" : "none: whole numbers do not change gradually";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(dtype, in.get(0).shape());
        }

        @Override
        public boolean isDifferentiable(int input) {
            return dtype.isFloating();
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return cast(dy, in.get(0).dtype());
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.cast(in.get(0), dtype);
        }
    }

    private static final class StopGradient extends Op {
        StopGradient(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "x";
        }

        @Override
        public String rule(int input) {
            return "none: gradients are stopped here";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return in.get(0).type();
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Gradients are stopped here");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return in.get(0);
        }
    }
}
