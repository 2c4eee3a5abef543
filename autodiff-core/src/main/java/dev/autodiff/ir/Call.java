package dev.autodiff.ir;

import java.util.List;

/** A computation in plain Java. */
public record Call(String name, HostFunction function) implements Operation {
    @Override
    public String name() {
        return name;
    }

    @Override
    public Object parameters() {
        return List.of(name, function);
    }

    @Override
    public void verify(Value value) {
        // Any types and shapes: the function itself knows what it takes.
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
        return result.inputs().isEmpty()
                ? result.size()
                : Math.max(result.size(), result.input(0).size());
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.call(this);
    }
}
