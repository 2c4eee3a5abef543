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
 * Tensor taken = Sorting.takeAlong(x, places, 0); // [4.0, 3.0]
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

    /** True if positions are a user's, and looked at before they are used. */
    public static final Attribute<Boolean> CHECKED = new Attribute<>("checked", true);

    private Sorting() {}

    /** Returns the elements along an axis from the smallest to the largest. */
    public static Tensor sort(Tensor x, int axis) {
        return sort(x, axis, false);
    }

    /** Returns the elements along an axis in order, with {@code descending} from the largest to the smallest. */
    public static Tensor sort(Tensor x, int axis, boolean descending) {
        return new TakeAlong(axis, false).apply(x, argsort(x, axis, descending));
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
        return new TakeAlong(axis, false).apply(x, argTopK(x, k, axis));
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

    /**
     * Returns the elements at positions along an axis: PyTorch's {@code gather}, NumPy's {@code take_along_axis}.
     *
     * <pre>{@code
     * Tensor values = Tensors.constant(new double[][] {{1, 2, 3}, {4, 5, 6}});
     * Tensor chosen = Tensors.constant(2, 0).expandDims(1);
     * Tensor ofChosen = Sorting.takeAlong(values, chosen, 1); // [[3.0], [4.0]]
     * }</pre>
     *
     * <p>{@link Indexing#gather} takes the same positions everywhere.
     *
     * @param positions positions from 0 (INT32), in a shape like that of x except along the axis
     * @param axis the axis; negative ones count from the end
     * @throws GraphException if the shapes differ along another axis, now or when the graph is run; a position that
     *     does not exist is an error when it is run
     */
    public static Tensor takeAlong(Tensor x, Tensor positions, int axis) {
        return new TakeAlong(axis, true).apply(x, positions);
    }

    /**
     * Returns x with updates added at positions along an axis, several at the same one too: PyTorch's {@code
     * scatter_add}, which is what the gradient of {@link #takeAlong} does.
     *
     * @param positions positions from 0 (INT32), in a shape like that of x except along the axis
     * @param updates the numbers to add, in the shape of the positions
     * @param axis the axis; negative ones count from the end
     * @throws GraphException as {@link #takeAlong}
     */
    public static Tensor addAlong(Tensor x, Tensor positions, Tensor updates, int axis) {
        Shape taken = takeAlong(x, positions, axis).shape();
        if (!taken.accepts(updates.shape())) {
            throw GraphErrors.mistake(
                    "addAlong",
                    "the updates have shape " + updates.shape() + ", but the positions " + taken,
                    x,
                    positions,
                    updates);
        }
        return x.add(new ScatterAlong(axis, true).apply(updates, positions, x));
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

    /** Refuses positions in a shape that differs along another axis. */
    private static void checkShapes(Shape x, Shape positions, int axis) {
        if (positions.rank() != x.rank() || !x.with(axis, Shape.UNKNOWN).accepts(positions.with(axis, Shape.UNKNOWN))) {
            throw new GraphException("positions have the shape of x but along axis " + axis + ", and " + positions
                    + " differs from " + x + " elsewhere"
                    + (positions.rank() == x.rank() - 1
                            ? "; for one place of each row, give positions.expandDims(" + axis
                                    + "), and the result squeeze(" + axis + ")"
                            : ""));
        }
    }

    /**
     * Returns positions along an axis of x as positions in all of x, row by row.
     *
     * @param isChecked true if positions are a user's, who may be wrong
     */
    private static Value flat(ProgramBuilder ir, Value given, Shape x, int axis, boolean isChecked) {
        Value positions = given;
        if (isChecked) {
            checkShapes(x, given.shape(), axis);
            int[] numbers = new int[x.dim(axis)];
            Arrays.setAll(numbers, i -> i);
            positions = ir.gather(ir.constant(NDArray.of(numbers)), given, 0); // which refuses those that do not exist
        }
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
        private final boolean isChecked;

        TakeAlong(int axis, boolean isChecked) {
            super(TAKE_ALONG);
            this.axis = axis;
            this.isChecked = isChecked;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(CHECKED, isChecked);
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
            Checks.integers(in.get(1), "positions");
            Shape x = in.get(0).shape();
            Shape positions = in.get(1).shape();
            int along = Checks.axis(x, axis);
            checkShapes(x, positions, along);
            int[] dims = positions.dims();
            for (int i = 0; i < dims.length; i++) {
                dims[i] = i != along && dims[i] == Shape.UNKNOWN ? x.dim(i) : dims[i];
            }
            return new TensorType(in.get(0).dtype(), Shape.of(dims));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input == 0;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return new ScatterAlong(axis, isChecked).apply(dy, in.get(1), in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(0).shape();
            Value elements = ir.reshape(in.get(0), Shape.of(shape.size()));
            return ir.gather(elements, flat(ir, in.get(1), shape, shape.axis(axis), isChecked), 0);
        }
    }

    /** Zeros in the shape of the third operand to which the first is added at positions along an axis. */
    private static final class ScatterAlong extends LikeOps.Like {
        private final int axis;
        private final boolean isChecked;

        ScatterAlong(int axis, boolean isChecked) {
            super(SCATTER_ALONG, 2);
            this.axis = axis;
            this.isChecked = isChecked;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis).with(CHECKED, isChecked);
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
            return new TakeAlong(axis, isChecked).apply(dy, in.get(1));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            Shape shape = in.get(2).shape();
            Value at = flat(ir, in.get(1), shape, shape.axis(axis), isChecked);
            return ir.reshape(ir.scatterAdd(in.get(0), at, 0, Shape.of(shape.size())), shape);
        }
    }
}
