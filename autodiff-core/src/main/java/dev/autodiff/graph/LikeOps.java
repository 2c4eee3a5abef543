package dev.autodiff.graph;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.Arrays;
import java.util.List;

/**
 * Operations that gradients need and users do not write. Most take the shape of another tensor, which may be known only
 * at run time; that other tensor's values do not matter and need not be computed.
 */
public final class LikeOps {
    public static final OpType BROADCAST_LIKE = new OpType("broadcastLike", BroadcastLike::new);
    public static final OpType SUM_LIKE = new OpType("sumLike", SumLike::new);
    public static final OpType RESHAPE_LIKE = new OpType("reshapeLike", ReshapeLike::new);
    public static final OpType COUNT = new OpType("count");

    /** The least result of {@link #COUNT}. */
    public static final Attribute<Integer> LEAST = new Attribute<>("least", 0);

    /** 0, but NaN for NaN: the derivative of functions where they are constant. */
    public static final OpType NAN_OR_ZERO = ElementwiseOp.notDifferentiable(
            "nanOrZero",
            "NaN where x is NaN, else 0",
            (ir, in) -> ir.map(
                    Elementwise.MINIMUM,
                    ir.map(Elementwise.ABS, in.get(0)),
                    ir.number(in.get(0).dtype(), 0)));

    private LikeOps() {}

    /** Returns x repeated to the shape of another tensor. */
    static Tensor broadcastLike(Tensor x, Tensor like) {
        return known(x, like) ? x : BROADCAST_LIKE.apply(x, like);
    }

    /** Returns x summed over the axes along which it was repeated from the shape of another tensor. */
    static Tensor sumLike(Tensor x, Tensor like) {
        return known(x, like) ? x : SUM_LIKE.apply(x, like);
    }

    /** Returns the elements of x in the shape of another tensor. */
    static Tensor reshapeLike(Tensor x, Tensor like) {
        return known(x, like) ? x : RESHAPE_LIKE.apply(x, like);
    }

    private static boolean known(Tensor x, Tensor like) {
        return x.shape().isKnown() && x.shape().equals(like.shape());
    }

    /** Returns the number of elements along the axes. */
    static double count(Shape shape, int[] axes) {
        double count = 1;
        for (int axis : Checks.axes(shape, axes)) {
            count *= shape.dim(axis);
        }
        return count;
    }

    /** An operation on operand 0 that takes the shape of another operand. */
    abstract static class Like extends Op {
        private final int shapeFrom;

        /** Takes the shape of operand 1. */
        Like(OpType type) {
            this(type, 1);
        }

        Like(OpType type, int shapeFrom) {
            super(type);
            this.shapeFrom = shapeFrom;
        }

        @Override
        public List<String> symbols(int operands) {
            return operands == 2 ? List.of("x", "like") : super.symbols(operands);
        }

        @Override
        protected final TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), in.get(shapeFrom).shape());
        }

        @Override
        public final boolean isDifferentiable(int input) {
            return input == 0;
        }
    }

    private static final class BroadcastLike extends Like {
        BroadcastLike(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "x repeated to the shape of like";
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
        SumLike(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "Σ x down to the shape of like";
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
        ReshapeLike(OpType type) {
            super(type);
        }

        @Override
        public String formula() {
            return "x in the shape of like";
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
        private final int least;

        /**
         * Creates the operation.
         *
         * @param least the result where there are fewer elements: 1 keeps a division by the number of none defined
         */
        Count(int[] axes, int least) {
            super(COUNT);
            this.axes = axes.clone();
            this.least = least;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(Reductions.AXES, axes).with(LEAST, least);
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
            return ir.number(in.get(0).dtype(), Math.max(least, count(in.get(0).shape(), axes)));
        }
    }
}
