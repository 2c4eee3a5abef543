package dev.autodiff.ir;

import dev.autodiff.array.DType;
import java.util.List;

/** The position of the first largest or smallest element along an axis, which the result no longer has; INT32. */
public record ArgReduce(boolean largest, int axis) implements Operation {
    @Override
    public String name() {
        return largest ? "argmax" : "argmin";
    }

    @Override
    public Object parameters() {
        return List.of(largest, axis);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == DType.INT32, value, "is not INT32");
        Verifier.require(value.input(0).shape().dim(axis) > 0, value, "chooses among no elements");
        Verifier.require(
                value.shape().equals(Shapes.without(value.input(0).shape(), List.of(axis))),
                value,
                "does not have the axes left");
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
        return visitor.argReduce(this);
    }
}
