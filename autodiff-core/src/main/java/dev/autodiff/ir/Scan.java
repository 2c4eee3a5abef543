package dev.autodiff.ir;

import java.util.List;

/**
 * A linear recurrence along an axis: y[i] = g[i] + a[i] * y[i - 1] for the operands g and a, and y[0] = g[0]. Without
 * a, its elements are taken to be 1, which makes cumulative sums.
 *
 * @param axis the axis to go along
 * @param reverse true to go from the last element to the first
 */
public record Scan(int axis, boolean reverse) implements Operation {
    @Override
    public String name() {
        return "scan";
    }

    @Override
    public Object parameters() {
        return List.of(axis, reverse);
    }

    @Override
    public void verify(Value value) {
        Verifier.require(
                value.inputs().size() == 1 || value.inputs().size() == 2, value, "does not have one operand or two");
        for (Value operand : value.inputs()) {
            Verifier.require(value.dtype() == operand.dtype(), value, "has another type than its operand");
            Verifier.require(value.shape().equals(operand.shape()), value, "has another shape than its operand");
        }
        Verifier.require(axis >= 0 && axis < value.shape().rank(), value, "has no such axis");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return (long) result.size() * result.inputs().size();
    }

    @Override
    public long cost(Value result) {
        return 4L * result.size(); // each element waits for the one before
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.scan(this);
    }
}
