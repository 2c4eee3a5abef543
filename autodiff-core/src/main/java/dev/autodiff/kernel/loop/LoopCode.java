package dev.autodiff.kernel.loop;

import dev.autodiff.array.DType;
import dev.autodiff.kernel.math.Elementwise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a fused elementwise loop for one element: straight-line code over values numbered in order, first
 * the inputs ({@code 0 .. inputs-1}), then the results of the instructions. All values have one type.
 *
 * <p>A value type with structural equality, so that loops are generated once for each distinct code and shared:
 * constants are ordinary (broadcast) inputs and never part of it.
 *
 * @param type the type of every value
 * @param broadcast for each input true if it stays the same along the inner loop (stride 0), false if it advances with
 *     it (stride 1)
 * @param instructions the operations in order of execution; an operand is the number of an input or of an earlier
 *     result
 * @param outputs numbers of the values that are stored, one array each; outputs always advance with the inner loop
 */
public record LoopCode(DType type, List<Boolean> broadcast, List<Instruction> instructions, List<Integer> outputs) {
    /**
     * One operation.
     *
     * @param b the second operand, -1 if the operation has one operand only
     * @param c the third operand, -1 if the operation has fewer than three
     */
    public record Instruction(Elementwise op, int a, int b, int c) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Instruction that && op == that.op && a == that.a && b == that.b && c == that.c;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * op.ordinal() + a) + b) + c;
        }
    }

    /**
     * The {@link #cost} up to which fusing pays: one or two of the costly functions, or some fifty additions. A larger
     * loop is right but slower than two, as the processor no longer overlaps the work for one vector with that for the
     * next, and takes C2 long to compile: measured, 0.05 s for one exponential, 0.1 s for two, 0.9 s for eight.
     */
    public static final int COST_LIMIT = 60;

    public LoopCode {
        broadcast = List.copyOf(broadcast);
        instructions = List.copyOf(instructions);
        outputs = List.copyOf(outputs);
    }

    /** Returns the number of inputs. */
    public int inputs() {
        return broadcast.size();
    }

    // Written out, as the equality that records have is made at run time, which costs milliseconds at start

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LoopCode code
                && type == code.type
                && broadcast.equals(code.broadcast)
                && instructions.equals(code.instructions)
                && outputs.equals(code.outputs);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * type.ordinal() + broadcast.hashCode()) + instructions.hashCode()) + outputs.hashCode();
    }

    /**
     * Returns roughly how much arithmetic one element takes, in units of an addition, so that a caller can keep loops
     * small: see {@link #COST_LIMIT}.
     */
    public int cost() {
        int cost = inputs() + outputs.size();
        for (Instruction instruction : instructions) {
            cost += instruction.op().cost();
        }
        return cost;
    }
}
