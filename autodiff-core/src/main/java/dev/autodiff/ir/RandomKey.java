package dev.autodiff.ir;

import dev.autodiff.kernel.math.Elementwise;
import java.util.List;

/** Half a random key of a random operation, see {@link Elementwise#UNIFORM}. */
public record RandomKey(int node, int half) implements Leaf {
    @Override
    public String name() {
        return "random key";
    }

    @Override
    public Object parameters() {
        return List.of(node, half);
    }

    @Override
    public void verify(Value value) {
        Verifier.require(value.dtype().isFloating() && value.size() == 1, value, "is not one floating-point number");
        Verifier.require(half == 0 || half == 1, value, "is neither half");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.randomKey(this);
    }
}
