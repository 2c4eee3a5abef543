package dev.autodiff.ir;

/** The value of a state before the run. */
public record StateRead(State state) implements Leaf {
    @Override
    public String name() {
        return "state";
    }

    @Override
    public Object parameters() {
        return state;
    }

    @Override
    public void verify(Value value) {
        Verifier.require(
                value.dtype() == state.dtype() && value.shape().equals(state.shape()), value, "differs from its state");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.stateRead(this);
    }
}
