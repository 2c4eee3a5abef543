package dev.autodiff.program;

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
 * Takes the operations of a program in order and compiles them. All shapes are concrete; operands that do not fit are a
 * defect of the caller, who has checked them with better words.
 *
 * <p>Equal operations are shared, constants folded and useless operations dropped as they are added (see
 * {@link CompileOptions}), so the value returned may be an earlier one. Not safe for use by several threads.
 */
public final class ProgramBuilder {
    /** Larger results are not computed ahead even if they are constant: they would only fill memory. */
    private static final int LARGEST_FOLDED = 1 << 16;

    private final CompileOptions options;
    private final List<Value> values = new ArrayList<>();
    private final Map<Key, Value> shared = new HashMap<>();
    private final Map<State, Value> assigns = new LinkedHashMap<>();
    private final Map<State, Value> stateReads = new LinkedHashMap<>();
    private int inputs;
    private int randomNodes;
    private @Nullable Object origin;

    /** What makes two operations the same; see {@link Kind#parameters}. */
    private static final class Key {
        private final Kind kind;
        private final DType dtype;
        private final Shape shape;
        private final Value[] operands;
        private final int hash;

        Key(Kind kind, DType dtype, Shape shape, Value[] operands) {
            this.kind = kind;
            this.dtype = dtype;
            this.shape = shape;
            this.operands = operands;
            int result = 31 * kind.parameters().hashCode() + kind.getClass().hashCode();
            result = 31 * result + shape.hashCode();
            for (Value operand : operands) {
                result = 31 * result + operand.id;
            }
            this.hash = result;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && hash == key.hash
                    && kind.getClass() == key.kind.getClass()
                    && dtype == key.dtype
                    && Arrays.equals(operands, key.operands) // values are equal only to themselves
                    && shape.equals(key.shape)
                    && kind.parameters().equals(key.kind.parameters());
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** A builder that runs the given passes. */
    public ProgramBuilder(CompileOptions options) {
        this.options = options;
    }

    /** Sets what the operations that follow came from; reported by errors and probes, and otherwise opaque. */
    public void origin(@Nullable Object newOrigin) {
        this.origin = newOrigin;
    }

    // ---- leaves ----

    /** A constant array, used without copying. */
    public Value constant(NDArray value) {
        return emit(new Kind.Constant(value), value.dtype(), value.shape());
    }

    /** A constant scalar, rounded to the type. */
    public Value number(DType dtype, double value) {
        return constant(NDArray.full(dtype, Shape.scalar(), value));
    }

    /** The next array to be fed; inputs are fed in the order of these calls. */
    public Value input(DType dtype, Shape shape) {
        return add(new Kind.Input(inputs++), dtype, shape);
    }

    /** The value of a state before the run, whatever is assigned in it. */
    public Value state(State state) {
        Value known = stateReads.get(state);
        if (known == null) {
            known = add(new Kind.StateRead(state), state.dtype(), state.shape());
            stateReads.put(state, known);
        }
        return known;
    }

    /** Uniform random numbers in [0, 1), other ones for each call of this method and each run. */
    public Value uniform(DType dtype, Shape shape) {
        int node = randomNodes++;
        Value key0 = add(new Kind.RandomKey(node, 0), dtype, Shape.scalar());
        Value key1 = add(new Kind.RandomKey(node, 1), dtype, Shape.scalar());
        return add(new Kind.Map(Elementwise.UNIFORM), dtype, shape, key0, key1);
    }

    // ---- operations ----

    /** An elementwise operation; shapes broadcast, types are equal and the result has the same. */
    public Value map(Elementwise op, Value... operands) {
        Shape shape = operands[0].shape();
        for (Value operand : operands) {
            shape = Shape.broadcast(shape, operand.shape());
            require(operand.dtype() == operands[0].dtype(), "operands of one type", operand);
        }
        return emit(new Kind.Map(op), operands[0].dtype(), shape, operands);
    }

    /** The value repeated to a shape that it broadcasts to. */
    public Value broadcast(Value x, Shape shape) {
        if (!Shape.canBroadcast(x.shape(), shape)
                || !Shape.broadcast(x.shape(), shape).equals(shape)) {
            throw unexpected("a shape that can be repeated to " + shape, x);
        }
        return x.shape().equals(shape) ? x : emit(new Kind.Map(Elementwise.COPY), x.dtype(), shape, x);
    }

    /** Reduces over the given axes (0 or more, ascending), which disappear. */
    public Value reduce(Reduction reduction, Value x, int... axes) {
        Value result = withoutOnes(x, axes);
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
            result = reduceNeighbours(reduction, result, List.copyOf(together));
            together.clear();
        }
        return result;
    }

    /** Without those of the axes that have length 1: over one element, every reduction is that element. */
    private Value withoutOnes(Value x, int[] axes) {
        boolean[] ones = new boolean[x.shape().rank()];
        for (int axis : axes) {
            ones[axis] = x.shape().dim(axis) == 1;
        }
        Shape shape = without(x.shape(), ones);
        return shape.rank() == x.shape().rank() ? x : reshape(x, shape);
    }

    private Value reduceNeighbours(Reduction reduction, Value x, List<Integer> axes) {
        boolean[] reduced = new boolean[x.shape().rank()];
        for (int axis : axes) {
            reduced[axis] = true;
        }
        return emit(new Kind.Reduce(reduction, axes), x.dtype(), without(x.shape(), reduced), x);
    }

    private static Shape without(Shape shape, boolean[] dropped) {
        int[] kept = new int[shape.rank()];
        int rank = 0;
        for (int axis = 0; axis < dropped.length; axis++) {
            if (!dropped[axis]) {
                kept[rank++] = shape.dim(axis);
            }
        }
        return Shape.of(Arrays.copyOf(kept, rank));
    }

    /** Position of the first largest (or smallest) element along an axis, which disappears, as INT32. */
    public Value argReduce(boolean largest, Value x, int axis) {
        require(x.shape().dim(axis) > 0, "elements to choose from along axis " + axis, x);
        boolean[] reduced = new boolean[x.shape().rank()];
        reduced[axis] = true;
        return emit(new Kind.ArgReduce(largest, axis), DType.INT32, without(x.shape(), reduced), x);
    }

    /**
     * Matrix product of the last two axes of operands of rank 2 or more, each transposed first if asked for; leading axes
     * broadcast.
     */
    public Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
        int rankA = a.shape().rank();
        int rankB = b.shape().rank();
        int m = a.shape().dim(transposeA ? rankA - 1 : rankA - 2);
        int k = a.shape().dim(transposeA ? rankA - 2 : rankA - 1);
        int n = b.shape().dim(transposeB ? rankB - 2 : rankB - 1);
        require(k == b.shape().dim(transposeB ? rankB - 1 : rankB - 2), "equal inner dimensions", b);
        Shape batch = Shape.broadcast(leading(a.shape()), leading(b.shape()));
        int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
        dims[batch.rank()] = m;
        dims[batch.rank() + 1] = n;
        return emit(new Kind.Matmul(transposeA, transposeB), a.dtype(), Shape.of(dims), a, b);
    }

    static Shape leading(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    /** Softmax along the last axis, or its logarithm. */
    public Value softmax(Value x, boolean log) {
        return emit(new Kind.Softmax(log), x.dtype(), x.shape(), x);
    }

    /** Softmax cross-entropy along the last axis, which disappears; both operands of one shape. */
    public Value crossEntropy(Value logits, Value labels) {
        require(logits.shape().equals(labels.shape()), "labels of the shape of the logits", labels);
        int[] dims = Arrays.copyOf(logits.shape().dims(), logits.shape().rank() - 1);
        return emit(new Kind.CrossEntropy(), logits.dtype(), Shape.of(dims), logits, labels);
    }

    /** The same elements in another shape of the same size. */
    public Value reshape(Value x, Shape shape) {
        require(x.size() == shape.size(), "as many elements", x);
        return emit(new Kind.Reshape(), x.dtype(), shape, x);
    }

    /** Axis i of the result is axis {@code permutation[i]} of the operand. */
    public Value transpose(Value x, int... permutation) {
        int[] dims = new int[permutation.length];
        for (int axis = 0; axis < dims.length; axis++) {
            dims[axis] = x.shape().dim(permutation[axis]);
        }
        List<Integer> order = Arrays.stream(permutation).boxed().toList();
        return emit(new Kind.Transpose(order), x.dtype(), Shape.of(dims), x);
    }

    /** The block of the given shape that starts at the given index. */
    public Value slice(Value x, int[] starts, Shape shape) {
        return emit(new Kind.Slice(Arrays.stream(starts).boxed().toList()), x.dtype(), shape, x);
    }

    /** Zeros of the given shape with the operand as a block that starts at the given index. */
    public Value pad(Value x, int[] starts, Shape shape) {
        return emit(new Kind.Pad(Arrays.stream(starts).boxed().toList()), x.dtype(), shape, x);
    }

    /** The operands one after the other along an axis. */
    public Value concat(int axis, Value... operands) {
        int total = 0;
        for (Value operand : operands) {
            total = Math.addExact(total, operand.shape().dim(axis));
            Shape fitting = operands[0].shape().with(axis, operand.shape().dim(axis));
            if (!operand.shape().equals(fitting)) {
                throw unexpected("shape " + fitting + ", as that of the first", operand);
            }
        }
        return emit(
                new Kind.Concat(axis), operands[0].dtype(), operands[0].shape().with(axis, total), operands);
    }

    /** Slices of x along an axis at INT32 indices, whose axes take the place of that axis. */
    public Value gather(Value x, Value indices, int axis) {
        require(indices.dtype() == DType.INT32, "INT32 indices", indices);
        int more = indices.shape().rank();
        int[] dims = new int[x.shape().rank() - 1 + more];
        System.arraycopy(x.shape().dims(), 0, dims, 0, axis);
        System.arraycopy(indices.shape().dims(), 0, dims, axis, more);
        System.arraycopy(
                x.shape().dims(), axis + 1, dims, axis + more, x.shape().rank() - axis - 1);
        return emit(new Kind.Gather(axis), x.dtype(), Shape.of(dims), x, indices);
    }

    /** Zeros of the given shape to which slices are added along an axis at indices: the gradient of gather. */
    public Value scatterAdd(Value updates, Value indices, int axis, Shape shape) {
        return emit(new Kind.ScatterAdd(axis), updates.dtype(), shape, updates, indices);
    }

    /** A new last axis of the given length with 1 at the INT32 index and 0 elsewhere. */
    public Value oneHot(Value indices, int length, DType dtype) {
        int[] dims = Arrays.copyOf(indices.shape().dims(), indices.shape().rank() + 1);
        dims[dims.length - 1] = length;
        return emit(new Kind.OneHot(), dtype, Shape.of(dims), indices);
    }

    /** Conversion of the element type, as Java converts. */
    public Value cast(Value x, DType dtype) {
        return x.dtype() == dtype ? x : emit(new Kind.Cast(), dtype, x.shape(), x);
    }

    /** A computation in plain Java. */
    public Value call(String name, HostFunction function, DType dtype, Shape shape, Value... operands) {
        return emit(new Kind.Call(name, function), dtype, shape, operands);
    }

    /**
     * Writes a value into a state after everything else in the run has read it.
     *
     * @throws IllegalArgumentException if the state is assigned a second time
     */
    public void assign(State state, Value value) {
        require(value.dtype() == state.dtype() && value.shape().equals(state.shape()), "the state's type", value);
        Value producer = value.isLeaf() || value.kind instanceof Kind.Reshape
                ? add(new Kind.Map(Elementwise.COPY), value.dtype(), value.shape(), value)
                : value;
        if (assigns.putIfAbsent(state, producer) != null) {
            throw new IllegalArgumentException("A state is assigned twice in one run");
        }
    }

    /** Compiles the program that computes the given values and makes all assignments. */
    public Program build(List<Value> outputs) {
        return new Compiler(options, values, outputs, assigns, inputs, randomNodes).compile();
    }

    // ---- passes that run while operations are added ----

    private Value emit(Kind kind, DType dtype, Shape shape, Value... operands) {
        if (options.simplify()) {
            Value simpler = Simplifier.simplify(this, kind, dtype, shape, operands);
            if (simpler != null) {
                return simpler;
            }
        }
        if (options.fold() && operands.length > 0 && shape.size() <= LARGEST_FOLDED && allConstant(operands)) {
            try {
                return constant(Folding.evaluate(kind, dtype, shape, operands));
            } catch (IllegalArgumentException e) {
                return add(kind, dtype, shape, operands); // fails when run, where the message says what was being done
            }
        }
        return add(kind, dtype, shape, operands);
    }

    private static boolean allConstant(Value[] operands) {
        for (Value operand : operands) {
            if (operand.constant() == null) {
                return false;
            }
        }
        return true;
    }

    /** Adds an operation as it is, or finds the equal one. */
    Value add(Kind kind, DType dtype, Shape shape, Value... operands) {
        if (!options.share()) {
            return append(kind, dtype, shape, operands);
        }
        Key key = new Key(kind, dtype, shape, operands);
        Value known = shared.get(key);
        if (known == null) {
            known = append(kind, dtype, shape, operands);
            shared.put(key, known);
        }
        return known;
    }

    private Value append(Kind kind, DType dtype, Shape shape, Value[] operands) {
        Value value = new Value(values.size(), kind, dtype, shape, origin, operands);
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
