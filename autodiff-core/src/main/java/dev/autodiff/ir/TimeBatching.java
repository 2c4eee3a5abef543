package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Computes one operation of a step for all steps at once: where operands have a first axis of steps, so has the result.
 */
final class TimeBatching implements Operation.Visitor<Value> {
    /**
     * A value of a step as it is for all steps.
     *
     * @param value the value
     * @param stacked true if it has a first axis of steps; false if it is the same in all of them
     */
    record Batched(Value value, boolean stacked) {}

    /** The primitives that are computed step by step. */
    private static final Set<Class<?>> IN_THE_LOOP = Set.of(
            Attention.class,
            AttentionGradient.class,
            Call.class,
            Convolution.class,
            FirstPlaces.class,
            Iteration.class,
            IterationResult.class,
            MaxPool.class,
            PutRows.class);

    private final ProgramBuilder ir;
    private final int steps;
    private final Value step;
    private final Batched[] operands;

    /**
     * Prepares one operation.
     *
     * @param step the value in one step
     * @param operands the operands for all steps, of which at least one is stacked
     */
    TimeBatching(ProgramBuilder ir, int steps, Value step, Batched[] operands) {
        this.ir = ir;
        this.steps = steps;
        this.step = step;
        this.operands = operands;
    }

    /** Returns the value for all steps. */
    Value compute() {
        return ((Operation) step.primitive()).accept(this);
    }

    /** Tells whether a value can be computed for all steps at once. */
    static boolean isPossible(Value value, boolean[] timed) {
        if (IN_THE_LOOP.contains(value.primitive().getClass())) {
            return false;
        }
        boolean byIndex = value.primitive() instanceof Gather || value.primitive() instanceof ScatterAdd;
        boolean ownIndices = byIndex && timed[value.input(1).id()];
        boolean ownTable = byIndex && timed[value.input(0).id()];
        if (value.primitive() instanceof Gather gather) {
            return !ownIndices || (!ownTable && gather.axis() == 0);
        }
        return !ownIndices;
    }

    /** Returns the sum over all steps of a value whose operands are known for all steps. */
    Value sum() {
        if (step.primitive() instanceof Matmul matmul
                && step.shape().rank() == 2
                && operands[0].stacked
                && operands[1].stacked) {
            return ir.matmul(
                    inner(operands[0].value, matmul.transposeA(), 1),
                    inner(operands[1].value, matmul.transposeB(), 0),
                    true,
                    false);
        }
        if (step.primitive() instanceof Reduce reduce && reduce.reduction() == Reduction.SUM) {
            int[] axes = IntStream.concat(
                            IntStream.of(0), reduce.axes().stream().mapToInt(axis -> axis + 1))
                    .toArray();
            return ir.reduce(Reduction.SUM, operands[0].value, axes);
        }
        return ir.reduce(Reduction.SUM, compute(), 0);
    }

    /**
     * Returns the matrices of all steps one below the other, the summed axis first.
     *
     * @param summed the summed axis of a matrix that is not transposed
     */
    private Value inner(Value stacked, boolean transposed, int summed) {
        boolean first = (summed == 0) != transposed;
        Value ordered = first ? stacked : ir.transpose(stacked, 0, 2, 1);
        Shape shape = ordered.shape();
        return ir.reshape(ordered, Shape.of(shape.dim(0) * shape.dim(1), shape.dim(2)));
    }

    private Shape result() {
        return Shapes.stacked(steps, step.shape());
    }

    private Value x() {
        return operands[0].value;
    }

    /** Returns an operand with the axis of steps, repeated if it is the same in all. */
    private Value stacked(int operand) {
        Batched x = operands[operand];
        return x.stacked
                ? x.value
                : ir.broadcast(
                        x.value, Shapes.stacked(steps, step.input(operand).shape()));
    }

    /** Returns an operand whose axes stand where they broadcast as those of a step do. */
    private Value aligned(int operand) {
        Batched x = operands[operand];
        int missing = step.shape().rank() - step.input(operand).shape().rank();
        if (!x.stacked || missing == 0) {
            return x.value;
        }
        int[] dims = new int[step.shape().rank() + 1];
        Arrays.fill(dims, 1);
        dims[0] = steps;
        int[] own = step.input(operand).shape().dims();
        System.arraycopy(own, 0, dims, 1 + missing, own.length);
        return ir.reshape(x.value, Shape.of(dims));
    }

    @Override
    public Value pointwise(Pointwise operation) {
        if (operation.op() == Elementwise.UNIFORM) {
            return ir.uniform(step.dtype(), result());
        }
        Value[] in = new Value[operands.length];
        Arrays.setAll(in, this::aligned);
        return ir.broadcast(ir.map(operation.op(), in), result());
    }

    @Override
    public Value reduce(Reduce operation) {
        return ir.reduce(
                operation.reduction(),
                x(),
                operation.axes().stream().mapToInt(axis -> axis + 1).toArray());
    }

    @Override
    public Value argReduce(ArgReduce operation) {
        return ir.argReduce(operation.largest(), x(), operation.axis() + 1);
    }

    @Override
    public Value argSort(ArgSort operation) {
        return ir.argSort(x(), operation.axis() + 1, operation.descending());
    }

    @Override
    public Value scan(Scan operation) {
        return operands.length == 1
                ? ir.cumulativeSum(x(), operation.axis() + 1, operation.reverse())
                : ir.recurrence(stacked(0), stacked(1), operation.axis() + 1, operation.reverse());
    }

    @Override
    public Value matmul(Matmul operation) {
        boolean rowsTogether =
                step.shape().rank() == 2 && operands[0].stacked && !operands[1].stacked && !operation.transposeA();
        if (!rowsTogether) {
            return ir.matmul(aligned(0), aligned(1), operation.transposeA(), operation.transposeB());
        }
        Shape rows =
                Shape.of(x().shape().dim(0) * x().shape().dim(1), x().shape().dim(2));
        return ir.reshape(ir.matmul(ir.reshape(x(), rows), operands[1].value, false, operation.transposeB()), result());
    }

    @Override
    public Value softmax(Softmax operation) {
        return ir.softmax(x(), operation.log());
    }

    @Override
    public Value crossEntropy(CrossEntropy operation) {
        return ir.crossEntropy(stacked(0), stacked(1));
    }

    @Override
    public Value reshape(Reshape operation) {
        return ir.reshape(x(), result());
    }

    @Override
    public Value transpose(Transpose operation) {
        return ir.transpose(
                x(),
                IntStream.concat(
                                IntStream.of(0),
                                operation.permutation().stream().mapToInt(axis -> axis + 1))
                        .toArray());
    }

    private static int[] behindSteps(List<Integer> starts) {
        return IntStream.concat(IntStream.of(0), starts.stream().mapToInt(Integer::intValue))
                .toArray();
    }

    @Override
    public Value slice(Slice operation) {
        return ir.slice(x(), behindSteps(operation.starts()), result());
    }

    @Override
    public Value pad(Pad operation) {
        return ir.pad(x(), behindSteps(operation.starts()), result());
    }

    @Override
    public Value concat(Concat operation) {
        Value[] in = new Value[operands.length];
        Arrays.setAll(in, this::stacked);
        return ir.concat(operation.axis() + 1, in);
    }

    @Override
    public Value gather(Gather operation) {
        return ir.gather(x(), operands[1].value, operands[0].stacked ? operation.axis() + 1 : operation.axis());
    }

    @Override
    public Value scatterAdd(ScatterAdd operation) {
        return ir.scatterAdd(x(), operands[1].value, operation.axis() + 1, result());
    }

    @Override
    public Value oneHot(OneHot operation) {
        return ir.oneHot(x(), step.shape().dim(-1), step.dtype());
    }

    @Override
    public Value cast(Cast operation) {
        return ir.cast(x(), step.dtype());
    }

    @Override
    public Value prefix(Prefix operation) {
        int[] starts = new int[step.shape().rank() + 1];
        return ir.slice(x(), starts, result());
    }

    @Override
    public Value call(Call operation) {
        return inTheLoop();
    }

    @Override
    public Value attention(Attention operation) {
        return inTheLoop();
    }

    @Override
    public Value attentionGradient(AttentionGradient operation) {
        return inTheLoop();
    }

    @Override
    public Value firstPlaces(FirstPlaces operation) {
        return inTheLoop();
    }

    @Override
    public Value putRows(PutRows operation) {
        return inTheLoop();
    }

    @Override
    public Value convolution(Convolution operation) {
        return inTheLoop();
    }

    @Override
    public Value maxPool(MaxPool operation) {
        return inTheLoop();
    }

    @Override
    public Value iteration(Iteration operation) {
        return inTheLoop();
    }

    @Override
    public Value iterationResult(IterationResult operation) {
        return inTheLoop();
    }

    private Value inTheLoop() {
        throw new IllegalStateException("Not computed for all steps at once: " + step);
    }
}
