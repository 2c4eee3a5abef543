package dev.autodiff.ir;

/** A conversion to the value's type. */
public record Cast() implements Operation {
    @Override
    public String name() {
        return "cast";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.shape().equals(value.input(0).shape()), value, "has another shape than its operand");
        Verifier.require(value.dtype() != value.input(0).dtype(), value, "converts to the type that it has");
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
        return visitor.cast(this);
    }
}
