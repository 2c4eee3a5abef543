package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.math.Elementwise;
import java.util.Arrays;
import java.util.List;

/**
 * Elements along an axis in the order of their values. Equal ones keep their order, and NaN counts as the largest, as
 * in PyTorch. The gradient goes to the elements that were taken.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(3.0, 1.0, 4.0, 2.0);
 * Tensor rising = Sorting.sort(x, 0);             // [1.0, 2.0, 3.0, 4.0]
 * Tensor order = Sorting.argsort(x, 0);           // [1, 3, 0, 2]
 * Tensor best = Sorting.topK(x, 2, 0);            // [4.0, 3.0]
 * Tensor places = Sorting.argTopK(x, 2, 0);       // [2, 0]
 * }</pre>
 */
public final class Sorting {
    public static final OpType ARGSORT = new OpType("argsort");
    public static final OpType TAKE_ALONG = new OpType("takeAlong");
    public static final OpType SCATTER_ALONG = new OpType("scatterAlong");

    /** The axis along which elements are ordered; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    /** The choice to begin with the largest. */
    public static final Attribute<Boolean> DESCENDING = new Attribute<>("descending", false);

    private Sorting() {}

    /** Returns the elements along an axis from the smallest to the largest. */
    public static Tensor sort(Tensor x, int axis) {
        return sort(x, axis, false);
    }

    /** Returns the elements along an axis in order, with {@code descending} from the largest to the smallest. */
    public static Tensor sort(Tensor x, int axis, boolean descending) {
        return new TakeAlong(axis).apply(x, argsort(x, axis, descending));
    }

    /** Returns the positions (INT32) of the elements along an axis from the smallest to the largest. */
    public static Tensor argsort(Tensor x, int axis) {
        return argsort(x, axis, false);
    }

    /** Returns the positions (INT32) of the elements in order, with {@code descending} from the largest on. */
    public static Tensor argsort(Tensor x, int axis, boolean descending) {
        return new ArgSort(axis, descending).apply(x);
    }

    /**
     * Returns the k largest elements along an axis, the largest first.
     *
     * @throws GraphException if there are fewer than k
     */
    public static Tensor topK(Tensor x, int k, int axis) {
        return new TakeAlong(axis).apply(x, argTopK(x, k, axis));
    }

    /**
     * Returns the positions (INT32) of the k largest elements along an axis, the largest first.
     *
     * @throws GraphException if there are fewer than k
     */
    public static Tensor argTopK(Tensor x, int k, int axis) {
        Tensor order = argsort(x, axis, true);
        int along = x.shape().axis(axis);
        int length = x.shape().dim(along);
        if (k < 0 || (length != Shape.UNKNOWN && k > length)) {
            throw GraphErrors.mistake(
                    "topK", "k must be from 0 to " + length + ", the length of axis " + axis + ", but is " + k, x);
        }
        int[] sizes = new int[x.shape().rank()];
        Arrays.fill(sizes, -1);
        sizes[along] = k;
        return Indexing.slice(order, new int[sizes.length], sizes);
    }

    private static final class ArgSort extends Op {
        private final int axis;
        private final boolean descending;

        ArgSort(int axis, boolean descending) {
            super(ARGSORT);
            this.axis = axis;
            this.descending = descending;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(DESCENDING, descending);
        }

        @Override
        public String formula() {
            return "positions in x from the " + (descending ? "largest" : "smallest") + " on";
        }

        @Override
        public String rule(int input) {
            return "none: a position does not change gradually";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.axis(in.get(0).shape(), axis);
            return new TensorType(DType.INT32, in.get(0).shape());
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
            return ir.argSort(in.get(0), in.get(0).shape().axis(axis), descending);
        }
    }

    /** Returns positions along an axis of x as positions in all of x, row by row. */
    private static Value flat(ProgramBuilder ir, Value positions, Shape x, int axis) {
        int[] dims = positions.shape().dims();
        int inner = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= dims[i];
        }
        int[] base = new int[positions.shape().size()];
        for (int i = 0; i < base.length; i++) {
            int outer = i / (inner * dims[axis]);
            base[i] = outer * inner * x.dim(axis) + i % inner;
        }
        Value scaled = ir.map(Elementwise.MUL, positions, ir.number(DType.INT32, inner));
        return ir.map(Elementwise.ADD, scaled, ir.constant(NDArray.wrap(base, dims)));
    }

    /** The elements of x at positions i along an axis: NumPy's {@code take_along_axis}. */
    private static final class TakeAlong extends Op {
        private final int axis;

        TakeAlong(int axis) {
            super(TAKE_ALONG);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "i");
        }

        @Override
        public String formula() {
            return "x at the positions i along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "zeros with dy at the places i" : "none: positions are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), in.get(1).shape());
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input == 0;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new ScatterAlong(axis).apply(dy, in.get(1), in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(0).shape();
            Value elements = ir.reshape(in.get(0), Shape.of(shape.size()));
            return ir.gather(elements, flat(ir, in.get(1), shape, shape.axis(axis)), 0);
        }
    }

    /** Zeros in the shape of the third operand to which the first is added at positions along an axis. */
    private static final class ScatterAlong extends LikeOps.Like {
        private final int axis;

        ScatterAlong(int axis) {
            super(SCATTER_ALONG, 2);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
        }

        @Override
        public List<String> symbols(int operands) {
            return List.of("x", "i", "like");
        }

        @Override
        public String formula() {
            return "zeros with x added at the positions i along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "dy at the places i" : "none: only shape and places matter";
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new TakeAlong(axis).apply(dy, in.get(1));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(2).shape();
            Value at = flat(ir, in.get(1), shape, shape.axis(axis));
            return ir.reshape(ir.scatterAdd(in.get(0), at, 0, Shape.of(shape.size())), shape);
        }
    }
}
