package dev.autodiff.ir;

/** A softmax cross-entropy along the last axis, from logits and probabilities. */
public record CrossEntropy() implements Operation {
    @Override
    public String name() {
        return "crossEntropy";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 2);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.dtype().isFloating(), value, "is not of a floating-point type");
        Verifier.require(value.input(1).dtype() == value.dtype(), value, "has labels of another type");
        Verifier.require(value.input(0).shape().equals(value.input(1).shape()), value, "has labels of another shape");
        Verifier.require(
                value.shape().equals(Shapes.withoutLast(value.input(0).shape())), value, "does not have the axes left");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return 7L * result.input(0).size();
    }

    @Override
    public long cost(Value result) {
        return (long) Softmax.ROW_COST * result.input(0).size();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.crossEntropy(this);
    }
}
