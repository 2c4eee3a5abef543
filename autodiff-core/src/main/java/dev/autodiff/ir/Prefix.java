package dev.autodiff.ir;

/** The first slices of the operand along its first axis, which lie together at its beginning. */
public record Prefix() implements Operation {
    @Override
    public String name() {
        return "prefix";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(
                value.shape().rank() > 0
                        && value.shape().rank() == value.input(0).shape().rank()
                        && value.shape().dim(0) <= value.input(0).shape().dim(0)
                        && value.input(0).shape().with(0, value.shape().dim(0)).equals(value.shape()),
                value,
                "is no prefix of its operand");
    }

    @Override
    public Memory memory() {
        return Memory.VIEW;
    }

    @Override
    public long flop(Value result) {
        return 0;
    }

    @Override
    public long cost(Value result) {
        return result.size();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.prefix(this);
    }
}
