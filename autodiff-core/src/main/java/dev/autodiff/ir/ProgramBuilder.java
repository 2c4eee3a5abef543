package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a program, taken in order. All shapes are concrete; operands that do not fit are a defect of the
 * caller, which checks them first and explains what is wrong.
 *
 * <p>Equal operations are shared, and a {@link Rewriter} may replace what is added, so the value returned may be an
 * earlier one. Not safe for use by several threads.
 */
public final class ProgramBuilder {
    /** The fewest places of images that are summed one by one. */
    private static final int LEAST_PLACES = 64;

    private final Rewriter rewriter;
    private final boolean share;
    private final List<Value> values = new ArrayList<>();
    private final Map<Key, Value> shared = new HashMap<>();
    private final Map<State, Value> assigns = new LinkedHashMap<>();
    private final Map<State, Value> stateReads = new LinkedHashMap<>();
    private int inputs;
    private int randomNodes;
    private int nextRandom;
    private @Nullable Object origin;

    /** The identity of a value: two with equal keys are the same, see {@link Primitive#parameters}. */
    private static final class Key {
        private final Primitive primitive;
        private final DType dtype;
        private final Shape shape;
        private final List<Value> operands;
        private final int hash;

        Key(Primitive primitive, DType dtype, Shape shape, List<Value> operands) {
            this.primitive = primitive;
            this.dtype = dtype;
            this.shape = shape;
            this.operands = operands;
            int result = 31 * primitive.parameters().hashCode()
                    + primitive.getClass().hashCode();
            result = 31 * result + shape.hashCode();
            for (Value operand : operands) {
                result = 31 * result + operand.id();
            }
            this.hash = result;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && primitive.getClass() == key.primitive.getClass()
                    && dtype == key.dtype
                    && operands.equals(key.operands) // values are equal only to themselves
                    && shape.equals(key.shape)
                    && primitive.parameters().equals(key.primitive.parameters());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * Creates a builder.
     *
     * @param rewriter the simplifications that are made while operations are added
     * @param share true if equal operations on equal operands are added once
     */
    public ProgramBuilder(Rewriter rewriter, boolean share) {
        this.rewriter = rewriter;
        this.share = share;
    }

    /** Returns a builder of another computation, with the same simplifications. */
    ProgramBuilder another() {
        return new ProgramBuilder(rewriter, share);
    }

    /** Sets the origin of the operations that follow, an opaque object that errors and probes report. */
    public void origin(@Nullable Object newOrigin) {
        this.origin = newOrigin;
    }

    /** Returns the origin of the operations that follow. */
    @Nullable Object origin() {
        return origin;
    }

    // ---- leaves ----

    /** Returns a constant array, used without copying. */
    public Value constant(NDArray value) {
        return addLeaf(new Constant(value), value.dtype(), value.shape());
    }

    /** Returns a constant scalar, rounded to the type. */
    public Value number(DType dtype, double value) {
        return constant(NDArray.full(dtype, Shape.scalar(), value));
    }

    /** Returns the next array to be fed; inputs are fed in the order of these calls. */
    public Value input(DType dtype, Shape shape) {
        return addLeaf(new Input(inputs++), dtype, shape);
    }

    /** Returns the value of a state before the run, whatever is assigned in it. */
    public Value state(State state) {
        Value known = stateReads.get(state);
        if (known == null) {
            known = addLeaf(new StateRead(state), state.dtype(), state.shape());
            stateReads.put(state, known);
        }
        return known;
    }

    /**
     * Sets the number of the next random operation, from which those that follow it are counted. It decides, with seed
     * and run, which numbers are drawn; the first one is 0 by default.
     */
    public void numberRandom(int next) {
        nextRandom = next;
    }

    /** Returns uniform random numbers in [0, 1), other ones for each call of this method and each run. */
    public Value uniform(DType dtype, Shape shape) {
        int node = nextRandom++;
        randomNodes++;
        Value key0 = addLeaf(new RandomKey(node, 0), dtype, Shape.scalar());
        Value key1 = addLeaf(new RandomKey(node, 1), dtype, Shape.scalar());
        return add(new Pointwise(Elementwise.UNIFORM), dtype, shape, List.of(key0, key1));
    }

    // ---- operations ----

    /** Returns an elementwise operation; shapes broadcast, types are equal and the result has the same. */
    public Value map(Elementwise op, Value... operands) {
        Shape shape = operands[0].shape();
        for (Value operand : operands) {
            shape = Shape.broadcast(shape, operand.shape());
            require(operand.dtype() == operands[0].dtype(), "operands of one type", operand);
        }
        return emit(new Pointwise(op), operands[0].dtype(), shape, operands);
    }

    /** Returns the value repeated to a shape that it broadcasts to. */
    public Value broadcast(Value x, Shape shape) {
        if (!Shape.canBroadcast(x.shape(), shape)
                || !Shape.broadcast(x.shape(), shape).equals(shape)) {
            throw unexpected("a shape that can be repeated to " + shape, x);
        }
        return x.shape().equals(shape) ? x : emit(new Pointwise(Elementwise.COPY), x.dtype(), shape, x);
    }

    /** Reduces over the given axes (0 or more, ascending), which disappear. */
    public Value reduce(Reduction reduction, Value x, int... axes) {
        Value result = withoutOnes(x, axes);
        if (sumsImages(reduction, result, axes)) {
            return reduce(reduction, reduce(reduction, result, 1, 2), 0);
        }
        List<Integer> left = new ArrayList<>();
        int dropped = 0;
        for (int axis : axes) {
            if (x.shape().dim(axis) == 1) {
                dropped++;
            } else {
                left.add(axis - dropped);
            }
        }
        // Neighbouring axes are reduced at once, from the last to the first, so that the others keep their numbers.
        while (!left.isEmpty()) {
            int first = left.size() - 1;
            while (first > 0 && left.get(first - 1) == left.get(first) - 1) {
                first--;
            }
            List<Integer> together = left.subList(first, left.size());
            Shape shape = Shapes.without(result.shape(), together);
            result = emit(new Reduce(reduction, List.copyOf(together)), result.dtype(), shape, result);
            together.clear();
        }
        return result;
    }

    /**
     * Returns whether each channel of images is summed. Then each image is summed by itself at first, which can be done
     * where it has been computed.
     */
    private static boolean sumsImages(Reduction reduction, Value x, int... axes) {
        Shape shape = x.shape();
        return reduction == Reduction.SUM
                && x.dtype().isFloating()
                && Arrays.equals(axes, new int[] {0, 1, 2})
                && shape.rank() == 4
                && shape.dim(1) * shape.dim(2) >= LEAST_PLACES;
    }

    /** Drops those of the axes that have length 1: over one element, every reduction is that element. */
    private Value withoutOnes(Value x, int[] axes) {
        List<Integer> ones = new ArrayList<>();
        for (int axis : axes) {
            if (x.shape().dim(axis) == 1) {
                ones.add(axis);
            }
        }
        return ones.isEmpty() ? x : reshape(x, Shapes.without(x.shape(), ones));
    }

    /** Returns the position of the first largest (or smallest) element along an axis, which disappears, as INT32. */
    public Value argReduce(boolean largest, Value x, int axis) {
        require(x.shape().dim(axis) > 0, "elements to choose from along axis " + axis, x);
        return emit(new ArgReduce(largest, axis), DType.INT32, Shapes.without(x.shape(), List.of(axis)), x);
    }

    /** Returns the positions along an axis in the order of the elements, as INT32. */
    public Value argSort(Value x, int axis, boolean descending) {
        return emit(new ArgSort(axis, descending), DType.INT32, x.shape(), x);
    }

    /** Returns the sums of the elements along an axis up to each place; with {@code reverse} from each on. */
    public Value cumulativeSum(Value x, int axis, boolean reverse) {
        return emit(new Scan(axis, reverse), x.dtype(), x.shape(), x);
    }

    /** Returns y with y[i] = g[i] + a[i] * y[i - 1] along an axis; with {@code reverse}, i + 1 instead of i - 1. */
    public Value recurrence(Value g, Value a, int axis, boolean reverse) {
        require(a.shape().equals(g.shape()) && a.dtype() == g.dtype(), "the type and shape of the first operand", a);
        return emit(new Scan(axis, reverse), g.dtype(), g.shape(), g, a);
    }

    /**
     * Returns the matrix product of the last two axes of operands of rank 2 or more, each transposed first if asked
     * for; leading axes broadcast.
     */
    public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
        Matmul matmul = new Matmul(transposeA, transposeB);
        require(matmul.depth(a) == b.shape().dim(transposeB ? -1 : -2), "equal inner dimensions", b);
        return emit(matmul, a.dtype(), matmul.shape(a, b), a, b);
    }

    /**
     * Returns the convolution of images {@code [images, height, width, channels]} with weights {@code [height, width,
     * channels / groups, outputs]}, see {@link Convolution}.
     *
     * @param height the windows along the second axis of the result
     * @param width the windows along the third axis of the result
     */
    public Value convolution(Value x, Value weights, Window window, int groups, int height, int width) {
        Shape shape = Shape.of(x.shape().dim(0), height, width, weights.shape().dim(3));
        return emit(new Convolution(Convolution.Form.OUTPUT, window, groups, 1), x.dtype(), shape, x, weights);
    }

    /**
     * Returns the gradient of a convolution's images, from that of its result.
     *
     * @param height the length of the second axis of the images
     * @param width the length of the third axis of the images
     */
    public Value convolutionImage(Value dy, Value weights, Window window, int groups, int height, int width) {
        int channels = weights.shape().dim(2) * groups;
        Shape shape = Shape.of(dy.shape().dim(0), height, width, channels);
        return emit(new Convolution(Convolution.Form.IMAGE, window, groups, 1), dy.dtype(), shape, dy, weights);
    }

    /** Returns the gradient of a convolution's weights, from its images and the gradient of its result. */
    public Value convolutionWeights(Value x, Value dy, Window window, int groups) {
        Convolution one = new Convolution(Convolution.Form.WEIGHTS, window, groups, 1);
        int blocks = Convolution.blocksFor(x.shape(), one.blocks(x.shape(), dy.shape()));
        Convolution parts = new Convolution(Convolution.Form.WEIGHTS, window, groups, blocks);
        return reduce(Reduction.SUM, emit(parts, x.dtype(), parts.blocks(x.shape(), dy.shape()), x, dy), 0);
    }

    /**
     * Returns, for each window, the element of an image where another of the same shape is largest, see {@link
     * MaxPool}.
     *
     * @param height the windows along the second axis of the result
     * @param width the windows along the third axis of the result
     */
    public Value maxPool(Value x, Value chosen, Window window, int height, int width) {
        Shape shape = x.shape().with(1, height).with(2, width);
        return emit(new MaxPool(MaxPool.Form.OUTPUT, window), x.dtype(), shape, x, chosen);
    }

    /** Returns zeros of the shape of an image, with one element for each window added where the image is largest. */
    public Value maxPoolImage(Value x, Value dy, Window window) {
        return emit(new MaxPool(MaxPool.Form.IMAGE, window), x.dtype(), x.shape(), x, dy);
    }

    /** Returns the softmax along the last axis, or its logarithm. */
    public Value softmax(Value x, boolean log) {
        return emit(new Softmax(log), x.dtype(), x.shape(), x);
    }

    /** Returns the softmax cross-entropy along the last axis, which disappears; both operands of one shape. */
    public Value crossEntropy(Value logits, Value labels) {
        require(logits.shape().equals(labels.shape()), "labels of the shape of the logits", labels);
        return emit(new CrossEntropy(), logits.dtype(), Shapes.withoutLast(logits.shape()), logits, labels);
    }

    /** Returns an attention; the operands are those that {@link Attention} names, of which the mask may be missing. */
    public Value attention(Attention attention, Value... operands) {
        return emit(attention, operands[0].dtype(), attention.shape(List.of(operands)), operands);
    }

    /** Returns the gradient of an attention; the last operand is the gradient of its result. */
    public Value attentionGradient(Attention attention, Value... operands) {
        AttentionGradient gradient = new AttentionGradient(attention);
        return emit(gradient, operands[0].dtype(), gradient.shape(List.of(operands)), operands);
    }

    /** Returns the same elements in another shape of the same size. */
    public Value reshape(Value x, Shape shape) {
        require(x.size() == shape.size(), "as many elements", x);
        return emit(new Reshape(), x.dtype(), shape, x);
    }

    /** Returns the axes in another order: axis i of the result is axis {@code permutation[i]} of the operand. */
    public Value transpose(Value x, int... permutation) {
        Transpose transpose = new Transpose(Arrays.stream(permutation).boxed().toList());
        return emit(transpose, x.dtype(), transpose.shape(x), x);
    }

    /** Returns the block of the given shape that starts at the given index. */
    public Value slice(Value x, int[] starts, Shape shape) {
        return emit(new Slice(Arrays.stream(starts).boxed().toList()), x.dtype(), shape, x);
    }

    /** Returns zeros of the given shape with the operand as a block that starts at the given index. */
    public Value pad(Value x, int[] starts, Shape shape) {
        return emit(new Pad(Arrays.stream(starts).boxed().toList()), x.dtype(), shape, x);
    }

    /** Returns the operands one after the other along an axis. */
    public Value concat(int axis, Value... operands) {
        long total = 0;
        for (Value operand : operands) {
            total += operand.shape().dim(axis);
            Shape fitting = operands[0].shape().with(axis, operand.shape().dim(axis));
            if (!operand.shape().equals(fitting)) {
                throw unexpected("shape " + fitting + ", as that of the first", operand);
            }
        }
        require(total <= Integer.MAX_VALUE, "at most " + Integer.MAX_VALUE + " slices together", operands[0]);
        return emit(new Concat(axis), operands[0].dtype(), operands[0].shape().with(axis, (int) total), operands);
    }

    /** Returns slices of x along an axis at INT32 indices, whose axes take the place of that axis. */
    public Value gather(Value x, Value indices, int axis) {
        require(indices.dtype() == DType.INT32, "INT32 indices", indices);
        Gather gather = new Gather(axis);
        return emit(gather, x.dtype(), gather.shape(x.shape(), indices.shape()), x, indices);
    }

    /** Returns zeros of a shape to which slices are added along an axis at indices: the gradient of gather. */
    public Value scatterAdd(Value updates, Value indices, int axis, Shape shape) {
        return emit(new ScatterAdd(axis), updates.dtype(), shape, updates, indices);
    }

    /** Returns for each element of an INT32 vector the place of the first element that is equal to it. */
    public Value firstPlaces(Value x) {
        return emit(new FirstPlaces(), DType.INT32, x.shape(), x);
    }

    /** Returns x with other slices at INT32 indices of its first axis; of several for one index, the first counts. */
    public Value putRows(Value x, Value indices, Value rows) {
        return emit(new PutRows(), x.dtype(), x.shape(), x, indices, rows);
    }

    /** Returns a new last axis of the given length with 1 at the INT32 index and 0 elsewhere. */
    public Value oneHot(Value indices, int length, DType dtype) {
        int[] dims = Arrays.copyOf(indices.shape().dims(), indices.shape().rank() + 1);
        dims[dims.length - 1] = length;
        return emit(new OneHot(), dtype, Shape.of(dims), indices);
    }

    /** Returns the elements converted to a type, as Java converts. */
    public Value cast(Value x, DType dtype) {
        return x.dtype() == dtype ? x : emit(new Cast(), dtype, x.shape(), x);
    }

    /** Returns the first slices of x along its first axis. */
    public Value prefix(Value x, int count) {
        return x.shape().dim(0) == count
                ? x
                : emit(new Prefix(), x.dtype(), x.shape().with(0, count), x);
    }

    /** Returns a computation in plain Java. */
    public Value call(String name, HostFunction function, DType dtype, Shape shape, Value... operands) {
        return emit(new Call(name, function), dtype, shape, operands);
    }

    /**
     * Writes a value into a state after everything else in the run has read it.
     *
     * @throws IllegalArgumentException if the state is assigned a second time
     */
    public void assign(State state, Value value) {
        require(value.dtype() == state.dtype() && value.shape().equals(state.shape()), "the state's type", value);
        boolean computed = !value.isLeaf() && value.root() == value;
        Value producer =
                computed ? value : add(new Pointwise(Elementwise.COPY), value.dtype(), value.shape(), List.of(value));
        if (assigns.putIfAbsent(state, producer) != null) {
            throw new IllegalArgumentException("A state is assigned twice in one run");
        }
    }

    /** Returns the computation of the given values and of all assignments, for the compiler. */
    public Computation build(List<Value> outputs) {
        return new Computation(values, outputs, assigns, inputs, randomNodes);
    }

    // ---- how values are added ----

    private Value emit(Operation operation, DType dtype, Shape shape, Value... operands) {
        List<Value> in = List.of(operands);
        Value other = rewriter.rewrite(this, operation, dtype, shape, in);
        return other != null ? other : add(operation, dtype, shape, in);
    }

    private Value addLeaf(Leaf leaf, DType dtype, Shape shape) {
        return addOrFind(leaf, dtype, shape, List.of());
    }

    /** Adds an operation as it is, without asking the rewriter, or finds the equal one. For rewriters. */
    public Value add(Operation operation, DType dtype, Shape shape, List<Value> operands) {
        return addOrFind(operation, dtype, shape, operands);
    }

    private Value addOrFind(Primitive primitive, DType dtype, Shape shape, List<Value> operands) {
        if (!share) {
            return append(primitive, dtype, shape, operands);
        }
        Key key = new Key(primitive, dtype, shape, operands);
        Value known = shared.get(key);
        if (known == null) {
            known = append(primitive, dtype, shape, operands);
            shared.put(key, known);
        }
        return known;
    }

    private Value append(Primitive primitive, DType dtype, Shape shape, List<Value> operands) {
        Value value = new Value(values.size(), primitive, dtype, shape, origin, operands);
        try {
            primitive.verify(value);
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        values.add(value);
        return value;
    }

    private static void require(boolean holds, String expected, Value found) {
        if (!holds) {
            throw unexpected(expected, found);
        }
    }

    private static IllegalArgumentException unexpected(String expected, Value found) {
        return new IllegalArgumentException("Expected " + expected + ", found " + found.dtype() + " " + found.shape());
    }
}
