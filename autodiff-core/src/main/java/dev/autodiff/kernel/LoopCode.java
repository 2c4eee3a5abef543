package dev.autodiff.kernel;

import dev.autodiff.array.DType;
import java.util.List;

/**
 * What a fused elementwise loop computes for one element: straight-line code over values numbered in order, first the
 * inputs ({@code 0 .. inputs-1}), then the results of the steps. All values have one type.
 *
 * <p>A value type with structural equality, so that loops are generated once for each distinct code and shared: constants
 * are ordinary (broadcast) inputs and never part of it.
 *
 * @param type the type of every value
 * @param broadcast for each input, whether it stays the same along the inner loop (stride 0) or advances with it (stride 1)
 * @param steps the operations in order of execution; an operand is the number of an input or of an earlier step's result
 * @param outputs numbers of the values that are stored, one array each; outputs always advance with the inner loop
 */
public record LoopCode(DType type, List<Boolean> broadcast, List<Step> steps, List<Integer> outputs) {
    /**
     * One operation.
     *
     * @param b second operand, -1 if the operation has one operand only
     * @param c third operand, -1 if the operation has fewer than three
     */
    public record Step(Elementwise op, int a, int b, int c) {}

    /**
     * The {@link #cost} up to which fusing pays. Larger loops are right but the JIT compiler takes a second or more for
     * each and runs out of registers, so that two loops are faster than one.
     */
    public static final int COST_LIMIT = 100;

    public LoopCode {
        broadcast = List.copyOf(broadcast);
        steps = List.copyOf(steps);
        outputs = List.copyOf(outputs);
    }

    /** stub */
    public static final int LARGEST_COST = 40;

    public static int cost(Elementwise op) {
        return 1;
    }

    public int totalCost() {
        return steps.size();
    }

    /** Number of inputs. */
    public int inputs() {
        return broadcast.size();
    }

    /**
     * Roughly how much arithmetic one element takes, in units of an addition: for the caller to keep loops small, see
     * {@link #COST_LIMIT}.
     */
    public int cost() {
        int cost = inputs() + outputs.size();
        for (Step step : steps) {
            cost += step.op().cost();
        }
        return cost;
    }
}
