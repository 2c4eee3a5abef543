package dev.autodiff.ir;

import dev.autodiff.array.NDArray;

/** Values known when the program is built; equal only to itself unless it holds a single number. */
public record Constant(NDArray value) implements Leaf {
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return other instanceof Constant that && value == that.value;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(value);
    }

    @Override
    public String name() {
        return "constant";
    }

    @Override
    public Object parameters() {
        // Comparing large arrays by value would cost more than sharing saves.
        return value.size() == 1 ? value : this;
    }

    @Override
    public void verify(Value value) {
        Verifier.require(
                value.dtype() == this.value.dtype() && value.shape().equals(this.value.shape()),
                value,
                "differs from its array");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.constant(this);
    }
}
