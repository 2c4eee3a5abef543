package dev.autodiff.ir;

import dev.autodiff.array.Shape;
import dev.autodiff.kernel.math.Elementwise;
import java.util.Locale;

/** An elementwise operation with broadcasting. */
public record Pointwise(Elementwise op) implements Operation {
    @Override
    public String name() {
        return op.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object parameters() {
        return op;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, op.arity());
        Shape shape = value.shape();
        for (Value operand : value.inputs()) {
            Verifier.require(operand.dtype() == value.dtype(), value, "has another type than its operands");
            Verifier.require(
                    Shape.canBroadcast(operand.shape(), shape)
                            && Shape.broadcast(operand.shape(), shape).equals(shape),
                    value,
                    "is smaller than an operand");
        }
    }

    @Override
    public Memory memory() {
        return Memory.MAY_REPLACE_OPERAND;
    }

    @Override
    public long flop(Value result) {
        return op == Elementwise.COPY ? 0 : result.size();
    }

    @Override
    public long cost(Value result) {
        return (long) op.cost() * result.size();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.pointwise(this);
    }
}
