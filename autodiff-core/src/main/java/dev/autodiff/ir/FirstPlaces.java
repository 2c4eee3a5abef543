package dev.autodiff.ir;

import dev.autodiff.array.DType;

/** For each element of an INT32 vector, the place of the first element that is equal to it. */
public record FirstPlaces() implements Operation {
    @Override
    public String name() {
        return "firstPlaces";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == DType.INT32, value, "is not INT32");
        Verifier.require(value.input(0).dtype() == DType.INT32, value, "has an operand that is not INT32");
        Verifier.require(value.shape().equals(value.input(0).shape()), value, "has another shape than its operand");
        Verifier.require(value.shape().rank() == 1, value, "is no vector");
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
        return 8L * result.size(); // a look-up in a table of hash codes
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.firstPlaces(this);
    }
}
