package dev.autodiff.ir;

import dev.autodiff.array.DType;

/** A new last axis with 1 at the index and 0 elsewhere. */
public record OneHot() implements Operation {
    @Override
    public String name() {
        return "oneHot";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.input(0).dtype() == DType.INT32, value, "has indices that are not INT32");
        Verifier.require(
                Shapes.withoutLast(value.shape()).equals(value.input(0).shape()),
                value,
                "has other leading axes than its indices");
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
        return visitor.oneHot(this);
    }
}
