package dev.autodiff.ir;

import dev.autodiff.kernel.math.Reduction;
import java.util.List;
import java.util.Locale;

/** A reduction over neighbouring axes, which the shape of the result no longer has. */
public record Reduce(Reduction reduction, List<Integer> axes) implements Operation {
    @Override
    public String name() {
        return reduction.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Object parameters() {
        return List.of(reduction, axes);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, 1);
        Verifier.require(value.dtype() == value.input(0).dtype(), value, "has another type than its operand");
        for (int i = 1; i < axes.size(); i++) {
            Verifier.require(axes.get(i) == axes.get(i - 1) + 1, value, "reduces over axes that are not neighbours");
        }
        Verifier.require(
                value.shape().equals(Shapes.without(value.input(0).shape(), axes)),
                value,
                "does not have the axes left");
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        return Math.max(0, result.input(0).size() - result.size());
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
        return visitor.reduce(this);
    }
}
