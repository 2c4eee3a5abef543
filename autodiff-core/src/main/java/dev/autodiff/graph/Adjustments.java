package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Reduction;
import java.util.Arrays;
import java.util.List;

/**
 * Operations that gradients need and users do not write: they take the shape of another tensor, which may be known only at
 * run time. That other tensor's values do not matter, so nothing computes it for their sake.
 */
final class Adjustments {
    private Adjustments() {}

    /** x repeated to the shape of another tensor. */
    static Tensor broadcastLike(Tensor x, Tensor like) {
        return known(x, like) ? x : new BroadcastLike().apply(x, like);
    }

    /** x summed over the axes along which it was repeated from the shape of another tensor. */
    static Tensor sumLike(Tensor x, Tensor like) {
        return known(x, like) ? x : new SumLike().apply(x, like);
    }

    /** The elements of x in the shape of another tensor. */
    static Tensor reshapeLike(Tensor x, Tensor like) {
        return known(x, like) ? x : new ReshapeLike().apply(x, like);
    }

    private static boolean known(Tensor x, Tensor like) {
        return x.shape().isKnown() && x.shape().equals(like.shape());
    }

    /** Number of elements along the axes. */
    static double count(Shape shape, int[] axes) {
        double count = 1;
        for (int axis : Require.axes(shape, axes)) {
            count *= shape.dim(axis);
        }
        return count;
    }

    /** Operand 0 is the value, operand 1 gives the shape. */
    private abstract static class Like extends Op {
        Like(String name) {
            super(name);
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), in.get(1).shape());
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input == 0;
        }
    }

    private static final class BroadcastLike extends Like {
        BroadcastLike() {
            super("broadcastLike");
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "like");
        }

        @Override
        public String formula() {
            return "x repeated to the shape of its partner";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "Σ dy over the repetitions" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return sumLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.broadcast(in.get(0), in.get(1).shape());
        }
    }

    private static final class SumLike extends Like {
        SumLike() {
            super("sumLike");
        }

        @Override
        public String formula() {
            return "Σ x over the axes along which its partner was repeated";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy for every repetition" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return broadcastLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape from = in.get(0).shape();
            Shape to = in.get(1).shape();
            int extra = from.rank() - to.rank();
            int[] axes = new int[from.rank()];
            int repeated = 0;
            for (int axis = 0; axis < from.rank(); axis++) {
                if (axis < extra || (to.dim(axis - extra) == 1 && from.dim(axis) != 1)) {
                    axes[repeated++] = axis;
                }
            }
            return ir.reshape(ir.reduce(Reduction.SUM, in.get(0), Arrays.copyOf(axes, repeated)), to);
        }
    }

    private static final class ReshapeLike extends Like {
        ReshapeLike() {
            super("reshapeLike");
        }

        @Override
        public String formula() {
            return "x in the shape of its partner";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy in the old shape" : "none: only the shape matters";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return reshapeLike(dy, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.reshape(in.get(0), in.get(1).shape());
        }
    }

    /** The number of elements along axes of a tensor, as a scalar of its type. */
    static final class Count extends Op {
        private final int[] axes;

        Count(int[] axes) {
            super("count");
            this.axes = axes.clone();
        }

        @Override
        public String formula() {
            return "number of elements along axes " + (axes.length == 0 ? "all" : Arrays.toString(axes));
        }

        @Override
        public String rule(int input) {
            return "none: only the shape matters";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), Shape.scalar());
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("A count is not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.number(in.get(0).dtype(), count(in.get(0).shape(), axes));
        }
    }
}
