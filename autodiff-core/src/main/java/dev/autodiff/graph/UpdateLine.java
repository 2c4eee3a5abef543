package dev.autodiff.graph;

import java.util.Map;

/**
 * A line of an optimizer's rule, such as {@code v ← μ · v + g}, for readers of a trace.
 *
 * @param symbol the symbol on the left side, {@code v}
 * @param formula the right side in the textbook's symbols, with {@code *} for products of elements
 * @param operands the tensors that the formula's words stand for
 * @param value the tensor that the line computes
 */
public record UpdateLine(String symbol, String formula, Map<String, Tensor> operands, Tensor value) {
    /** Copies the operands. */
    public UpdateLine {
        operands = Map.copyOf(operands);
    }
}
