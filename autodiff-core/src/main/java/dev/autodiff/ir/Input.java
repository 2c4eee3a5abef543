package dev.autodiff.ir;

/** The array fed at a position. */
public record Input(int position) implements Leaf {
    @Override
    public String name() {
        return "input";
    }

    @Override
    public Object parameters() {
        return position;
    }

    @Override
    public void verify(Value value) {
        Verifier.require(position >= 0, value, "has a negative position");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.input(this);
    }
}
