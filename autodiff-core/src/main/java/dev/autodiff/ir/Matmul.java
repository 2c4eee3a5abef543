package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import java.util.Arrays;
import java.util.List;

/** A matrix product of the last two axes, leading axes broadcast; flags say which operand is transposed. */
public record Matmul(boolean transposeA, boolean transposeB) implements Operation {
    /** Returns the axes before the last two. */
    public static Shape leading(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    /** Returns the length of the axis that is summed over. */
    int depth(Value a) {
        return a.shape().dim(transposeA ? -2 : -1);
    }

    /** Returns the shape of the product. */
    Shape shape(Value a, Value b) {
        Shape batch = Shape.broadcast(leading(a.shape()), leading(b.shape()));
        int[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
        dims[batch.rank()] = a.shape().dim(transposeA ? -1 : -2);
        dims[batch.rank() + 1] = b.shape().dim(transposeB ? -2 : -1);
        return Shape.of(dims);
    }

    @Override
    public String name() {
        return "matmul";
    }

    @Override
    public Object parameters() {
        return List.of(transposeA, transposeB);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 2);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.input(0).dtype() == value.input(1).dtype(), value, "has operands of two types");
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Verifier.require(
                depth(value.input(0)) == value.input(1).shape().dim(transposeB ? -1 : -2),
                value,
                "has operands whose inner dimensions differ");
        Verifier.require(
                value.shape().equals(shape(value.input(0), value.input(1))),
                value,
                "has another shape than the product");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 2L * result.size() * depth(result.input(0));
    }

    @Override
    public long cost(Value result) {
        return (long) result.size() * depth(result.input(0)); // a multiplication and an addition are one instruction
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.matmul(this);
    }
}
