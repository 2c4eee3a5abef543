package dev.autodiff.runtime;

import dev.autodiff.array.Shape;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fused elementwise loop. Axes over which all operands advance alike are merged, so that most loops are one row over
 * everything, and nearly all others rows and columns; further axes are walked around the loop.
 */
public final class LoopInstruction extends Instruction {
    private final Loop loop;
    private final LoopCode code;
    private final int[] slots;
    /** For each operand the distance between elements along each merged axis. */
    private final int[][] strides;
    /** The merged axes, at least two: the last are rows and columns. */
    private final int[] dims;

    private final int[] rowStrides;
    private final int[] noBase;
    private final int outer;
    private final @Nullable TiledRows tiled;

    /** Creates the instruction that computes a group. */
    public LoopInstruction(FusedGroup group, Slots slotNumbers, Kernels kernels) {
        this(group, slotNumbers, kernels, false);
    }

    /** Returns the loop over the elements of a matrix, of which blocks of rows and columns can be run. */
    static LoopInstruction overMatrix(FusedGroup group, Slots slotNumbers, Kernels kernels) {
        return new LoopInstruction(group, slotNumbers, kernels, true);
    }

    private LoopInstruction(FusedGroup group, Slots slotNumbers, Kernels kernels, boolean matrix) {
        super(group);
        List<Value> operands = new ArrayList<>(group.inputs());
        operands.addAll(group.outputs());
        Shape space = group.last().shape();
        int[][] full = new int[operands.size()][];
        for (int k = 0; k < full.length; k++) {
            full[k] = broadcastStrides(operands.get(k).shape(), space);
        }
        this.dims = matrix ? space.dims() : mergeAxes(space.dims(), full);
        this.strides = full;
        this.slots = slotNumbers.of(operands);
        this.rowStrides = new int[full.length];
        int rowAxis = dims.length - 2;
        for (int k = 0; k < full.length; k++) {
            rowStrides[k] = full[k][rowAxis];
        }
        this.noBase = new int[full.length];
        int blocks = 1;
        for (int axis = 0; axis < rowAxis; axis++) {
            blocks *= dims[axis];
        }
        this.outer = blocks;
        this.code = code(group, full);
        this.loop = kernels.loop(code);
        boolean isMatrix = dims.length == 2 && !matrix;
        this.tiled = isMatrix ? TiledRows.of(loop, group.last().dtype(), slots, full, dims[0], dims[1]) : null;
    }

    /** Returns distances between elements along the axes of {@code space}; 0 where the operand is repeated. */
    private static int[] broadcastStrides(Shape shape, Shape space) {
        int[] result = new int[space.rank()];
        int stride = 1;
        for (int i = 1; i <= shape.rank(); i++) {
            int dim = shape.dim(-i);
            result[space.rank() - i] = dim == 1 ? 0 : stride;
            stride *= dim;
        }
        return result;
    }

    /** Merges neighbouring axes in place and returns the merged dimensions, padded in front to two axes. */
    private static int[] mergeAxes(int[] dims, int[][] strides) {
        List<Integer> kept = new ArrayList<>();
        for (int axis = 0; axis < dims.length; axis++) {
            if (dims[axis] != 1) {
                kept.add(axis);
            }
        }
        List<Integer> merged = new ArrayList<>();
        List<Integer> sourceAxis = new ArrayList<>();
        for (int axis : kept) {
            int last = merged.size() - 1;
            if (last >= 0 && advanceAlike(strides, sourceAxis.get(last), axis, dims[axis])) {
                merged.set(last, merged.get(last) * dims[axis]);
                sourceAxis.set(last, axis);
            } else {
                merged.add(dims[axis]);
                sourceAxis.add(axis);
            }
        }
        int padding = Math.max(0, 2 - merged.size());
        int[] result = new int[merged.size() + padding];
        Arrays.fill(result, 0, padding, 1);
        for (int i = 0; i < merged.size(); i++) {
            result[padding + i] = merged.get(i);
        }
        for (int k = 0; k < strides.length; k++) {
            int[] old = strides[k];
            strides[k] = new int[result.length];
            for (int i = 0; i < merged.size(); i++) {
                strides[k][padding + i] = old[sourceAxis.get(i)];
            }
        }
        return result;
    }

    private static boolean advanceAlike(int[][] strides, int axis, int next, int nextDim) {
        for (int[] operand : strides) {
            if (operand[axis] != operand[next] * nextDim) {
                return false;
            }
        }
        return true;
    }

    /** Returns the code of a loop; the last of the strides of an operand is that between columns. */
    static LoopCode code(FusedGroup group, int[][] strides) {
        int inputs = group.inputs().size();
        Map<Value, Integer> number = new HashMap<>();
        List<Boolean> broadcast = new ArrayList<>();
        for (int k = 0; k < inputs; k++) {
            number.put(group.inputs().get(k), k);
            broadcast.add(strides[k][strides[k].length - 1] == 0);
        }
        List<LoopCode.Instruction> code = new ArrayList<>();
        for (Value member : group.members()) {
            List<Value> in = member.inputs();
            code.add(new LoopCode.Instruction(
                    ((Pointwise) member.primitive()).op(),
                    numbered(number, in.get(0)),
                    in.size() > 1 ? numbered(number, in.get(1)) : -1,
                    in.size() > 2 ? numbered(number, in.get(2)) : -1));
            number.put(member, inputs + code.size() - 1);
        }
        List<Integer> outputs = new ArrayList<>();
        for (Value output : group.outputs()) {
            outputs.add(numbered(number, output));
        }
        return new LoopCode(group.last().dtype(), broadcast, code, outputs);
    }

    private static int numbered(Map<Value, Integer> number, Value value) {
        Integer known = number.get(value);
        if (known == null) {
            throw new IllegalStateException("The loop has no value " + value);
        }
        return known;
    }

    @Override
    public long work() {
        return (long) group().last().size() * code.cost();
    }

    @Override
    public int parts(int threads) {
        return partsFor(work(), threads);
    }

    @Override
    public int rows(int threads) {
        Shape space = group().last().shape();
        return outer == 1 && space.rank() > 0 && space.size() > 0 ? space.dim(0) : 0;
    }

    @Override
    public boolean readsByRows(Value operand) {
        Shape space = group().last().shape();
        Shape shape = operand.shape();
        return shape.rank() == space.rank() && shape.dim(0) == space.dim(0);
    }

    @Override
    public boolean isExclusive() {
        return false;
    }

    @Override
    int leastRows() {
        return 1;
    }

    @Override
    void executeRows(Workspace workspace, int row0, int row1) {
        int high = group().last().shape().dim(0);
        if (dims[0] == 1) {
            int wide = dims[1] / high;
            run(workspace, 0, 1, row0 * wide, row1 * wide);
        } else { // the first of the merged axes, and so has all of these rows
            run(workspace, dims[0] / high * row0, dims[0] / high * row1, 0, dims[1]);
        }
    }

    @Override
    void execute(Workspace workspace, int part, int parts) {
        int rows = dims[dims.length - 2];
        int columns = dims[dims.length - 1];
        if (group().last().size() == 0) {
            return;
        }
        if (outer > 1) {
            executeOuter(workspace, from(outer, part, parts), from(outer, part + 1, parts));
        } else if (rows >= parts || rows > columns) {
            run(workspace, from(rows, part, parts), from(rows, part + 1, parts), 0, columns);
        } else {
            int blocks = (columns + 63) / 64; // whole cache lines, so that threads do not write the same one
            int col0 = Math.min(columns, from(blocks, part, parts) * 64);
            int col1 = Math.min(columns, from(blocks, part + 1, parts) * 64);
            run(workspace, 0, rows, col0, col1);
        }
    }

    /** Runs a block of a loop that has no axes outside of rows and columns, such as one made {@link #overMatrix}. */
    void run(Workspace workspace, int row0, int row1, int col0, int col1) {
        int start = TiledRows.tileFrom(row0);
        int end = TiledRows.tileTo(row1);
        if (tiled != null && start < end && col0 == 0 && col1 == dims[1]) {
            runRows(workspace, row0, start, 0, col1);
            tiled.run(workspace, start, end);
            runRows(workspace, end, row1, 0, col1);
        } else {
            runRows(workspace, row0, row1, col0, col1);
        }
    }

    private void runRows(Workspace workspace, int row0, int row1, int col0, int col1) {
        try {
            loop.run(workspace.arrays, workspace.offsets, slots, noBase, rowStrides, dims[1], row0, row1, col0, col1);
        } catch (ArithmeticException e) {
            throw dividedByZero();
        }
    }

    /** Of all operations, only the division of integers throws. */
    private IllegalArgumentException dividedByZero() {
        return failure("an integer is divided by 0");
    }

    private void executeOuter(Workspace workspace, int first, int last) {
        Scratch scratch = workspace.takeScratch();
        try {
            executeOuter(workspace, first, last, scratch.ints(slots.length));
        } catch (ArithmeticException e) {
            throw dividedByZero();
        } finally {
            workspace.giveBack(scratch);
        }
    }

    /** Walks the axes outside of rows and columns; rows are numbered through, as random numbers depend on the index. */
    private void executeOuter(Workspace workspace, int first, int last, int[] base) {
        int rows = dims[dims.length - 2];
        int columns = dims[dims.length - 1];
        for (int block = first; block < last; block++) {
            for (int k = 0; k < slots.length; k++) {
                int rest = block;
                int position = -block * rows * rowStrides[k];
                for (int axis = dims.length - 3; axis >= 0; axis--) {
                    position += rest % dims[axis] * strides[k][axis];
                    rest /= dims[axis];
                }
                base[k] = position;
            }
            loop.run(
                    workspace.arrays,
                    workspace.offsets,
                    slots,
                    base,
                    rowStrides,
                    columns,
                    block * rows,
                    (block + 1) * rows,
                    0,
                    columns);
        }
    }

    @Override
    public String describe() {
        return group().members().stream()
                .map(value -> ((Pointwise) value.primitive()).op().name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(" "));
    }
}
