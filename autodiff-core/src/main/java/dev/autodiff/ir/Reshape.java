package dev.autodiff.ir;

/** The same elements in another shape. */
public record Reshape() implements Operation {
    @Override
    public String name() {
        return "reshape";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.size() == value.input(0).size(), value, "has another number of elements");
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
        return Math.max(result.size(), result.input(0).size());
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.reshape(this);
    }
}
