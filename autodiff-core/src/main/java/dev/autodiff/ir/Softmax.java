package dev.autodiff.ir;

/** A softmax along the last axis, or its logarithm. */
public record Softmax(boolean log) implements Operation {
    /** The cost of an element: an exponential and what goes with it. */
    static final int ROW_COST = 30;

    @Override
    public String name() {
        return log ? "logSoftmax" : "softmax";
    }

    @Override
    public Object parameters() {
        return log;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Verifier.require(value.shape().equals(value.input(0).shape()), value, "has another shape than its operand");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 5L * result.size();
    }

    @Override
    public long cost(Value result) {
        return (long) ROW_COST * result.size();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.softmax(this);
    }
}
