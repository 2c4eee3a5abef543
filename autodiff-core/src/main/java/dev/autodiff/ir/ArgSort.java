package dev.autodiff.ir;

import dev.autodiff.array.DType;
import java.util.List;

/**
 * The positions of the elements along an axis in the order of their values; INT32. Equal ones keep their order, and NaN
 * counts as the largest.
 */
public record ArgSort(int axis, boolean descending) implements Operation {
    @Override
    public String name() {
        return "argsort";
    }

    @Override
    public Object parameters() {
        return List.of(axis, descending);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == DType.INT32, value, "is not INT32");
        Verifier.require(value.shape().equals(value.input(0).shape()), value, "has another shape than its operand");
        Verifier.require(axis >= 0 && axis < value.shape().rank(), value, "has no such axis");
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
        int n = Math.max(1, result.shape().dim(axis));
        return (long) result.size() * 4 * (1 + Integer.SIZE - Integer.numberOfLeadingZeros(n));
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.argSort(this);
    }
}
