package dev.autodiff.kernel.loop;

import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/**
 * A loop that is interpreted, for virtual machines that define no classes at run time, such as GraalVM's native images.
 * Each instruction runs over a block of a row at a time, so that the choice of the operation is outside of the loops
 * over elements. The bits are those of generated loops; it is slower, and allocates the blocks at each call.
 *
 * @param <A> the type of the arrays
 */
abstract class InterpretedLoop<A> implements Loop {
    /** The number of elements of a block: all values of a usual loop stay in the first-level cache. */
    private static final int BLOCK = 256;

    private final LoopCode code;
    /** By instruction: what computes it. */
    private final List<BlockOperation<A>> operations;

    InterpretedLoop(LoopCode code) {
        this.code = code;
        this.operations = code.instructions().stream()
                .map(instruction -> operation(instruction.op()))
                .toList();
    }

    /**
     * Returns the loop for a code.
     *
     * @throws UnsupportedOperationException if an operation is not defined for the type
     */
    static Loop of(LoopCode code) {
        ScalarBody body = new ScalarBody(code.type());
        code.instructions().forEach(instruction -> body.require(instruction.op()));
        return switch (code.type()) {
            case FLOAT32 -> new InterpretedFloats(code);
            case FLOAT64 -> new InterpretedDoubles(code);
            case INT32 -> new InterpretedInts(code);
        };
    }

    /** Returns an array of blocks, one for each value. */
    abstract A[] blocks(int values, int length);

    /** Returns an array as what it is. */
    abstract A array(Object array);

    /** Sets the first {@code n} elements to one element of an array. */
    abstract void fill(A block, A from, int position, int n);

    /**
     * Returns what computes an operation, without a default, so that the compiler asks for new ones. Called while the
     * loop is constructed.
     */
    abstract BlockOperation<A> operation(Elementwise op);

    /** An operation on blocks. */
    @FunctionalInterface
    interface BlockOperation<A> {
        /**
         * Applies the operation to {@code n} elements. An operand that there is not is the first one again.
         *
         * @param index the index of the first element, for UNIFORM
         */
        void apply(A a, A b, A c, A result, int n, int index);
    }

    @Override
    public void run(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int columns,
            int row0,
            int row1,
            int col0,
            int col1) {
        if (row0 >= row1 || col0 >= col1) {
            return;
        }
        A[] values = blocks(code.inputs() + code.instructions().size(), Math.min(BLOCK, col1 - col0));
        for (int row = row0; row < row1; row++) {
            for (int col = col0, n; col < col1; col += n) {
                n = Math.min(BLOCK, col1 - col);
                load(arrays, offsets, slots, base, rowStrides, row, col, n, values);
                compute(values, n, row * columns + col);
                store(arrays, offsets, slots, base, rowStrides, row, col, n, values);
            }
        }
    }

    private void load(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int row,
            int col,
            int n,
            A[] values) {
        for (int k = 0; k < code.inputs(); k++) {
            A from = array(arrays[slots[k]]);
            int position = offsets[slots[k]] + base[k] + row * rowStrides[k];
            if (code.broadcast().get(k)) {
                fill(values[k], from, position, n);
            } else {
                System.arraycopy(from, position + col, values[k], 0, n);
            }
        }
    }

    private void compute(A[] values, int n, int index) {
        for (int i = 0; i < operations.size(); i++) {
            Instruction instruction = code.instructions().get(i);
            A a = values[instruction.a()];
            A b = instruction.b() < 0 ? a : values[instruction.b()];
            A c = instruction.c() < 0 ? a : values[instruction.c()];
            operations.get(i).apply(a, b, c, values[code.inputs() + i], n, index);
        }
    }

    private void store(
            Object[] arrays,
            int[] offsets,
            int[] slots,
            int[] base,
            int[] rowStrides,
            int row,
            int col,
            int n,
            A[] values) {
        for (int o = 0; o < code.outputs().size(); o++) {
            int k = code.inputs() + o;
            int position = offsets[slots[k]] + base[k] + row * rowStrides[k] + col;
            System.arraycopy(values[code.outputs().get(o)], 0, array(arrays[slots[k]]), position, n);
        }
    }
}
