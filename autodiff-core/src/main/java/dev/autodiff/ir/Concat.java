package dev.autodiff.ir;

/** Operands one after the other along an axis. */
public record Concat(int axis) implements Operation {
    @Override
    public String name() {
        return "concat";
    }

    @Override
    public Object parameters() {
        return axis;
    }

    @Override
    public void verify(Value value) {
        long length = 0;
        for (Value operand : value.inputs()) {
            length += operand.shape().dim(axis);
            Verifier.require(operand.dtype() == value.dtype(), value, "has another type than its operands");
            Verifier.require(
                    value.shape().with(axis, operand.shape().dim(axis)).equals(operand.shape()),
                    value,
                    "has an operand that differs along another axis");
        }
        Verifier.require(value.shape().dim(axis) == length, value, "is not as long as its operands together");
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
        return visitor.concat(this);
    }
}
