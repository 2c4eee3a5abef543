package dev.autodiff.ir;

import dev.autodiff.array.DType;

/**
 * The first operand with other slices at some indices of its first axis; of several for one index, the first counts.
 * Where the result may take the place of the operand, the work does not depend on the length of that axis.
 */
public record PutRows() implements Operation {
    @Override
    public String name() {
        return "putRows";
    }

    @Override
    public Object parameters() {
        return NO_PARAMETERS;
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 3);
        Value indices = value.input(1);
        Value rows = value.input(2);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        Verifier.require(value.shape().equals(value.input(0).shape()), value, "has another shape than its operand");
        Verifier.require(value.shape().rank() > 0, value, "has no axis for rows");
        Verifier.require(rows.dtype() == value.dtype(), value, "has rows of another type");
        Verifier.require(indices.dtype() == DType.INT32, value, "has indices that are not INT32");
        Verifier.require(
                indices.shape().rank() == 1
                        && rows.shape()
                                .equals(value.shape().with(0, indices.shape().dim(0))),
                value,
                "does not have one row for each index");
    }

    @Override
    public Memory memory() {
        return Memory.MAY_REPLACE_FIRST;
    }

    @Override
    public long flop(Value result) {
        return 0;
    }

    @Override
    public long cost(Value result) {
        return result.input(2).size();
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return operand == 0 ? 0 : result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.putRows(this);
    }
}
