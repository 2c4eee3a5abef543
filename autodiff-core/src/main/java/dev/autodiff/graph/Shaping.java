package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.program.ProgramBuilder;
import dev.autodiff.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The same elements arranged in another way, in another type, or cut off from gradients. */
public final class Shaping {
    private Shaping() {}

    /** The same elements in another shape; one dimension may be -1 and is worked out. */
    public static Tensor reshape(Tensor x, int... dims) {
        return new Reshape(dims).apply(x);
    }

    /** The last two axes exchanged. */
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

    /** Axis i of the result is axis {@code axes[i]} of x. */
    public static Tensor transpose(Tensor x, int... axes) {
        return axes.length == 0 && x.shape().rank() >= 2 ? transpose(x) : new Transpose(axes).apply(x);
    }

    /** A new axis of length 1 before the given one; -1 for a new last axis. */
    public static Tensor expandDims(Tensor x, int axis) {
        return new ExpandDims(axis).apply(x);
    }

    /** Without the given axes, which have length 1; without any given, without all that are known to. */
    public static Tensor squeeze(Tensor x, int... axes) {
        if (axes.length > 0) {
            return new Squeeze(axes).apply(x);
        }
        int[] ones = IntStream.range(0, x.shape().rank())
                .filter(axis -> x.shape().dim(axis) == 1)
                .toArray();
        return ones.length == 0 ? x : new Squeeze(ones).apply(x);
    }

    /** x repeated along new leading axes and along axes of length 1, as NumPy's {@code broadcast_to}. */
    public static Tensor broadcastTo(Tensor x, int... dims) {
        return new BroadcastTo(dims).apply(x);
    }

    /** The same values in another type, as Java converts: fractions are cut off on the way to INT32. */
    public static Tensor cast(Tensor x, DType dtype) {
        return x.dtype() == dtype ? x : new Cast(dtype).apply(x);
    }

    /** The same value, through which no gradient flows. */
    public static Tensor stopGradient(Tensor x) {
        return new StopGradient().apply(x);
    }

    /** An operation that moves no element: only the shape changes, and changes back for the gradient. */
    private abstract static class View extends Op {
        View(String name) {
            super(name);
        }

        abstract Shape target(Shape shape);

        @Override
        public String formula() {
            return "x in another shape";
        }

        @Override
        public String rule(int input) {
            return "dy in the old shape";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), target(in.get(0).shape()));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return LikeOps.reshapeLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.reshape(in.get(0), target(in.get(0).shape()));
        }
    }

    private static final class Reshape extends View {
        private final int[] dims;

        Reshape(int[] dims) {
            super("reshape");
            this.dims = dims.clone();
        }

        @Override
        Shape target(Shape shape) {
            long open = Arrays.stream(dims).filter(dim -> dim == Shape.UNKNOWN).count();
            if (open > 1 || Arrays.stream(dims).anyMatch(dim -> dim < Shape.UNKNOWN)) {
                throw new GraphException("dimensions are 0 or more, and one of them may be -1 to be worked out, but "
                        + Arrays.toString(dims) + " was asked for");
            }
            if (!shape.isKnown()) {
                return unknownTarget(shape);
            }
            int size = shape.size();
            long known = known();
            boolean fits = open == 0 ? known == size : known != 0 && size % known == 0;
            if (!fits) {
                throw new GraphException("shape " + shape + " has " + size + " elements, which do not fit into "
                        + Arrays.toString(dims) + (open == 0 ? " with " + known : ""));
            }
            return Shape.of(Arrays.stream(dims)
                    .map(dim -> dim == Shape.UNKNOWN ? (int) (size / known) : dim)
                    .toArray());
        }

        /** Product of the known dimensions; anything that is too large for an array will do if this is. */
        private long known() {
            long known = 1;
            for (int dim : dims) {
                known = dim == Shape.UNKNOWN ? known : Math.min(known, Integer.MAX_VALUE + 1L) * dim;
            }
            return known;
        }

        /** Elements in known axes must fit as far as can be said. */
        private Shape unknownTarget(Shape shape) {
            long perUnknown = 1;
            int unknown = 0;
            for (int dim : shape.dims()) {
                perUnknown *= dim == Shape.UNKNOWN ? 1 : dim;
                unknown += dim == Shape.UNKNOWN ? 1 : 0;
            }
            Shape target = Shape.of(dims);
            long known = known();
            if (unknown == 1 && target.isKnown() && perUnknown != 0 && known % perUnknown != 0) {
                throw new GraphException("shape " + shape + " has a multiple of " + perUnknown
                        + " elements, which cannot be the " + known + " of " + target);
            }
            return target;
        }
    }

    private static final class ExpandDims extends View {
        private final int axis;

        ExpandDims(int axis) {
            super("expandDims");
            this.axis = axis;
        }

        @Override
        Shape target(Shape shape) {
            int rank = shape.rank();
            int at = axis < 0 ? axis + rank + 1 : axis;
            if (at < 0 || at > rank) {
                throw new GraphException("a new axis can stand at 0 to " + rank + " (or -" + (rank + 1) + " to -1) of "
                        + shape + ", not at " + axis);
            }
            List<Integer> dims = new ArrayList<>();
            for (int dim : shape.dims()) {
                dims.add(dim);
            }
            dims.add(at, 1);
            return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    private static final class Squeeze extends View {
        private final int[] axes;

        Squeeze(int[] axes) {
            super("squeeze");
            this.axes = axes.clone();
        }

        @Override
        Shape target(Shape shape) {
            int[] removed = Checks.axes(shape, axes);
            for (int axis : removed) {
                if (shape.dim(axis) != 1 && shape.dim(axis) != Shape.UNKNOWN) {
                    throw new GraphException("axis " + axis + " of " + shape + " has length " + shape.dim(axis)
                            + "; only axes of length 1 can be squeezed");
                }
            }
            return Checks.reduced(shape, removed, false);
        }
    }

    private static final class Transpose extends Op {
        private final int[] axes;

        Transpose(int[] axes) {
            super("transpose");
            this.axes = axes.clone();
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
            super("broadcastTo");
            this.target = Shape.of(dims);
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
            super("cast");
            this.dtype = dtype;
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
        StopGradient() {
            super("stopGradient");
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
