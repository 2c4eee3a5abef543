package dev.autodiff.ir;

import java.util.List;

/** Zeros with the operand as a block that starts at an index. */
public record Pad(List<Integer> starts) implements Operation {
    @Override
    public String name() {
        return "pad";
    }

    @Override
    public Object parameters() {
        return starts;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(
                Shapes.contains(value.shape(), starts, value.input(0).shape()), value, "does not contain its operand");
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
        return visitor.pad(this);
    }
}
