package dev.autodiff.kernel.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.loop.LoopCode.Instruction;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One call of a loop on random operands, run by loops under test and by a plain evaluator, to be compared bit for bit.
 */
final class LoopRun {
    private static final double[] SPECIALS = {
        0,
        -0.0,
        1,
        -1,
        0.5,
        -2,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        1e-40,
        -1e-40,
        3e38,
        88.7,
        104
    };

    final LoopCode code;
    final int rows;
    final int columns;
    final Object[] arrays;
    final int[] offsets;
    final int[] slots;
    final int[] base;
    final int[] rowStrides;

    private LoopRun(LoopCode code, int rows, int columns) {
        this.code = code;
        this.rows = rows;
        this.columns = columns;
        int operands = code.inputs() + code.outputs().size();
        arrays = new Object[operands];
        offsets = new int[operands];
        slots = new int[operands];
        base = new int[operands];
        rowStrides = new int[operands];
    }

    /** A code with one instruction. */
    static LoopCode single(Elementwise op, DType type, boolean... broadcast) {
        List<Boolean> inputs = new ArrayList<>();
        for (boolean stays : broadcast) {
            inputs.add(stays);
        }
        int arity = op.arity();
        Instruction instruction = new Instruction(op, 0, arity > 1 ? 1 : -1, arity > 2 ? 2 : -1);
        return new LoopCode(type, inputs, List.of(instruction), List.of(arity));
    }

    /**
     * Random operands.
     *
     * @param shifted whether operands have different offsets, bases and gaps between rows
     */
    static LoopRun random(LoopCode code, int rows, int columns, boolean shifted, Random random) {
        LoopRun run = new LoopRun(code, rows, columns);
        for (int k = 0; k < run.slots.length; k++) {
            boolean broadcast = k < code.inputs() && code.broadcast().get(k);
            run.slots[k] = run.slots.length - 1 - k;
            run.base[k] = shifted ? random.nextInt(5) : 0;
            run.offsets[run.slots[k]] = shifted ? random.nextInt(5) : 0;
            int gap = shifted ? random.nextInt(3) : 0;
            boolean sameForAllRows = k < code.inputs() && shifted && random.nextInt(3) == 0;
            run.rowStrides[k] = sameForAllRows ? 0 : broadcast ? 1 + gap : columns + gap;
            run.arrays[run.slots[k]] = values(code.type(), 10 + rows * (columns + 3) + columns, random);
        }
        return run;
    }

    /** Lets the first output be the array of an advancing input, if there is one. */
    LoopRun inPlace() {
        for (int k = 0; k < code.inputs(); k++) {
            if (!code.broadcast().get(k) && rowStrides[k] == columns) {
                int output = code.inputs();
                slots[output] = slots[k];
                base[output] = base[k];
                rowStrides[output] = rowStrides[k];
                break;
            }
        }
        return this;
    }

    private static Object values(DType type, int length, Random random) {
        Object array = type.newArray(length);
        for (int i = 0; i < length; i++) {
            double value = random.nextInt(8) == 0
                    ? SPECIALS[random.nextInt(SPECIALS.length)]
                    : random.nextGaussian() * (random.nextInt(4) == 0 ? 30 : 2);
            if (array instanceof float[] floats) {
                floats[i] = (float) value;
            } else if (array instanceof double[] doubles) {
                doubles[i] = value;
            } else {
                int small = random.nextInt(21) - 10;
                ((int[]) array)[i] = small == 0 ? 11 : small; // no division by zero
            }
        }
        return array;
    }

    LoopRun copy() {
        LoopRun copy = new LoopRun(code, rows, columns);
        for (int i = 0; i < arrays.length; i++) {
            Object array = arrays[i];
            copy.arrays[i] = array instanceof float[] f
                    ? f.clone()
                    : array instanceof double[] d ? d.clone() : ((int[]) array).clone();
        }
        System.arraycopy(offsets, 0, copy.offsets, 0, offsets.length);
        System.arraycopy(slots, 0, copy.slots, 0, slots.length);
        System.arraycopy(base, 0, copy.base, 0, base.length);
        System.arraycopy(rowStrides, 0, copy.rowStrides, 0, rowStrides.length);
        return copy;
    }

    LoopRun run(Loop loop) {
        return run(loop, 0, rows, 0, columns);
    }

    LoopRun run(Loop loop, int row0, int row1, int col0, int col1) {
        loop.run(arrays, offsets, slots, base, rowStrides, columns, row0, row1, col0, col1);
        return this;
    }

    /** Runs by evaluating one element after the other, instruction by instruction. */
    LoopRun evaluate() {
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < columns; col++) {
                Number[] values = new Number[code.inputs() + code.instructions().size()];
                for (int k = 0; k < code.inputs(); k++) {
                    values[k] = (Number) java.lang.reflect.Array.get(arrays[slots[k]], position(k, row, col));
                }
                for (int s = 0; s < code.instructions().size(); s++) {
                    values[code.inputs() + s] =
                            Evaluator.apply(code.type(), code.instructions().get(s), values, row * columns + col);
                }
                for (int o = 0; o < code.outputs().size(); o++) {
                    int k = code.inputs() + o;
                    java.lang.reflect.Array.set(
                            arrays[slots[k]],
                            position(k, row, col),
                            values[code.outputs().get(o)]);
                }
            }
        }
        return this;
    }

    private int position(int k, int row, int col) {
        boolean broadcast = k < code.inputs() && code.broadcast().get(k);
        return offsets[slots[k]] + base[k] + row * rowStrides[k] + (broadcast ? 0 : col);
    }

    /** Fails unless all arrays, also outside of what was written, have the same bits (any NaN being equal to any). */
    void assertSame(LoopRun expected, String what) {
        for (int i = 0; i < arrays.length; i++) {
            boolean same = arrays[i] instanceof float[] f
                    ? Arrays.equals(f, (float[]) expected.arrays[i])
                    : arrays[i] instanceof double[] d
                            ? Arrays.equals(d, (double[]) expected.arrays[i])
                            : Arrays.equals((int[]) arrays[i], (int[]) expected.arrays[i]);
            if (!same) {
                assertEquals(
                        text(expected.arrays[i]),
                        text(arrays[i]),
                        what + " of " + code + ", " + rows + " x " + columns);
            }
        }
    }

    private static String text(Object array) {
        return array instanceof float[] f
                ? Arrays.toString(f)
                : array instanceof double[] d ? Arrays.toString(d) : Arrays.toString((int[]) array);
    }
}
