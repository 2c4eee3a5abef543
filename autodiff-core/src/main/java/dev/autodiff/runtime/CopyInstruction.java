package dev.autodiff.runtime;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.Concat;
import dev.autodiff.ir.Pad;
import dev.autodiff.ir.Slice;
import dev.autodiff.ir.Transpose;
import dev.autodiff.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** A move of elements without arithmetic: transposition, slice, padding with zeros, concatenation. */
public final class CopyInstruction extends SerialInstruction {
    /** One block of elements: where it is in the operand and where it goes, with the distances along each axis. */
    private record Block(int slot, int from, int[] fromStrides, int to, int[] toStrides, int[] dims) {}

    private final List<Block> blocks;
    private final DType dtype;
    private final int target;
    private final int size;
    private final boolean clear;
    private final String name;

    private CopyInstruction(FusedGroup group, Slots slots, boolean clear, List<Block> blocks) {
        super(group);
        Value y = group.last();
        this.blocks = blocks;
        this.dtype = y.dtype();
        this.target = slots.of(y);
        this.size = y.size();
        this.clear = clear;
        this.name = y.primitive().name();
    }

    /** Returns the instruction that computes a transposition. */
    public static CopyInstruction transpose(FusedGroup group, Transpose transpose, Slots slots) {
        Value y = group.last();
        Value x = y.input(0);
        int[] from = strides(x.shape());
        int[] permuted =
                transpose.permutation().stream().mapToInt(axis -> from[axis]).toArray();
        int[] to = strides(y.shape());
        Block block = new Block(slots.of(x), 0, permuted, 0, to, y.shape().dims());
        return new CopyInstruction(group, slots, false, List.of(block));
    }

    /** Returns the instruction that computes a slice. */
    public static CopyInstruction slice(FusedGroup group, Slice slice, Slots slots) {
        Value y = group.last();
        Value x = y.input(0);
        int[] from = strides(x.shape());
        int start = dot(slice.starts(), from);
        Block block = new Block(
                slots.of(x), start, from, 0, strides(y.shape()), y.shape().dims());
        return new CopyInstruction(group, slots, false, List.of(block));
    }

    /** Returns the instruction that computes a padding. */
    public static CopyInstruction pad(FusedGroup group, Pad pad, Slots slots) {
        Value y = group.last();
        Value x = y.input(0);
        int[] to = strides(y.shape());
        int start = dot(pad.starts(), to);
        Block block = new Block(
                slots.of(x), 0, strides(x.shape()), start, to, x.shape().dims());
        return new CopyInstruction(group, slots, true, List.of(block));
    }

    /** Returns the instruction that computes a concatenation. */
    public static CopyInstruction concat(FusedGroup group, Concat concat, Slots slots) {
        Value y = group.last();
        int[] to = strides(y.shape());
        List<Block> blocks = new ArrayList<>();
        int start = 0;
        for (Value x : y.inputs()) {
            blocks.add(new Block(
                    slots.of(x), 0, strides(x.shape()), start, to, x.shape().dims()));
            start += x.shape().dim(concat.axis()) * to[concat.axis()];
        }
        return new CopyInstruction(group, slots, false, blocks);
    }

    private static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.dim(axis);
        }
        return strides;
    }

    private static int dot(List<Integer> index, int[] strides) {
        int sum = 0;
        for (int i = 0; i < strides.length; i++) {
            sum += index.get(i) * strides[i];
        }
        return sum;
    }

    @Override
    public long work() {
        return size;
    }

    @Override
    void execute(Workspace workspace) {
        Object to = workspace.arrays[target];
        if (clear) {
            Workspace.clear(to, dtype, size);
        }
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            copy(workspace.arrays[block.slot], workspace.offsets[block.slot] + block.from, to, block.to, block, 0);
        }
    }

    private void copy(Object from, int fromStart, Object to, int toStart, Block block, int axis) {
        int left = block.dims.length - axis;
        if (left == 0) {
            System.arraycopy(from, fromStart, to, toStart, 1);
        } else if (left == 1) {
            row(from, fromStart, block.fromStrides[axis], to, toStart, block.toStrides[axis], block.dims[axis]);
        } else if (left == 2 && block.fromStrides[axis + 1] != 1) {
            tiles(from, fromStart, to, toStart, block, axis);
        } else {
            for (int i = 0; i < block.dims[axis]; i++) {
                int nextFrom = fromStart + i * block.fromStrides[axis];
                copy(from, nextFrom, to, toStart + i * block.toStrides[axis], block, axis + 1);
            }
        }
    }

    /** Copies a transposed matrix, in tiles small enough that both sides stay in the cache. */
    private void tiles(Object from, int fromStart, Object to, int toStart, Block block, int axis) {
        final int tile = 32;
        int rows = block.dims[axis];
        int columns = block.dims[axis + 1];
        for (int i0 = 0; i0 < rows; i0 += tile) {
            for (int j0 = 0; j0 < columns; j0 += tile) {
                int width = Math.min(tile, columns - j0);
                for (int i = i0; i < Math.min(rows, i0 + tile); i++) {
                    row(
                            from,
                            fromStart + i * block.fromStrides[axis] + j0 * block.fromStrides[axis + 1],
                            block.fromStrides[axis + 1],
                            to,
                            toStart + i * block.toStrides[axis] + j0 * block.toStrides[axis + 1],
                            block.toStrides[axis + 1],
                            width);
                }
            }
        }
    }

    private void row(Object from, int fromStart, int fromStride, Object to, int toStart, int toStride, int n) {
        if (fromStride == 1 && toStride == 1) {
            neighbours(from, fromStart, to, toStart, n);
            return;
        }
        switch (dtype) {
            case FLOAT32 -> {
                float[] source = (float[]) from;
                float[] sink = (float[]) to;
                for (int i = 0; i < n; i++) {
                    sink[toStart + i * toStride] = source[fromStart + i * fromStride];
                }
            }
            case FLOAT64 -> {
                double[] source = (double[]) from;
                double[] sink = (double[]) to;
                for (int i = 0; i < n; i++) {
                    sink[toStart + i * toStride] = source[fromStart + i * fromStride];
                }
            }
            case INT32 -> {
                int[] source = (int[]) from;
                int[] sink = (int[]) to;
                for (int i = 0; i < n; i++) {
                    sink[toStart + i * toStride] = source[fromStart + i * fromStride];
                }
            }
        }
    }

    /** Copies elements side by side: with a cast, as a copy of arrays of a known type is no call. */
    private void neighbours(Object from, int fromStart, Object to, int toStart, int n) {
        switch (dtype) {
            case FLOAT32 -> System.arraycopy((float[]) from, fromStart, (float[]) to, toStart, n);
            case FLOAT64 -> System.arraycopy((double[]) from, fromStart, (double[]) to, toStart, n);
            case INT32 -> System.arraycopy((int[]) from, fromStart, (int[]) to, toStart, n);
        }
    }

    @Override
    public String describe() {
        return name + " " + size;
    }
}
