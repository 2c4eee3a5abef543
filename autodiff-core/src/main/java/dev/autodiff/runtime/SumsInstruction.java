package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.DoubleReduce;
import dev.autodiff.kernel.FloatReduce;
import dev.autodiff.kernel.Kernels;
import dev.autodiff.kernel.Scratch;
import dev.autodiff.kernel.loop.Loop;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.math.Elementwise;
import dev.autodiff.kernel.math.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A loop over images, and the sums of its results over the places of each image. It takes as many places at a time as
 * kernels sum in one go, and adds them up while they are in the cache; results that are not needed besides are never
 * stored. The sums have the bits of a reduction.
 */
public final class SumsInstruction extends Instruction {
    /** Places that are taken for one row of the loop, as single ones fill vectors badly. */
    private static final int TILE = 16;
    /** Most numbers that are computed at a time: a block of places of so many channels. */
    private static final int MOST_CHANNELS = 256;

    private final Kernels kernels;
    private final FusedGroup inner;
    private final DType dtype;
    private final LoopCode code;
    private final Loop loop;
    private final int places;
    private final int channels;
    /** The places that are taken for one row. */
    private final int tile;
    /** For each operand its slot, or -1 if it is a result that is not stored. */
    private final int[] slots;
    /** For each operand whether it is the same at all places. */
    private final boolean[] isRepeated;

    private final int repeated;
    private final int notStored;
    private final int[] identity;
    private final int[] noBase;
    private final int[] rowStrides;
    private final int[] tileStrides;
    /** The operands that are summed, and the slots of their sums. */
    private final int[] summed;

    private final int[] sumSlots;

    /** Creates the instruction that computes a group. */
    public SumsInstruction(FusedGroup group, Slots slotNumbers, Kernels kernels) {
        super(group);
        this.kernels = kernels;
        this.inner = Objects.requireNonNull(group.loop());
        Shape space = inner.last().shape();
        this.dtype = inner.last().dtype();
        this.channels = space.dim(3);
        this.places = space.dim(1) * space.dim(2);
        this.tile = channels < 4 * TILE ? TILE : 1;
        List<Value> operands = new ArrayList<>(inner.inputs());
        operands.addAll(inner.outputs());
        int count = operands.size();
        this.slots = new int[count];
        this.isRepeated = new boolean[count];
        this.identity = new int[count];
        this.noBase = new int[count];
        this.rowStrides = new int[count];
        this.tileStrides = new int[count];
        int[][] strides = new int[count][];
        int same = 0;
        int unstored = 0;
        for (int k = 0; k < count; k++) {
            Value operand = operands.get(k);
            boolean isStored = k < inner.inputs().size() || group.outputs().contains(operand);
            slots[k] = isStored ? slotNumbers.of(operand) : -1;
            isRepeated[k] = !operand.shape().equals(space);
            identity[k] = k;
            rowStrides[k] = isRepeated[k] ? 0 : channels;
            tileStrides[k] = rowStrides[k] * tile;
            strides[k] = new int[] {rowStrides[k], operand.size() == 1 ? 0 : 1};
            same += isRepeated[k] ? 1 : 0;
            unstored += isStored ? 0 : 1;
        }
        this.repeated = same;
        this.notStored = unstored;
        this.code = LoopInstruction.code(inner, strides);
        this.loop = kernels.loop(code);
        List<Value> sums = group.outputs().stream().filter(group::isSum).toList();
        this.sumSlots = slotNumbers.of(sums);
        this.summed = sums.stream()
                .mapToInt(sum -> operands.lastIndexOf(sum.input(0)))
                .toArray();
    }

    /** Returns whether a loop is one over images, with operands that are images or the same for all places. */
    public static boolean suits(FusedGroup loop) {
        Shape space = loop.last().shape();
        if (space.rank() != 4 || space.size() == 0) {
            return false;
        }
        boolean suits = space.dim(3) > 1 && space.dim(3) <= MOST_CHANNELS;
        suits &= space.dim(1) * space.dim(2) <= FloatReduce.LONG; // longer sums are trees
        for (Value input : loop.inputs()) {
            Shape shape = input.shape();
            boolean isRow = shape.size() == 1 || (shape.size() == space.dim(3) && shape.dim(-1) == space.dim(3));
            suits &= shape.equals(space) || isRow;
        }
        for (Value member : loop.members()) {
            suits &= ((Pointwise) member.primitive()).op() != Elementwise.UNIFORM; // depends on the place
        }
        return suits;
    }

    @Override
    public long work() {
        return (long) inner.last().size() * (code.cost() + summed.length);
    }

    @Override
    public int parts(int threads) {
        return Math.max(1, Math.min(partsFor(work(), threads), rows(threads)));
    }

    @Override
    public int rows(int threads) {
        return inner.last().shape().dim(0);
    }

    @Override
    public boolean readsByRows(Value operand) {
        return operand.shape().equals(inner.last().shape());
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
    void execute(Workspace workspace, int part, int parts) {
        executeRows(workspace, from(rows(1), part, parts), from(rows(1), part + 1, parts));
    }

    @Override
    void executeRows(Workspace workspace, int row0, int row1) {
        Scratch scratch = workspace.takeScratch();
        Object[] arrays = scratch.arrays(slots.length);
        try {
            int[] offsets = scratch.ints(slots.length);
            place(workspace, scratch, arrays, offsets);
            for (int image = row0; image < row1; image++) {
                for (int s = 0; s < summed.length; s++) {
                    clear(workspace.arrays[sumSlots[s]], image * channels);
                }
                for (int place = 0; place < places; place += FloatReduce.BLOCK) {
                    int at = (image * places + place) * channels;
                    run(workspace, arrays, offsets, at, Math.min(FloatReduce.BLOCK, places - place));
                    addUp(workspace, scratch, arrays, offsets, image, Math.min(FloatReduce.BLOCK, places - place));
                }
            }
        } finally {
            Arrays.fill(arrays, 0, slots.length, null);
            workspace.giveBack(scratch);
        }
    }

    /** Finds memory for the operands: copies of those that are the same at all places, one behind the other. */
    private void place(Workspace workspace, Scratch scratch, Object[] arrays, int[] offsets) {
        int size = channels * tile;
        Object copies = array(scratch, 3, size * repeated);
        Object results = array(scratch, 4, FloatReduce.BLOCK * channels * notStored);
        int copy = 0;
        int result = 0;
        for (int k = 0; k < slots.length; k++) {
            if (slots[k] < 0) {
                arrays[k] = results;
                offsets[k] = result++ * FloatReduce.BLOCK * channels;
            } else if (isRepeated[k]) {
                Object x = workspace.arrays[slots[k]];
                int n = k < code.inputs() && code.broadcast().get(k) ? 1 : channels;
                for (int i = 0; i < tile; i++) {
                    System.arraycopy(x, workspace.offsets[slots[k]], copies, copy + i * n, n);
                }
                arrays[k] = copies;
                offsets[k] = copy;
                copy += size;
            } else {
                arrays[k] = workspace.arrays[slots[k]];
            }
        }
    }

    private Object array(Scratch scratch, int which, int length) {
        return dtype == DType.FLOAT32 ? scratch.floats(which, length) : scratch.doubles(which, length);
    }

    /** Runs the loop over some places. */
    private void run(Workspace workspace, Object[] arrays, int[] offsets, int at, int rows) {
        for (int k = 0; k < slots.length; k++) {
            if (slots[k] >= 0 && !isRepeated[k]) {
                offsets[k] = workspace.offsets[slots[k]] + at;
            }
        }
        int tiles = rows / tile;
        loop.run(arrays, offsets, identity, noBase, tileStrides, channels * tile, 0, tiles, 0, channels * tile);
        int done = tiles * tile;
        loop.run(arrays, offsets, identity, noBase, rowStrides, channels, done, rows, 0, channels);
    }

    /** Adds the sums of some places to those of an image. */
    private void addUp(Workspace workspace, Scratch scratch, Object[] arrays, int[] offsets, int image, int rows) {
        Object partial = array(scratch, 5, channels);
        for (int s = 0; s < summed.length; s++) {
            int x = summed[s];
            if (dtype == DType.FLOAT32) {
                float[] block = (float[]) partial;
                kernels.reduce(Reduction.SUM, (float[]) arrays[x], offsets[x], block, 0, 1, rows, channels, 0, 1);
                FloatReduce.addPartialSums(
                        block, 0, (float[]) workspace.arrays[sumSlots[s]], image * channels, channels);
            } else {
                double[] block = (double[]) partial;
                kernels.reduce(Reduction.SUM, (double[]) arrays[x], offsets[x], block, 0, 1, rows, channels, 0, 1);
                DoubleReduce.addPartialSums(
                        block, 0, (double[]) workspace.arrays[sumSlots[s]], image * channels, channels);
            }
        }
    }

    private void clear(Object sums, int at) {
        if (dtype == DType.FLOAT32) {
            Arrays.fill((float[]) sums, at, at + channels, 0);
        } else {
            Arrays.fill((double[]) sums, at, at + channels, 0);
        }
    }

    @Override
    public String describe() {
        String operations = inner.members().stream()
                .map(value -> ((Pointwise) value.primitive()).op().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
        return operations + ", " + (summed.length == 1 ? "sum" : summed.length + " sums") + " of " + rows(1) + "x"
                + places + "x" + channels;
    }
}
