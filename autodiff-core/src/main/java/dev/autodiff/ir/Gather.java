package dev.autodiff.ir;

import dev.autodiff.array.DType;
import dev.autodiff.array.Shape;

/** Slices along an axis chosen by an array of indices, whose axes take the place of that axis. */
public record Gather(int axis) implements Operation {
    /** Returns the shape with an axis replaced by those of the indices. */
    Shape shape(Shape x, Shape indices) {
        int more = indices.rank();
        int[] dims = new int[x.rank() - 1 + more];
        System.arraycopy(x.dims(), 0, dims, 0, axis);
        System.arraycopy(indices.dims(), 0, dims, axis, more);
        System.arraycopy(x.dims(), axis + 1, dims, axis + more, x.rank() - axis - 1);
        return Shape.of(dims);
    }

    @Override
    public String name() {
        return "gather";
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
                value.shape()
                        .equals(shape(value.input(0).shape(), value.input(1).shape())),
                value,
                "does not have the indices' axes");
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
        return operand == 0
                ? Math.min(result.size(), result.input(0).size())
                : result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.gather(this);
    }
}
