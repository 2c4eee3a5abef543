package dev.autodiff.compiler;

import dev.autodiff.array.DType;
import dev.autodiff.array.NDArray;
import dev.autodiff.array.Shape;
import dev.autodiff.ir.CompileOptions;
import dev.autodiff.ir.Operation;
import dev.autodiff.ir.Pointwise;
import dev.autodiff.ir.ProgramBuilder;
import dev.autodiff.ir.Rewriter;
import dev.autodiff.ir.Value;
import dev.autodiff.kernel.KernelProvider;
import dev.autodiff.kernel.loop.LoopCode;
import dev.autodiff.kernel.math.Elementwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Computes operations on constants while a program is built, with what would compute them when it runs. */
final class Folding {
    private Folding() {}

    /**
     * Returns the result of an operation whose operands are all constants.
     *
     * @throws IllegalArgumentException if it fails, as it would when run
     */
    static NDArray evaluate(Operation operation, DType dtype, Shape shape, List<Value> operands) {
        if (operation instanceof Pointwise map && isFlat(shape, operands)) {
            return map(map.op(), dtype, shape, operands);
        }
        ProgramBuilder once = new ProgramBuilder(Rewriter.NONE, false);
        List<Value> constants = new ArrayList<>(operands.size());
        for (Value operand : operands) {
            constants.add(once.constant(Objects.requireNonNull(operand.constant())));
        }
        Value result = once.add(operation, dtype, shape, constants);
        return Compiler.compile(once.build(List.of(result)), CompileOptions.PLAIN)
                .run()
                .get(0);
    }

    /** Returns whether all operands are constants. */
    static boolean isFoldable(List<Value> operands) {
        for (Value operand : operands) {
            if (operand.constant() == null) {
                return false;
            }
        }
        return !operands.isEmpty();
    }

    /**
     * Returns whether every operand either is one number or has an element for each of the result's, in the same order.
     */
    private static boolean isFlat(Shape shape, List<Value> operands) {
        for (Value operand : operands) {
            if (operand.size() != 1 && !operand.shape().equals(shape)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Runs a loop over one row: most constants are single numbers, and a program for each would take far longer.
     */
    private static NDArray map(Elementwise op, DType dtype, Shape shape, List<Value> operands) {
        NDArray result = NDArray.zeros(dtype, shape);
        int inputs = operands.size();
        List<Boolean> broadcast = new ArrayList<>(inputs);
        Object[] arrays = new Object[inputs + 1];
        int[] offsets = new int[inputs + 1];
        int[] slots = new int[inputs + 1];
        for (int i = 0; i < inputs; i++) {
            NDArray operand = Objects.requireNonNull(operands.get(i).constant());
            broadcast.add(operand.size() == 1);
            arrays[i] = operand.storage();
            offsets[i] = operand.offset();
            slots[i] = i;
        }
        arrays[inputs] = result.storage();
        slots[inputs] = inputs;
        LoopCode.Instruction instruction = new LoopCode.Instruction(op, 0, inputs > 1 ? 1 : -1, inputs > 2 ? 2 : -1);
        LoopCode code = new LoopCode(dtype, broadcast, List.of(instruction), List.of(inputs));
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
