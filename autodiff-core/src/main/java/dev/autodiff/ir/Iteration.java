package dev.autodiff.ir;

import dev.autodiff.array.Shape;

/**
 * A computation that is repeated, with states that go from one step to the next. The value itself holds nothing: what
 * it computes are the values of {@link IterationResult} that have it as their operand.
 *
 * <p>The operands are sequences, of which a step gets one slice along the first axis; the states before the first step;
 * and captured values, which every step gets whole. They are the inputs of the body in this order. The outputs of the
 * body are the states after a step, and then what is to be kept of every step.
 *
 * @param body the computation of one step
 * @param steps the number of steps, at least one
 * @param reverse true if the last slices come first
 * @param sequences the number of sequences
 * @param states the number of states
 */
public record Iteration(Computation body, int steps, boolean reverse, int sequences, int states) implements Operation {
    /** Compares the body by identity: two that are built are never found to be the same. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return other instanceof Iteration that
                && body == that.body
                && steps == that.steps
                && reverse == that.reverse
                && sequences == that.sequences
                && states == that.states;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(body);
    }

    @Override
    public String name() {
        return "iteration";
    }

    @Override
    public Object parameters() {
        return this;
    }

    /** Returns the shape of what is kept of every step. */
    Shape stacked(Shape slice) {
        return Shapes.stacked(steps, slice);
    }

    @Override
    public void verify(Value value) {
        Verifier.operands(value, body.inputs());
        Verifier.require(steps > 0, value, "has no steps");
        Verifier.require(body.assignments().isEmpty(), value, "assigns states of the program in its body");
        Verifier.require(body.randomNodes() == 0, value, "draws random numbers in its body");
        Verifier.verify(body);
        for (Value leaf : body.values()) {
            if (leaf.primitive() instanceof Input input) {
                Value operand = value.input(input.position());
                Shape shape = input.position() < sequences ? stacked(leaf.shape()) : leaf.shape();
                Verifier.require(
                        operand.dtype() == leaf.dtype() && operand.shape().equals(shape),
                        value,
                        "has an operand that does not fit input " + input.position() + " of its body");
            }
        }
        for (int i = 0; i < states; i++) {
            Value next = body.outputs().get(i);
            Value initial = value.input(sequences + i);
            Verifier.require(
                    next.dtype() == initial.dtype() && next.shape().equals(initial.shape()),
                    value,
                    "changes the type of state " + i);
        }
    }

    @Override
    public Memory memory() {
        return Memory.SEPARATE;
    }

    @Override
    public long flop(Value result) {
        long flop = 0;
        for (Value value : body.values()) {
            if (value.primitive() instanceof Operation operation
                    && value.dtype().isFloating()) {
                flop += operation.flop(value);
            }
        }
        return steps * flop;
    }

    @Override
    public long cost(Value result) {
        long cost = 0;
        for (Value value : body.values()) {
            cost += value.primitive() instanceof Operation operation ? operation.cost(value) : 0;
        }
        return steps * cost;
    }

    @Override
    public long elementsRead(Value result, int operand) {
        return result.input(operand).size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.iteration(this);
    }
}
