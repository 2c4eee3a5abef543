package dev.autodiff.program;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.List;

/** Computes operations on constants while a program is built, with what would compute them when it runs. */
final class Folding {
    private Folding() {}

    /**
     * The result of an operation whose operands are all constants.
     *
     * @throws IllegalArgumentException if it fails, as it would when run
     */
    static NDArray evaluate(Kind kind, DType dtype, Shape shape, Value[] operands) {
        if (kind instanceof Kind.Map map && isFlat(shape, operands)) {
            return map(map.op(), dtype, shape, operands);
        }
        ProgramBuilder once = new ProgramBuilder(CompileOptions.PLAIN);
        Value[] constants = new Value[operands.length];
        for (int i = 0; i < operands.length; i++) {
            constants[i] = once.add(operands[i].kind, operands[i].dtype(), operands[i].shape());
        }
        Program program = once.build(List.of(once.add(kind, dtype, shape, constants)));
        return program.run().get(0);
    }

    /** Whether every operand either is one number or has an element for each of the result's, in the same order. */
    private static boolean isFlat(Shape shape, Value[] operands) {
        for (Value operand : operands) {
            if (operand.size() != 1 && !operand.shape().equals(shape)) {
                return false;
            }
        }
        return true;
    }

    /** One run of a loop over one row: most constants are single numbers, and a program for each would take far longer. */
    private static NDArray map(Elementwise op, DType dtype, Shape shape, Value[] operands) {
        NDArray result = NDArray.zeros(dtype, shape);
        int inputs = operands.length;
        List<Boolean> broadcast = new ArrayList<>(inputs);
        Object[] arrays = new Object[inputs + 1];
        int[] offsets = new int[inputs + 1];
        int[] slots = new int[inputs + 1];
        for (int i = 0; i < inputs; i++) {
            NDArray operand = ((Kind.Constant) operands[i].kind).value();
            broadcast.add(operand.size() == 1);
            arrays[i] = operand.storage();
            offsets[i] = operand.offset();
            slots[i] = i;
        }
        arrays[inputs] = result.storage();
        slots[inputs] = inputs;
        LoopCode.Instruction step = new LoopCode.Instruction(op, 0, inputs > 1 ? 1 : -1, inputs > 2 ? 2 : -1);
        LoopCode code = new LoopCode(dtype, broadcast, List.of(step), List.of(inputs));
        int[] zeros = new int[inputs + 1];
        try {
            KernelProvider.kernels()
                    .loop(code)
                    .run(arrays, offsets, slots, zeros, zeros, result.size(), 0, 1, 0, result.size());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("an integer is divided by 0", e);
        }
        return result;
    }
}
