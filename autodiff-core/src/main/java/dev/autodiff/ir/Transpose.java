package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.List;

/** Axes in another order: axis i of the result is axis {@code permutation[i]} of the operand. */
public record Transpose(List<Integer> permutation) implements Operation {
    /** Returns the shape of the result. */
    Shape shape(Value x) {
        return Shape.of(permutation.stream().mapToInt(x.shape()::dim).toArray());
    }

    @Override
    public String name() {
        return "transpose";
    }

    @Override
    public Object parameters() {
        return permutation;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.shape().equals(shape(value.input(0))), value, "does not have the permuted shape");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 0;
    }

    @Override
    public long cost(Value result) {
        return Math.max(result.size(), result.input(0).size());
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.transpose(this);
    }
}
