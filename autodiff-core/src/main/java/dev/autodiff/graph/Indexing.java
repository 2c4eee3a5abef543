package dev.autodiff.graph;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Value;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts of tensors, and tensors put together from parts.
 *
 * <pre>{@code
 * Tensor x = Tensors.constant(new double[][] {{1, 2, 3}, {4, 5, 6}});
 * Tensor block = Indexing.slice(x, new int[] {0, 1}, new int[] {-1, 2});    // [[2.0, 3.0], [5.0, 6.0]]
 * Tensor joined = Indexing.concat(0, block, Tensors.constant(new double[][] {{7, 8}}));
 * Tensor second = Indexing.gather(joined, Tensors.constant(1, 2), 0);         // [[5.0, 6.0], [7.0, 8.0]]
 * Tensor coded = Indexing.oneHot(Tensors.constant(2, 0), 3, DType.FLOAT32);   // [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
 * }</pre>
 */
public final class Indexing {
    public static final OpType SLICE = new OpType("slice");
    public static final OpType CONCAT = new OpType("concat");
    public static final OpType GATHER = new OpType("gather");
    public static final OpType ONE_HOT = new OpType("oneHot");

    /** The index of the first element of a block, one number for each axis. */
    public static final Attribute<List<Integer>> STARTS = new Attribute<>("starts");

    /** The sizes of a block, one for each axis; -1 reaches to the end. */
    public static final Attribute<List<Integer>> SIZES = new Attribute<>("sizes");

    /** The axis along which tensors are joined or slices are taken; negative ones count from the end. */
    public static final Attribute<Integer> AXIS = new Attribute<>("axis");

    /** The number of classes, which is the length of the axis that {@link #ONE_HOT} adds. */
    public static final Attribute<Integer> CLASSES = new Attribute<>("classes");

    /** The type that {@link #ONE_HOT} makes. */
    public static final Attribute<DType> DTYPE = new Attribute<>("dtype", DType.FLOAT32);

    private Indexing() {}

    /**
     * Returns the block that starts at an index and has the given sizes, with one number for each axis.
     *
     * @param starts the index of the first element, 0 or more along each axis
     * @param sizes the shape of the block; -1 reaches to the end of the axis
     * @throws GraphException if the block is not within the tensor
     */
    public static Tensor slice(Tensor x, int[] starts, int[] sizes) {
        return new Slice(starts, sizes).apply(x);
    }

    /**
     * Returns the tensors one after the other along an axis.
     *
     * @throws GraphException if there is none, or other dimensions or types differ
     */
    public static Tensor concat(int axis, Tensor... xs) {
        if (xs.length == 0) {
            throw GraphErrors.mistake("concat", "needs at least one tensor");
        }
        return new Concat(axis).apply(xs);
    }

    /**
     * Returns tensors of one shape side by side along a new axis.
     *
     * @throws GraphException if there is none, or shapes or types differ
     */
    public static Tensor stack(int axis, Tensor... xs) {
        if (xs.length == 0) {
            throw GraphErrors.mistake("stack", "needs at least one tensor");
        }
        Tensor[] expanded = Arrays.stream(xs).map(x -> x.expandDims(axis)).toArray(Tensor[]::new);
        return concat(axis, expanded);
    }

    /**
     * Returns slices along an axis, such as rows of a table: {@code [a, n, b]} at indices {@code [i]} along axis 1
     * gives {@code [a, i, b]}. An index that occurs more than once receives the sum of the gradients.
     *
     * @param indices the INT32 indices, from 0 to the axis's length - 1, checked at run time; of any shape, whose axes
     *     take the place of the axis
     */
    public static Tensor gather(Tensor x, Tensor indices, int axis) {
        return new Gather(axis).apply(x, indices);
    }

    /**
     * Returns rows with 1 at the class number and 0 elsewhere: {@code [...] -> [..., classes]}.
     *
     * @param labels the INT32 class numbers, from 0 to classes - 1; another number is an error at run time
     */
    public static Tensor oneHot(Tensor labels, int classes, DType dtype) {
        return new OneHot(classes, dtype).apply(labels);
    }

    private static final class Slice extends Op {
        private final int[] starts;
        private final int[] sizes;

        Slice(int[] starts, int[] sizes) {
            super(SLICE);
            this.starts = starts.clone();
            this.sizes = sizes.clone();
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(STARTS, starts).with(SIZES, sizes);
        }

        @Override
        public String formula() {
            return "x from " + Arrays.toString(starts) + " of size " + Arrays.toString(sizes);
        }

        @Override
        public String rule(int input) {
            return "dy in its place, 0 elsewhere";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            return new TensorType(in.get(0).dtype(), target(in.get(0).shape()));
        }

        private Shape target(Shape shape) {
            int rank = shape.rank();
            if (starts.length != rank || sizes.length != rank) {
                throw new GraphException("a block of " + shape + " takes " + rank + " starts and sizes, not "
                        + starts.length + " and " + sizes.length);
            }
            int[] dims = new int[rank];
            for (int axis = 0; axis < rank; axis++) {
                int dim = shape.dim(axis);
                boolean open = sizes[axis] == -1;
                dims[axis] = !open ? sizes[axis] : dim == Shape.UNKNOWN ? Shape.UNKNOWN : dim - starts[axis];
                boolean outside = dim != Shape.UNKNOWN && starts[axis] + (long) Math.max(0, dims[axis]) > dim;
                if (starts[axis] < 0 || sizes[axis] < -1 || outside || (open && dims[axis] < Shape.UNKNOWN)) {
                    throw new GraphException("the block from " + Arrays.toString(starts) + " of size "
                            + Arrays.toString(sizes) + " is not within " + shape + " along axis " + axis);
                }
            }
            return Shape.of(dims);
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return IndexingGradients.padLike(dy, starts, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.slice(in.get(0), starts, target(in.get(0).shape()));
        }
    }

    private static final class Concat extends Op {
        /** The number of operands up to which a formula names them all. */
        private static final int MOST_NAMED = 6;

        private final int axis;
        /** The places that the last result's contributions share; no part of what the operation is. */
        private transient volatile @Nullable Offsets offsets;

        /** The places of the operands of a result, one node for the contributions to all of them. */
        private record Offsets(Tensor y, Tensor offsets) {}

        Concat(int axis) {
            super(CONCAT);
            this.axis = axis;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(AXIS, axis);
        }

        @Override
        public String formula() {
            return formula(2);
        }

        @Override
        public String formula(int operands) {
            List<String> words = symbols(operands);
            String joined = operands <= MOST_NAMED
                    ? String.join(", ", words)
                    : String.join(", ", words.subList(0, 2)) + ", …, " + words.get(operands - 1);
            return joined + " joined along axis " + axis;
        }

        @Override
        public String rule(int input) {
            return "part " + (input + 1) + " of dy along axis " + axis;
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape first = in.get(0).shape();
            if (first.isScalar()) {
                throw new GraphException("scalars cannot be joined along an axis; use stack(0, ...)");
            }
            int along = first.axis(axis);
            long total = 0;
            Shape merged = first;
            for (Tensor x : in) {
                Shape shape = x.shape();
                if (shape.rank() != first.rank()
                        || !merged.with(along, Shape.UNKNOWN).accepts(shape.with(along, Shape.UNKNOWN))) {
                    throw new GraphException("shapes " + first + " and " + shape + " differ in another axis than "
                            + along + ", along which they are joined");
                }
                int dim = shape.dim(along);
                total = dim == Shape.UNKNOWN || total == Shape.UNKNOWN ? Shape.UNKNOWN : total + dim;
                for (int other = 0; other < shape.rank(); other++) {
                    if (merged.dim(other) == Shape.UNKNOWN) {
                        merged = merged.with(other, shape.dim(other));
                    }
                }
            }
            if (total > Integer.MAX_VALUE) {
                throw new GraphException("the operands have " + total + " slices together along axis " + along
                        + ", and an axis has at most " + Integer.MAX_VALUE);
            }
            return new TensorType(Checks.sameType(in), merged.with(along, (int) total));
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            return IndexingGradients.part(dy, axis, input, in.get(input), offsets(y));
        }

        private Tensor offsets(Tensor y) {
            Offsets known = offsets;
            if (known == null || known.y != y) {
                known = new Offsets(y, IndexingGradients.offsets(axis, y.inputs()));
                offsets = known;
            }
            return known.offsets;
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.concat(in.get(0).shape().axis(axis), in.toArray(Value[]::new));
        }
    }

    /**
     * Returns x with updates added at places along an axis, several at the same one too: PyTorch's {@code index_add},
     * which is what the gradient of {@link #gather} does. Sums of segments are added to zeros:
     *
     * <pre>{@code
     * Tensor segments = Tensors.constant(0, 1, 0, 1);
     * Tensor numbers = Tensors.constant(1f, 2f, 3f, 4f);
     * Tensor sums = Indexing.addAt(Tensors.zeros(3), segments, numbers, 0); // [4.0, 6.0, 0.0]
     * }</pre>
     *
     * @param indices places from 0 (INT32), of any shape
     * @param updates the numbers to add, in the shape that {@link #gather} of x at these places has
     * @param axis the axis; negative ones count from the end
     * @throws GraphException if the shapes do not fit; a place that does not exist is an error when it is run
     */
    public static Tensor addAt(Tensor x, Tensor indices, Tensor updates, int axis) {
        Shape taken = gather(x, indices, axis).shape();
        if (!taken.accepts(updates.shape())) {
            throw GraphErrors.mistake(
                    "addAt",
                    "the updates have shape " + updates.shape() + ", but at these places there is room for " + taken,
                    x,
                    indices,
                    updates);
        }
        return x.add(IndexingGradients.scatterAdd(updates, indices, x.shape().axis(axis), x));
    }

    private static final class Gather extends Op {
        private final int axis;

        Gather(int axis) {
            super(GATHER);
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
            return "x[i]";
        }

        @Override
        public String rule(int input) {
            return input == 0 ? "zeros with dy added at the places i" : "none: indices are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Shape shape = in.get(0).shape();
            Checks.integers(in.get(1), "indices");
            if (shape.isScalar()) {
                throw new GraphException("a scalar has no axis to choose from");
            }
            int along = shape.axis(axis);
            int[] indices = in.get(1).shape().dims();
            int[] dims = new int[shape.rank() - 1 + indices.length];
            System.arraycopy(shape.dims(), 0, dims, 0, along);
            System.arraycopy(indices, 0, dims, along, indices.length);
            System.arraycopy(shape.dims(), along + 1, dims, along + indices.length, shape.rank() - along - 1);
            return new TensorType(in.get(0).dtype(), Shape.of(dims));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return input == 0;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            int along = in.get(0).shape().axis(axis);
            return IndexingGradients.scatterAdd(dy, in.get(1), along, in.get(0));
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.gather(in.get(0), in.get(1), in.get(0).shape().axis(axis));
        }
    }

    private static final class OneHot extends Op {
        private final int classes;
        private final DType dtype;

        OneHot(int classes, DType dtype) {
            super(ONE_HOT);
            this.classes = classes;
            this.dtype = dtype;
        }

        @Override
        public Attributes attributes() {
            return Attributes.of(CLASSES, classes).with(DTYPE, dtype);
        }

        @Override
        public String formula() {
            return "1 at class x, else 0";
        }

        @Override
        public String rule(int input) {
            return "none: labels are whole numbers";
        }

        @Override
        protected TensorType infer(List<Tensor> in) {
            Checks.integers(in.get(0), "labels");
            if (classes < 1) {
                throw new GraphException("the number of classes must be at least 1, not " + classes);
            }
            int[] dims =
                    Arrays.copyOf(in.get(0).shape().dims(), in.get(0).shape().rank() + 1);
            dims[dims.length - 1] = classes;
            return new TensorType(dtype, Shape.of(dims));
        }

        @Override
        public boolean isDifferentiable(int input) {
            return false;
        }

        @Override
        protected Tensor gradient(int input, Tensor y, List<Tensor> in, Tensor dy) {
            throw new IllegalStateException("Labels are not differentiated");
        }

        @Override
        protected Value lower(ProgramBuilder ir, List<Value> in) {
            return ir.oneHot(in.get(0), classes, dtype);
        }
    }
}
