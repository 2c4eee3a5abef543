package dev.autodiff.ir;

import dev.autodiff.array.DType;

/** Zeros to which slices are added along an axis at indices: the gradient of {@link Gather}. */
public record ScatterAdd(int axis) implements Operation {
    @Override
    public String name() {
        return "scatterAdd";
    }

    @Override
    public Object parameters() {
        return axis;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 2);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.input(1).dtype() == DType.INT32, value, "has indices that are not INT32");
        Verifier.require(
                value.input(0)
                        .shape()
                        .equals(new Gather(axis)
                                .shape(value.shape(), value.input(1).shape())),
                value,
                "has updates of another shape than what a gather of it gives");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return result.input(0).size();
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
        return visitor.scatterAdd(this);
    }
}
